/**
 * What may be bound: text, number, bigint, boolean, Buffer, null. The MySQL client would turn an object into `name = value` text. Text
 * with a NUL character is refused because SQLite's C strings end there: what follows would be lost without a word.
 *
 * @throws TypeError for anything else, before a statement is sent.
 */
export function assertBindable(parameters: readonly unknown[]): void {
  for (const value of parameters) {
    switch (typeof value) {
      case 'string':
        if (value.includes('\0')) throw new TypeError('a text must not contain the NUL character');
        break;
      case 'number':
      case 'bigint':
      case 'boolean':
        break;
      default:
        if (value !== null && !Buffer.isBuffer(value)) throw new TypeError(`a query parameter must be a plain value, not ${typeof value}`);
    }
  }
}
