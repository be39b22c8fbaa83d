import type { SavedView } from './filters';

/** Reads what the browser keeps for this console; anything unreadable counts as nothing. */
function read<T>(key: string, isValid: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return isValid(value) ? value : null;
  } catch {
    return null;
  }
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((entry) => typeof entry === 'string');
const isViews = (value: unknown): value is SavedView[] =>
  Array.isArray(value) &&
  value.every((entry) => typeof entry === 'object' && entry !== null && typeof entry.name === 'string' && typeof entry.values === 'object');

const columnsKey = (list: string) => `qianxing.admin.columns.${list}`;
const viewsKey = (list: string) => `qianxing.admin.views.${list}`;

export const readColumnChoice = (list: string): string[] | null => read(columnsKey(list), isTexts);
export function storeColumnChoice(list: string, keys: readonly string[] | null): void {
  if (keys === null) localStorage.removeItem(columnsKey(list));
  else localStorage.setItem(columnsKey(list), JSON.stringify(keys));
}

export const readViews = (list: string): SavedView[] => read(viewsKey(list), isViews) ?? [];
export function storeViews(list: string, views: readonly SavedView[]): void {
  localStorage.setItem(viewsKey(list), JSON.stringify(views));
}
