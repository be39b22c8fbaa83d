import { onBeforeUnmount, onMounted } from 'vue';

/** What a key does; `true` from the handler means that the key was used up. */
export type KeyMap = Readonly<Record<string, () => void>>;

/** True if the key belongs to a field, a menu or a dialog and not to the page. */
export function isForPage(
  event: Pick<KeyboardEvent, 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'target'>,
  overlayOpen: boolean,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || overlayOpen) return false;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return true;
  return (
    target.closest(
      'input:not([type="checkbox"]), textarea, select, [contenteditable], [role="listbox"], [role="menu"], [role="combobox"]',
    ) === null
  );
}

/** True while a dialog or drawer of the component library covers the page. */
function isOverlayOpen(): boolean {
  return [...document.querySelectorAll<HTMLElement>('.el-overlay')].some((overlay) => overlay.style.display !== 'none');
}

/** Keys of a page, off while one types or a dialog is open. Enter and Space stay with the focused button or link. */
export function usePageKeys(keys: KeyMap): void {
  function onKey(event: KeyboardEvent): void {
    const handler = keys[event.key];
    if (handler === undefined || !isForPage(event, isOverlayOpen())) return;
    if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.closest('a, button') !== null) return;
    event.preventDefault();
    handler();
  }
  onMounted(() => window.addEventListener('keydown', onKey));
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey));
}
