import { computed, type Ref, ref, shallowRef } from 'vue';
import type { Answer, Failure } from '@/api/failure';
import { storage } from '@/platform/storage';

/** What a page shows of something it asked the server for. */
export interface Resource<T> {
  readonly data: Readonly<Ref<T | null>>;
  /** Why the last attempt failed; data of an earlier one may still be there. */
  readonly failure: Readonly<Ref<Failure | null>>;
  readonly loading: Readonly<Ref<boolean>>;
  /** When the data shown was received, if it is not of the last attempt. */
  readonly staleSince: Readonly<Ref<number | null>>;
  /** Asks again; the data on the page stays until the answer is there. */
  load(): Promise<void>;
  show(value: T): void;
}

interface Kept<T> {
  readonly value: T;
  readonly savedAt: number;
}

/**
 * Asks the server and keeps the last good answer under `keptAs`, so that the page has something to show without network.
 * An answer that a newer attempt has overtaken is dropped.
 */
export function useResource<T>(ask: () => Promise<Answer<T>>, keptAs?: () => string): Resource<T> {
  const data = shallowRef<T | null>(null);
  const failure = shallowRef<Failure | null>(null);
  const loading = ref(false);
  const savedAt = ref<number | null>(null);
  let attempt = 0;

  function show(value: T) {
    data.value = value;
    failure.value = null;
    savedAt.value = Date.now();
    if (keptAs !== undefined) storage.write(`kept.${keptAs()}`, { value, savedAt: Date.now() } satisfies Kept<T>);
  }

  async function load() {
    attempt += 1;
    const mine = attempt;
    loading.value = true;
    const answer = await ask();
    if (mine !== attempt) return;
    loading.value = false;
    if (answer.ok) return show(answer.value);
    failure.value = answer.failure;
    const kept =
      data.value === null && keptAs !== undefined && answer.failure.kind !== 'problem' ? storage.read<Kept<T>>(`kept.${keptAs()}`) : null;
    if (kept !== null) {
      data.value = kept.value;
      savedAt.value = kept.savedAt;
    }
  }

  const staleSince = computed(() => (failure.value !== null && data.value !== null ? savedAt.value : null));
  return { data, failure, loading, staleSince, load, show };
}
