import { defineStore } from 'pinia';
import { ref } from 'vue';

/** Whether the server could be reached by the last call, or the platform says there is no network. */
export const useNetwork = defineStore('network', () => {
  const online = ref(true);
  function watchPlatform() {
    uni.onNetworkStatusChange?.(({ isConnected }) => {
      online.value = isConnected;
    });
  }
  return { online, watchPlatform };
});
