import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planCommand } from './plan';

const shipped = (name: string) => fileURLToPath(new URL(`../../../services/promotion/plans/${name}.json`, import.meta.url));
const NOW = Date.parse('2026-11-22T12:00:00+08:00');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qianxing-plan-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function run(...args: string[]) {
  const said: string[] = [];
  const complained: string[] = [];
  const exit = planCommand(args, { say: (text) => said.push(text), complain: (text) => complained.push(text), now: NOW });
  return { exit, said: said.join(''), complained: complained.join('') };
}

const plan = (name: string) => JSON.parse(readFileSync(shipped(name), 'utf8')) as Record<string, object>;

describe('qianxing plan check', () => {
  it('given the lawful default, then it is clean, says by which pack, and says nothing more', () => {
    const { exit, said, complained } = run('check', shipped('lawful-default'));
    expect([exit, complained]).toEqual([0, '']);
    expect(said).toContain('按规则包 cn-2026.11 未发现已知违规项\n');
    expect(said).toContain('No known violation was found under rule pack cn-2026.11');
    expect(said).not.toContain('合规');
  });

  it('given the original plan, then it blocks with exactly these findings, for programs', () => {
    const { exit, said } = run('check', shipped('original'), '--json');
    const report = JSON.parse(said);
    expect(exit).toBe(2);
    expect(Object.keys(report)).toEqual(['pack', 'verdict', 'findings']);
    expect([report.pack, report.verdict]).toEqual(['cn-2026.11', 'block']);
    expect(report.findings.map((finding: { ruleId: string }) => finding.ruleId)).toEqual(
      'PYR-02 PYR-06 PYR-08 PYR-09 PYR-10 PYR-13 PYR-16 PYR-17 PYR-18 PYR-25 WX-01 WX-03 WX-04 PAY-08 PIP-01'.split(' '),
    );
    expect(Object.keys(report.findings[0])).toEqual(['ruleId', 'severity', 'override', 'articles', 'zh', 'en', 'patch']);
    expect(said).not.toContain('合规');
  });

  it('never calls a plan compliant, whatever it finds', () => {
    for (const name of ['original', 'lawful-default'])
      for (const action of ['check', 'repair']) expect(run(action, shipped(name)).said).not.toContain('合规');
  });

  it.each<[string, object, number]>([
    ['an info only', { wechatSharer: false }, 0],
    ['a warning', { tree: { ...plan('lawful-default').tree, bindDays: null } }, 1],
    ['a block', { entry: { ...plan('lawful-default').entry, feeFen: 9_900 } }, 2],
    ['a missing part', { wallet: undefined }, 2],
  ])('given %s, then the exit code tells', (_name, change, exit) => {
    expect(run('check', put('changed.json', { ...plan('lawful-default'), ...change }))).toMatchObject({ exit, complained: '' });
  });

  it('names the field that is missing', () => {
    const { said } = run('check', put('missing.json', { ...plan('lawful-default'), wallet: undefined }), '--json');
    expect(said).toContain('缺少 /wallet，按违规处理');
  });

  it('judges other kinds too', () => {
    const entry = { level: 2, planMaxPaidLevel: 1, basis: 'downline_sale', payeeVerified: true, payeeId: 'p', earnerId: 'p' };
    const { exit, said } = run('check', put('entry.json', entry), '--type', 'ledger', '--json');
    expect([exit, JSON.parse(said).findings.map((finding: { ruleId: string }) => finding.ruleId)]).toEqual([2, ['PAY-11']]);
  });

  it('given a campaign that touches the same people, then both are judged as one plan', () => {
    const campaign = put('campaign.json', { entry: { purchaseCount: 1 }, tree: { recruitQuota: 3 } });
    expect(run('check', shipped('lawful-default'), '--with', campaign, '--json').said).toContain('PYR-25');
  });

  it('tells of fields that no rule knows, beside the report', () => {
    const { exit, said, complained } = run('check', put('extra.json', { ...plan('lawful-default'), card: { fen: 1 } }), '--json');
    expect([exit, JSON.parse(said).findings]).toEqual([0, []]);
    expect(complained).toContain('/card');
  });

  it.each<[string, () => string[], string]>([
    ['a file that is not there', () => [join(folder, 'none.json')], 'none.json'],
    ['no JSON', () => [put('broken.json', '{"entry":')], 'not valid JSON'],
    ['an empty file', () => [put('empty.json', '')], 'object is needed'],
    ['a list', () => [put('list.json', [])], 'object is needed'],
    ['a key that stands twice', () => [put('twice.json', '{"entry":{"feeFen":9900},"entry":{"feeFen":0}}')], 'repeats a key'],
    ['a text for an amount', () => [put('text.json', { entry: { feeFen: '99' } })], '/entry/feeFen'],
    ['an unknown kind', () => [shipped('original'), '--type', 'wish'], '--type wish'],
    ['an unknown pack', () => [shipped('original'), '--pack', 'cn-1999.01'], 'cn-1999.01'],
    ['an unknown option', () => [shipped('original'), '--quick'], '--quick'],
    ['no file', () => [], 'usage'],
  ])('given %s, then nothing is judged and the fault is named', (_name, args, words) => {
    const { exit, said, complained } = run('check', ...args());
    expect([exit, said]).toEqual([3, '']);
    expect(complained).toContain(words);
  });
});

describe('qianxing plan repair', () => {
  it('given the original plan, then the diff leads to a clean plan and the file stays as it is', () => {
    const before = readFileSync(shipped('original'), 'utf8');
    const { exit, said } = run('repair', shipped('original'));
    expect(exit).toBe(0);
    expect(said).toMatch(/^-\s+"purchaseCount": 10,$/m);
    expect(said).toMatch(/^\+\s+"purchaseCount": 0,$/m);
    expect(said).toContain('未发现已知违规项');
    expect(readFileSync(shipped('original'), 'utf8')).toBe(before);
  });

  it('given --write, then the file holds the repaired plan', () => {
    const file = put('repair.json', plan('original'));
    expect(run('repair', file, '--write').exit).toBe(0);
    expect(run('check', file).exit).toBe(0);
    expect(run('repair', file).said).not.toContain('@@');
  });

  it('given some rules, then only they are repaired', () => {
    const file = put('some.json', plan('original'));
    expect(run('repair', file, '--rules', 'PYR-08,PYR-09', '--write').exit).toBe(2);
    const found = JSON.parse(run('check', file, '--json').said).findings.map((finding: { ruleId: string }) => finding.ruleId);
    expect(found).toContain('PYR-06');
    expect(found).not.toContain('PYR-08');
  });

  it('given a plan that cannot be read, then nothing is written', () => {
    const file = put('unreadable.json', { entry: { feeFen: '99' } });
    expect(run('repair', file, '--write').exit).toBe(3);
    expect(readFileSync(file, 'utf8')).toBe('{"entry":{"feeFen":"99"}}');
  });
});
