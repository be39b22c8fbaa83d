import { describe, expect, it } from 'vitest';
import { readTogether } from './index';

describe('reading together', () => {
  const recorded = () => {
    const asked: string[][] = [];
    const read = readTogether(async (keys) => {
      asked.push([...keys]);
      return new Map(keys.filter((key) => key !== 'unknown').map((key) => [key, `${key}!`]));
    });
    return { asked, read };
  };

  it('given questions of one turn, then one query answers them, each with its own', async () => {
    const { asked, read } = recorded();
    expect(await Promise.all(['a', 'b', 'a', 'unknown'].map(read))).toEqual(['a!', 'b!', 'a!', undefined]);
    expect(asked).toEqual([['a', 'b', 'unknown']]);
  });

  it('given the same question later, then it is asked again: nothing is kept', async () => {
    const { asked, read } = recorded();
    await read('a');
    await read('a');
    expect(asked).toEqual([['a'], ['a']]);
  });

  it('given more questions than one statement should hold, then they are split', async () => {
    const { asked, read } = recorded();
    const keys = Array.from({ length: 450 }, (_, index) => `k${index}`);
    expect(await Promise.all(keys.map(read))).toHaveLength(450);
    expect(asked.map(({ length }) => length)).toEqual([200, 200, 50]);
  });

  it('given a query that fails, then everybody who asked hears it, and the next question is answered', async () => {
    let broken = true;
    const read = readTogether(async (keys) => {
      if (broken) throw new Error('gone');
      return new Map(keys.map((key) => [key, 1]));
    });
    const answers = await Promise.allSettled([read('a'), read('b')]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    expect(await read('a')).toBe(1);
  });
});
