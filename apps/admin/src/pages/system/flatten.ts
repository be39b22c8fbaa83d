/** A nested object as lines `a.b.c` → text, in the order of its keys; lists stay on one line. */
export function flatten(value: unknown, prefix = ''): { name: string; text: string }[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ name: prefix, text: Array.isArray(value) ? value.join(', ') : String(value) }];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, prefix === '' ? key : `${prefix}.${key}`));
}
