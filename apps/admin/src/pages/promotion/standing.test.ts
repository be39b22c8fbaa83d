// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { changesFor, standingEntries } from './standing';

const t = (key: string, values: Record<string, string> = {}) => `${key} ${Object.values(values).join('/')}`.trim();

describe('what staff may do to a promoter', () => {
  it.each([
    ['active', ['paused', 'removed']],
    ['paused', ['active', 'removed']],
    ['removed', ['active']],
    ['none', []],
  ])('%s: %s', (status, changes) => expect(changesFor(status)).toEqual(changes));
});

describe('the standing of a promoter', () => {
  it('shows the enrolment, decisions with reason and name, and appeals in order', () => {
    const at = '2026-11-01T08:00:00+08:00';
    const entries = standingEntries(
      [
        { kind: 'status', status: 'active', text: 'enrolled', staffName: null, at },
        { kind: 'status', status: 'removed', text: '虚假宣传', staffName: '小李', at },
        { kind: 'appeal', status: 'removed', text: '图片由厂家提供', staffName: null, at },
      ],
      t,
    );
    expect(entries.map(({ title, note, tone }) => [title, note, tone])).toEqual([
      ['promoter.enrolledNow', undefined, 'good'],
      ['status.promoter.removed', 'promoter.byStaff 虚假宣传/小李', 'bad'],
      ['promoter.appealed', '图片由厂家提供', 'info'],
    ]);
  });
});
