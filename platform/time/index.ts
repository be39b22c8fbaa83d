/** The only source of «now» in the product. Instants are UTC milliseconds since 1970. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Offset of the shop's zone. China has one zone and no daylight saving time since 1991: UTC+8. */
export const SHOP_OFFSET_MS = 8 * HOUR_MS;

/** Instant → ISO 8601 text with the shop's offset, for example `2026-11-22T17:43:00.000+08:00`. */
export function toIso(instantMs: number): string {
  return `${new Date(instantMs + SHOP_OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
}

/** ISO 8601 text with an offset → instant. @throws RangeError on anything else. */
export function fromIso(text: string): number {
  const instant = Date.parse(text);
  if (Number.isNaN(instant) || !/(?:Z|[+-]\d{2}:\d{2})$/.test(text)) throw new RangeError(`not an instant with offset: ${text}`);
  return instant;
}

/** Day bucket in the shop's zone: `YYYY-MM-DD`. */
export function shopDay(instantMs: number): string {
  return new Date(instantMs + SHOP_OFFSET_MS).toISOString().slice(0, 10);
}

/** Start of a shop day as an instant; the day is `[start, start + DAY_MS)`. */
export function shopDayStart(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`) - SHOP_OFFSET_MS;
}
