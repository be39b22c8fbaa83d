import { defineStore } from 'pinia';
import { ref } from 'vue';
import { api } from '@/api';
import type { Cart } from '@/api/types';

/** The cart as the server last told; its count is shown on the tab and the product page. */
export const useCart = defineStore('cart', () => {
  const cart = ref<Cart | null>(null);
  const count = ref(0);
  function show(newCart: Cart) {
    cart.value = newCart;
    count.value = newCart.items.reduce((sum, item) => sum + item.quantity, 0);
  }
  function forget() {
    cart.value = null;
    count.value = 0;
  }
  async function refresh() {
    const answer = await api.get('/api/v1/cart');
    if (answer.ok) show(answer.value);
  }
  return { cart, count, show, forget, refresh };
});
