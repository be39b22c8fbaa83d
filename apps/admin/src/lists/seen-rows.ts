import { shallowRef } from 'vue';
import type { FetchRows } from './pages';

/** Remembers the rows a list has loaded, for details that the server gives only as part of the list. */
export function useSeenRows<Row>(keyOf: (row: Row) => string, fetchRows: FetchRows<Row>) {
  const seen = shallowRef<ReadonlyMap<string, Row>>(new Map());
  return {
    seen,
    fetchRows: (async (query, signal) => {
      const page = await fetchRows(query, signal);
      const known: [string, Row][] = query.cursor === undefined ? [] : [...seen.value];
      seen.value = new Map([...known, ...page.items.map((row): [string, Row] => [keyOf(row), row])]);
      return page;
    }) satisfies FetchRows<Row>,
  };
}
