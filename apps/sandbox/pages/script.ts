/**
 * The only script of the pages. Elements with `data-post` send JSON and then go to the answered `location`, to `data-done`, or reload.
 * A form's fields become the members of the body; fields marked `data-number` become integers, `data-yuan` fen.
 */
export const SCRIPT = `
'use strict';
const status = document.querySelector('[role=status]');
const say = (text, bad) => { status.textContent = text; status.hidden = false; status.classList.toggle('bad', bad); };
const fen = (text) => { const match = /^(\\d+)(?:\\.(\\d{1,2}))?$/.exec(text.trim()); return match ? Number(match[1]) * 100 + Number((match[2] || '').padEnd(2, '0')) : NaN; };
const bodyOf = (form) => {
  const body = JSON.parse(form.dataset.body || '{}');
  for (const field of form.elements) {
    if (!field.name || field.value === '') continue;
    const value = 'yuan' in field.dataset ? fen(field.value) : 'number' in field.dataset ? Number(field.value) * Number(field.dataset.number || 1) : field.value;
    if (Number.isNaN(value)) throw new Error((field.labels[0] ? field.labels[0].firstChild.textContent.trim() : field.name) + ' 格式不对 / not valid');
    body[field.name] = value;
  }
  return body;
};
const send = async (target, read) => {
  const buttons = target.tagName === 'FORM' ? target.querySelectorAll('button') : [target];
  for (const button of buttons) button.disabled = true;
  try {
    const method = target.dataset.method || 'POST';
    const text = method === 'DELETE' ? undefined : JSON.stringify(read());
    const response = await fetch(target.dataset.post, { method, body: text, headers: text === undefined ? {} : { 'content-type': 'application/json' } });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.message || answer.reason || answer.code || '操作失败 / failed (' + response.status + ')');
    const next = answer.location || target.dataset.done;
    if (next) location.assign(next); else location.reload();
  } catch (error) {
    say(error.message, true);
    for (const button of buttons) button.disabled = false;
  }
};
document.addEventListener('submit', (event) => {
  if (!event.target.dataset.post) return;
  event.preventDefault();
  send(event.target, () => bodyOf(event.target));
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-post]');
  if (button) send(button, () => JSON.parse(button.dataset.body || '{}'));
});
`;
