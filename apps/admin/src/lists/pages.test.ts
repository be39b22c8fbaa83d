// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Page } from '../api/client';
import { CallFailed, OFFLINE } from '../api/problem';
import { usePages } from './pages';

/** A server whose answers are given by hand, in any order. */
function handServer() {
  const calls: {
    query: Record<string, string>;
    signal: AbortSignal;
    answer: (page: Page<string>) => void;
    fail: (thrown: unknown) => void;
  }[] = [];
  return {
    calls,
    fetchRows: (query: Record<string, string>, signal: AbortSignal) =>
      new Promise<Page<string>>((answer, fail) => {
        calls.push({ query, signal, answer, fail });
      }),
  };
}

describe('pages of a list', () => {
  it('appends pages by cursor and knows when all are there', async () => {
    const { calls, fetchRows } = handServer();
    const pages = usePages(fetchRows);
    const first = pages.start({ status: 'paid' });
    calls[0]!.answer({ items: ['a', 'b'], nextCursor: 'c1' });
    await first;
    expect(pages.hasMore.value).toBe(true);
    const second = pages.more();
    expect(calls[1]!.query).toMatchObject({ status: 'paid', cursor: 'c1' });
    calls[1]!.answer({ items: ['c'], nextCursor: null });
    await second;
    expect(pages.rows.value).toEqual(['a', 'b', 'c']);
    expect(pages.hasMore.value).toBe(false);
    await pages.more();
    expect(calls).toHaveLength(2);
  });

  it('drops the late answer of an earlier query', async () => {
    const { calls, fetchRows } = handServer();
    const pages = usePages(fetchRows);
    const first = pages.start({ text: 'old' });
    const second = pages.start({ text: 'new' });
    expect(calls[0]!.signal.aborted).toBe(true);
    calls[1]!.answer({ items: ['new'], nextCursor: null });
    await second;
    calls[0]!.answer({ items: ['old'], nextCursor: 'x' });
    await first;
    expect(pages.rows.value).toEqual(['new']);
    expect(pages.hasMore.value).toBe(false);
  });

  it('keeps the old rows when a reload fails and shows why', async () => {
    const { calls, fetchRows } = handServer();
    const pages = usePages(fetchRows);
    const first = pages.start({});
    calls[0]!.answer({ items: ['a'], nextCursor: null });
    await first;
    const again = pages.reload();
    calls[1]!.fail(new CallFailed(OFFLINE));
    await again;
    expect(pages.rows.value).toEqual(['a']);
    expect(pages.problem.value).toBe(OFFLINE);
    expect(pages.loading.value).toBeNull();
  });

  it('does not ask for the next page twice at once', async () => {
    const { calls, fetchRows } = handServer();
    const pages = usePages(fetchRows);
    const first = pages.start({});
    calls[0]!.answer({ items: ['a'], nextCursor: 'c' });
    await first;
    void pages.more();
    void pages.more();
    expect(calls).toHaveLength(2);
  });

  it('lets a defect of this program be seen', async () => {
    const pages = usePages(() => Promise.reject(new TypeError('defect')));
    await expect(pages.start({})).rejects.toThrow('defect');
  });
});
