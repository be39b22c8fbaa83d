/** What stands in a field after an `input` or `blur` event; the framework puts it into `detail`. */
export function typedText(event: unknown): string {
  const { detail } = event as { detail?: { value?: unknown } };
  return typeof detail?.value === 'string' || typeof detail?.value === 'number' ? String(detail.value) : '';
}
