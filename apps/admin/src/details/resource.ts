import { ref, shallowRef } from 'vue';
import { isAbort, type Problem, problemFrom } from '../api/problem';

/** One thing from the server. A failed reload keeps what was there. */
export function useResource<T>(load: (signal: AbortSignal) => Promise<T>) {
  const data = shallowRef<T | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const loading = ref(false);
  let running: AbortController | null = null;

  async function reload(): Promise<void> {
    running?.abort();
    const own = new AbortController();
    running = own;
    loading.value = true;
    try {
      const loaded = await load(own.signal);
      if (running !== own) return;
      data.value = loaded;
      problem.value = null;
    } catch (thrown) {
      if (isAbort(thrown) || running !== own) return;
      problem.value = problemFrom(thrown);
    } finally {
      if (running === own) loading.value = false;
    }
  }

  return {
    data,
    problem,
    loading,
    reload,
    clear(): void {
      running?.abort();
      running = null;
      data.value = null;
      problem.value = null;
      loading.value = false;
    },
  };
}
