import { describe, expect, it } from 'vitest';
import { checkPlan } from './example/check-plan';
import { cleanPlan } from './testing/clean-subjects';
import { originalIdea } from './testing/fixtures';
import { AT } from './testing/judging';

describe('the example', () => {
  it('tells what was found, what was changed and what is left', () => {
    const lines = checkPlan(JSON.stringify(originalIdea), AT);
    expect(lines[0]).toBe('按规则包 cn-2026.11 发现 15 项：阻止 10、警告 5、提示 0');
    expect(lines).toContain('  PYR-08 block / never');
    expect(lines.at(-1)).toBe('按规则包 cn-2026.11 未发现已知违规项');
    expect(checkPlan(JSON.stringify(cleanPlan), AT)).toHaveLength(3);
  });

  it('says what cannot be read', () => {
    expect(checkPlan('{"entry":{"feeFen":"99"}}', AT)).toEqual([expect.stringContaining('/entry/feeFen')]);
  });
});
