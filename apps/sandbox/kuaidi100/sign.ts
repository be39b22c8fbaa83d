import { createHash } from 'node:crypto';

/** MD5 over the joined parts, 32 hex digits in capitals: `param + key + customer` for queries, `param + salt` for pushes. */
export const kuaidi100Sign = (...parts: readonly string[]): string => createHash('md5').update(parts.join('')).digest('hex').toUpperCase();
