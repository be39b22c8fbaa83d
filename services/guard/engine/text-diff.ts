import { createTwoFilesPatch } from 'diff';

/** Unified diff of two values as indented JSON, for people to read. Empty when they are the same. */
export function textDiff(before: unknown, after: unknown, beforeName: string, afterName: string): string {
  const [one, other] = [before, after].map((value) => `${JSON.stringify(value, null, 2)}\n`);
  return one === other ? '' : createTwoFilesPatch(beforeName, afterName, one ?? '', other ?? '', undefined, undefined, { context: 2 });
}
