/**
 * The framework draws its own elements in browsers: they take no focus, no keys, and give their labels to a wrapper. This mends it for the
 * whole document: what acts like a control can be reached and pressed by keyboard, and fields carry the label of their wrapper.
 */
const CONTROLS = '[role="button"],[role="link"],[role="tab"],[role="radio"],[role="checkbox"],[role="switch"],[role="option"]';
const FIELDS = 'uni-input,uni-textarea';

function mend(root: ParentNode): void {
  for (const control of root.querySelectorAll(CONTROLS)) if (!control.hasAttribute('tabindex')) control.setAttribute('tabindex', '0');
  // Pictures carry their text on the framework's element around them, or stand beside a name (tab bar): the inner one says nothing.
  for (const picture of root.querySelectorAll('img:not([alt])')) picture.setAttribute('alt', '');
  for (const field of root.querySelectorAll(FIELDS)) {
    const label = field.getAttribute('aria-label');
    if (label === null) continue;
    for (const inner of field.querySelectorAll('input,textarea'))
      if (inner.getAttribute('aria-label') !== label) inner.setAttribute('aria-label', label);
  }
}

function press(event: KeyboardEvent): void {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return;
  if ((event.key === 'Enter' || event.key === ' ') && target.matches(CONTROLS)) {
    event.preventDefault();
    target.click();
  }
  if (event.key === 'Escape') [...target.ownerDocument.querySelectorAll<HTMLElement>('[data-testid="sheet-close"]')].pop()?.click();
}

export function watchAccessibility(page: Document): void {
  let scheduled = false;
  const observer = new MutationObserver(() => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      mend(page);
    });
  });
  observer.observe(page.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['role', 'aria-label'] });
  page.addEventListener('keydown', press);
  mend(page);
}
