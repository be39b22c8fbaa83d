import { defineStore } from 'pinia';
import { ref } from 'vue';

/** Whether the server could be reached by the last call, or the platform says there is no network. */
export const useNetwork = defineStore('network', () => {
  const online = ref(true);
  function watchPlatform() {
    uni.onNetworkStatusChange?.(({ isConnected }) => {
      online.value = isConnected;
    });
    // #ifdef H5
    // Where the browser knows `navigator.connection`, uni-app listens to that alone, and on a desktop it says nothing of a lost network.
    for (const name of ['online', 'offline'] as const) window.addEventListener(name, () => (online.value = name === 'online'));
    // #endif
  }
  return { online, watchPlatform };
});
