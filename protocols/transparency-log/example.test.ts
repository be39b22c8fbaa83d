import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { proveAnAccount } from './example/account';

it('the example says what the README says', async () => {
  const lines = await proveAnAccount();
  expect(lines).toHaveLength(5);
  expect(readFileSync(new URL('README.md', import.meta.url), 'utf8')).toContain(lines.join('\n'));
});
