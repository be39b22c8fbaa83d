import { computed, ref, shallowRef } from 'vue';
import type { Page } from '../api/client';
import { isAbort, type Problem, problemFrom } from '../api/problem';

export type FetchRows<Row> = (query: Record<string, string>, signal: AbortSignal) => Promise<Page<Row>>;

const LIMIT = '50';

/**
 * The rows of a list, page by page. A new query drops the answer of the one before; while it is under way, and if it fails, the old rows stay.
 */
export function usePages<Row>(fetchRows: FetchRows<Row>) {
  const rows = shallowRef<Row[]>([]);
  const nextCursor = ref<string | null>(null);
  const loading = ref<'first' | 'more' | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const loadedAt = ref<string | null>(null);
  let query: Record<string, string> = {};
  let running: AbortController | null = null;

  async function load(kind: 'first' | 'more', cursor: string | null): Promise<void> {
    running?.abort();
    const own = new AbortController();
    running = own;
    loading.value = kind;
    try {
      const page = await fetchRows({ ...query, limit: LIMIT, ...(cursor === null ? {} : { cursor }) }, own.signal);
      if (running !== own) return;
      rows.value = kind === 'first' ? page.items : [...rows.value, ...page.items];
      nextCursor.value = page.nextCursor;
      problem.value = null;
      loadedAt.value = new Date().toISOString();
    } catch (thrown) {
      if (isAbort(thrown) || running !== own) return;
      problem.value = problemFrom(thrown);
    } finally {
      if (running === own) {
        loading.value = null;
        running = null;
      }
    }
  }

  return {
    rows,
    loading,
    problem,
    loadedAt,
    hasMore: computed(() => nextCursor.value !== null),
    start(newQuery: Record<string, string>): Promise<void> {
      query = newQuery;
      return load('first', null);
    },
    reload: (): Promise<void> => load('first', null),
    async more(): Promise<void> {
      if (loading.value === null && nextCursor.value !== null) await load('more', nextCursor.value);
    },
    /** Puts a changed row in the place of the old one. */
    replace(isSame: (row: Row) => boolean, changed: Row): void {
      rows.value = rows.value.map((row) => (isSame(row) ? changed : row));
    },
    stop: () => running?.abort(),
  };
}
