import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Field, fieldsOf, ServerSchema } from '@qianxing/config';
import { describe, expect, it } from 'vitest';
import { root } from './plant';

const guide = join(root, 'docs/operations.md');
const opening = '<!-- settings: written by tests/house/operations.test.ts -->\n';
const closing = '<!-- /settings -->';

function defaultOf({ schema, isSecret }: Field): string {
  const value: unknown = schema.default;
  if (isSecret && value !== '' && value !== undefined) return 'public, for the sandbox only';
  if (Array.isArray(value)) return value.length > 6 ? 'all' : value.join(',');
  return value === undefined ? '' : String(value);
}

function settings(): string {
  const rows = fieldsOf(ServerSchema).map((field) => {
    const value = defaultOf(field);
    const shown = value === '' || value.includes(' ') ? value : `\`${value}\``;
    return `| \`${field.variable}\` | ${shown} | ${(field.schema.description ?? '').replaceAll('|', '\\|')} |`;
  });
  return ['| variable | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

describe('docs/operations.md', () => {
  it('lists every setting with its default and meaning (to write it anew: UPDATE=1 npx vitest run tests/house/operations)', () => {
    const text = readFileSync(guide, 'utf8');
    const before = text.slice(0, text.indexOf(opening) + opening.length);
    const after = text.slice(text.indexOf(closing));
    if (process.env.UPDATE === '1') writeFileSync(guide, before + settings() + after);
    expect(readFileSync(guide, 'utf8')).toBe(before + settings() + after);
  });
});
