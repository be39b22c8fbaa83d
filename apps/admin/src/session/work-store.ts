import { defineStore } from 'pinia';
import { ref } from 'vue';
import { type Answer, api } from '../api/client';

export type Dashboard = Answer<'/staff/v1/dashboard', 'get'>;
export type Work = Dashboard['work'];

/** Counts of the work that waits, for the marks in the menu. They are a convenience: without them the menu has no marks. */
export const useWork = defineStore('work', () => {
  const work = ref<Work | null>(null);
  return {
    work,
    take(counts: Work): void {
      work.value = counts;
    },
    async refresh(): Promise<void> {
      try {
        work.value = (await api.get('/staff/v1/dashboard', {})).work;
      } catch {
        work.value = null;
      }
    },
  };
});
