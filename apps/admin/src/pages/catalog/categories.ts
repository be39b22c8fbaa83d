import { api } from '../../api/client';
import type { Choice } from '../../lists/filters';

/** Categories as choices, children behind their parents. Without them the list still works: the filter has no choices then. */
export async function loadCategories(either: (zh: string, en: string) => string): Promise<Choice[]> {
  const { items } = await api.get('/api/v1/categories', {});
  const children = (parentCode: string | null) => items.filter((category) => category.parentCode === parentCode);
  return children(null).flatMap((parent) => [
    { value: parent.categoryCode, label: either(parent.nameZh, parent.nameEn) },
    ...children(parent.categoryCode).map((child) => ({ value: child.categoryCode, label: `· ${either(child.nameZh, child.nameEn)}` })),
  ]);
}
