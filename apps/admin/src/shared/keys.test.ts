import { describe, expect, it } from 'vitest';
import { isForPage } from './keys';

function pressed(html: string, selector: string, more: Partial<KeyboardEvent> = {}) {
  document.body.innerHTML = html;
  return {
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    isComposing: false,
    target: document.querySelector(selector),
    ...more,
  } as KeyboardEvent;
}

describe('keys of a page', () => {
  it('work on the page and on rows', () => {
    expect(isForPage(pressed('<table><tr tabindex="-1"></tr></table>', 'tr'), false)).toBe(true);
  });

  it('stay out of fields, menus and lists of choices', () => {
    for (const html of [
      '<input>',
      '<textarea></textarea>',
      '<div contenteditable="true"></div>',
      '<div role="menu"><b></b></div>',
      '<div role="combobox"></div>',
    ])
      expect(isForPage(pressed(html, 'body :last-child'), false), html).toBe(false);
  });

  it('still work after a row was ticked with the mouse', () => {
    expect(isForPage(pressed('<input type="checkbox">', 'input'), false)).toBe(true);
  });

  it('stay out of shortcuts, of typing Chinese, and of open dialogs', () => {
    expect(isForPage(pressed('<p></p>', 'p', { ctrlKey: true }), false)).toBe(false);
    expect(isForPage(pressed('<p></p>', 'p', { isComposing: true }), false)).toBe(false);
    expect(isForPage(pressed('<p></p>', 'p'), true)).toBe(false);
  });
});
