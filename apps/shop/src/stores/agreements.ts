import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { api } from '@/api';
import type { Failure } from '@/api/failure';
import type { Agreement } from '@/api/types';

/** The texts to consent to as the server has them in force. What is sent as consent is the version of what was shown here. */
export const useAgreements = defineStore('agreements', () => {
  const items = shallowRef<readonly Agreement[]>([]);
  const failure = shallowRef<Failure | null>(null);
  const find = (kind: Agreement['kind']): Agreement | undefined => items.value.find((item) => item.kind === kind);

  /** Asks anew; true when the texts are there. */
  async function load(): Promise<boolean> {
    const answer = await api.get('/api/v1/agreements');
    failure.value = answer.ok ? null : answer.failure;
    if (answer.ok) items.value = answer.value.items;
    return items.value.length > 0;
  }
  /** Asks unless the texts are there already. */
  const ready = async (): Promise<boolean> => items.value.length > 0 || load();

  return { items, failure, find, load, ready };
});
