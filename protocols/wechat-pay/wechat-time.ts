const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

const YEAR_10000_MS = 253_402_300_800_000;

/** UTC milliseconds that can be written with a year of four digits. */
export function isInstant(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value < YEAR_10000_MS - SHANGHAI_OFFSET_MS;
}

/** RFC 3339 in the zone WeChat Pay uses: `2026-11-01T10:34:56+08:00`. Milliseconds are cut off. */
export function formatWechatTime(instantMs: number): string {
  return `${new Date(instantMs + SHANGHAI_OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}

/** UTC milliseconds of an RFC 3339 text with offset, `undefined` for anything else. */
export function parseWechatTime(value: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}

/** `2026-11-01 10:34:56` as bills write it (Asia/Shanghai, which has had no daylight saving since 1991). */
export function parseBillTime(value: string): number | undefined {
  return /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(value) ? parseWechatTime(`${value.replace(' ', 'T')}+08:00`) : undefined;
}
