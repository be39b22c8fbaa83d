import { instantsOfDays, isDay } from '../format/time';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A filter of a list. Its value lives in the address under `key` (days: two keys), so that every state of a list can be linked to. */
export type Filter =
  | { readonly kind: 'tabs' | 'choice'; readonly key: string; readonly label: string; readonly choices: readonly Choice[] }
  | { readonly kind: 'search' | 'text' | 'number'; readonly key: string; readonly label: string; readonly widthPx?: number }
  | { readonly kind: 'days'; readonly key: string; readonly fromKey: string; readonly toKey: string; readonly label: string };

export type FilterValues = Readonly<Record<string, string>>;

const keysOf = (filter: Filter): string[] => (filter.kind === 'days' ? [filter.fromKey, filter.toKey] : [filter.key]);

/** Every key that the filters keep in the address. */
export const filterKeys = (filters: readonly Filter[]): string[] => filters.flatMap(keysOf);

/** What stands in the address, without blanks, unknown keys and days that do not exist. */
export function readFilters(filters: readonly Filter[], query: Readonly<Record<string, unknown>>): FilterValues {
  const values: Record<string, string> = {};
  for (const filter of filters)
    for (const key of keysOf(filter)) {
      const value = query[key];
      if (typeof value !== 'string' || value.trim() === '') continue;
      if (filter.kind === 'days' && !isDay(value)) continue;
      if (filter.kind === 'number' && !/^\d{1,9}$/.test(value)) continue;
      values[key] = value;
    }
  return values;
}

/** The filters as query fields of the server: days become half-open periods of instants, everything else goes as it is. */
export function asServerQuery(filters: readonly Filter[], values: FilterValues): Record<string, string> {
  const query: Record<string, string> = {};
  for (const filter of filters) {
    if (filter.kind === 'days') {
      const period = instantsOfDays(values[filter.fromKey], values[filter.toKey]);
      if (period.from !== undefined) query[filter.fromKey] = period.from;
      if (period.to !== undefined) query[filter.toKey] = period.to;
      continue;
    }
    const value = values[filter.key]?.trim();
    if (value) query[filter.key] = value;
  }
  return query;
}

export interface SavedView {
  readonly name: string;
  readonly values: FilterValues;
}

/** Adds a view under a name; a view of the same name is replaced. At most twenty are kept, the oldest goes. */
export function withView(views: readonly SavedView[], added: SavedView): SavedView[] {
  return [...views.filter((view) => view.name !== added.name), added].slice(-20);
}

/** True if two sets of filters are the same. */
export function sameFilters(first: FilterValues, second: FilterValues): boolean {
  const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...keys].every((key) => (first[key] ?? '') === (second[key] ?? ''));
}
