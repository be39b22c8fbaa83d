export interface JsonFault {
  /** Counted from 1; null where the browser does not say. */
  readonly line: number | null;
  readonly column: number | null;
}
export type ParsedJson = { readonly value: unknown } | { readonly fault: JsonFault };

/** Reads JSON that somebody typed; a fault says where it is, as far as the browser tells. */
export function readJson(text: string): ParsedJson {
  try {
    return { value: JSON.parse(text) };
  } catch (thrown) {
    return { fault: faultOf(thrown instanceof Error ? thrown.message : '', text) };
  }
}

function faultOf(message: string, text: string): JsonFault {
  const named = /line (\d+) column (\d+)/.exec(message);
  if (named !== null) return { line: Number(named[1]), column: Number(named[2]) };
  const position = /position (\d+)/.exec(message);
  if (position !== null) return lineAt(text, Number(position[1]));
  return /end of (?:JSON )?(?:data|input)/i.test(message) ? lineAt(text, text.length) : { line: null, column: null };
}

/** Line and column, from 1, of an offset. */
export function lineAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The JSON pointer (RFC 6901) that a message of the server names before its colon, or null. */
export function pointerIn(message: string): string | null {
  return /(\/[^\s:：]+)[:：]/.exec(message)?.[1] ?? null;
}

/** Where the value under a pointer begins in valid JSON; null if it is not there. */
export function offsetOf(text: string, pointer: string): number | null {
  const tokens = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  let at = blankTo(text, 0);
  for (const token of tokens) {
    const next = text[at] === '{' ? memberOf(text, at, token) : text[at] === '[' ? itemOf(text, at, token) : null;
    if (next === null) return null;
    at = next;
  }
  return at;
}

const blankTo = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
  return at;
};

function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** The first sign after a value. */
function valueEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const sign = text[at];
    if (sign === '"') {
      at = stringEnd(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (depth === 0 && (sign === ',' || sign === '}' || sign === ']')) return at;
    if (sign === '{' || sign === '[') depth += 1;
    if (sign === '}' || sign === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
  return at;
}

/** Where the next member or item begins, or the end of the text if this value was the last. */
function nextAfter(text: string, value: number): number {
  const at = blankTo(text, valueEnd(text, value));
  return text[at] === ',' ? blankTo(text, at + 1) : text.length;
}

function memberOf(text: string, from: number, wanted: string): number | null {
  let at = blankTo(text, from + 1);
  while (text[at] === '"') {
    const keyEnd = stringEnd(text, at);
    const key: unknown = JSON.parse(text.slice(at, keyEnd));
    const value = blankTo(text, blankTo(text, keyEnd) + 1);
    if (key === wanted) return value;
    at = nextAfter(text, value);
  }
  return null;
}

function itemOf(text: string, from: number, wanted: string): number | null {
  let at = blankTo(text, from + 1);
  for (let index = 0; text[at] !== ']' && at < text.length; index += 1) {
    if (String(index) === wanted) return at;
    at = nextAfter(text, at);
  }
  return null;
}
