import type { Json, JsonObject } from './types';

const DEPTH_LIMIT = 16;
const NAME = /[A-Za-z_][\w.-]*/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Reads the XML that WeChat pushes: nested elements, text and CDATA, no attributes, no document type (so no entity can be declared).
 * Leaves become text, repeated elements a list, the root's name is dropped.
 *
 * @returns undefined for anything else
 */
export function parseXml(text: string): JsonObject | undefined {
  const reader = new Cursor(text.trim());
  reader.skip(/<\?xml[^?]*\?>\s*/y);
  const root = readElement(reader, 0);
  if (root === undefined || !reader.atEnd() || typeof root.value === 'string') return undefined;
  return root.value as JsonObject;
}

interface Element {
  readonly name: string;
  readonly value: Json;
}

/** Position in a text; kept as an object because every rule below moves it on. */
class Cursor {
  private at = 0;
  constructor(private readonly text: string) {}

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  skip(pattern: RegExp): boolean {
    return this.take(pattern) !== undefined;
  }

  takeUntil(mark: string): string | undefined {
    const end = this.text.indexOf(mark, this.at);
    if (end < 0) return undefined;
    const taken = this.text.slice(this.at, end);
    this.at = end + mark.length;
    return taken;
  }

  atEnd(): boolean {
    return this.at === this.text.length;
  }
}

function readElement(reader: Cursor, depth: number): Element | undefined {
  if (depth > DEPTH_LIMIT || !reader.skip(/</y)) return undefined;
  const name = reader.take(NAME);
  if (name === undefined) return undefined;
  if (reader.skip(/\s*\/>/y)) return { name, value: '' };
  if (!reader.skip(/\s*>/y)) return undefined;
  const value = readContent(reader, depth);
  if (value === undefined || !reader.skip(/<\//y) || reader.take(NAME) !== name || !reader.skip(/\s*>/y)) return undefined;
  return { name, value };
}

/** Either text (with CDATA sections) or elements with nothing but white space between them. */
function readContent(reader: Cursor, depth: number): Json | undefined {
  let text = '';
  const elements: Element[] = [];
  for (;;) {
    const plain = reader.take(/[^<]+/y);
    if (plain !== undefined) {
      const decoded = decodeEntities(plain);
      if (decoded === undefined) return undefined;
      text += decoded;
    } else if (reader.skip(/<!\[CDATA\[/y)) {
      const section = reader.takeUntil(']]>');
      if (section === undefined) return undefined;
      text += section;
    } else if (reader.skip(/(?=<[A-Za-z_])/y)) {
      const element = readElement(reader, depth + 1);
      if (element === undefined) return undefined;
      elements.push(element);
    } else break;
  }
  if (elements.length === 0) return text;
  return text.trim() === '' ? gather(elements) : undefined;
}

function gather(elements: readonly Element[]): JsonObject {
  const byName = new Map<string, Json[]>();
  for (const { name, value } of elements) byName.set(name, [...(byName.get(name) ?? []), value]);
  // fromEntries defines own members, so a member called __proto__ stays a member.
  return Object.fromEntries([...byName].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]));
}

function decodeEntities(text: string): string | undefined {
  let known = true;
  const decoded = text.replace(/&(#\d{1,7}|#x[\da-fA-F]{1,6}|\w+);|&/g, (whole, name: string | undefined) => {
    const value = name === undefined ? undefined : entity(name);
    if (value === undefined) known = false;
    return value ?? whole;
  });
  return known ? decoded : undefined;
}

function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES[name];
  const point = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}
