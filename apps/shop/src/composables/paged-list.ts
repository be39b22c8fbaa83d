import { computed, type Ref, ref, shallowRef } from 'vue';
import type { Answer, Failure } from '@/api/failure';
import { storage } from '@/platform/storage';

interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

export interface PagedList<T> {
  /** Null until the first page is there. */
  readonly data: Readonly<Ref<readonly T[] | null>>;
  readonly failure: Readonly<Ref<Failure | null>>;
  readonly loading: Readonly<Ref<boolean>>;
  readonly staleSince: Readonly<Ref<number | null>>;
  readonly complete: Readonly<Ref<boolean>>;
  /** First page anew. With `clear` the old items leave at once because they no longer fit what is asked. */
  load(options?: { clear?: boolean }): Promise<void>;
  more(): Promise<void>;
}

/** A list that grows page by page; items are recognised by `idOf`, so that an item that moved between two pages is shown once. */
export function usePagedList<T>(
  ask: (cursor: string | undefined) => Promise<Answer<Page<T>>>,
  idOf: (item: T) => string,
  keptAs?: () => string,
): PagedList<T> {
  const data = shallowRef<readonly T[] | null>(null);
  const failure = shallowRef<Failure | null>(null);
  const loading = ref(false);
  const savedAt = ref<number | null>(null);
  const cursor = ref<string | null>(null);
  let attempt = 0;

  async function fetchPage(from: string | undefined) {
    attempt += 1;
    const mine = attempt;
    loading.value = true;
    const answer = await ask(from);
    if (mine !== attempt) return;
    loading.value = false;
    if (!answer.ok) {
      failure.value = answer.failure;
      restore();
      return;
    }
    const before = from === undefined ? [] : (data.value ?? []);
    const known = new Set(before.map(idOf));
    data.value = [...before, ...answer.value.items.filter((item) => !known.has(idOf(item)))];
    cursor.value = answer.value.nextCursor;
    failure.value = null;
    savedAt.value = Date.now();
    if (from === undefined && keptAs !== undefined) storage.write(`kept.${keptAs()}`, { value: answer.value.items, savedAt: Date.now() });
  }

  function restore() {
    if (data.value !== null || keptAs === undefined || failure.value?.kind === 'problem') return;
    const kept = storage.read<{ value: T[]; savedAt: number }>(`kept.${keptAs()}`);
    if (kept === null) return;
    data.value = kept.value;
    savedAt.value = kept.savedAt;
  }

  return {
    data,
    failure,
    loading,
    staleSince: computed(() => (failure.value !== null && data.value !== null ? savedAt.value : null)),
    complete: computed(() => data.value !== null && cursor.value === null),
    load: ({ clear = false } = {}) => {
      if (clear) {
        data.value = null;
        failure.value = null;
      }
      return fetchPage(undefined);
    },
    more: async () => {
      if (!loading.value && cursor.value !== null) await fetchPage(cursor.value);
    },
  };
}
