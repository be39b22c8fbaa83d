/** The shop's zone has one offset all year (Asia/Shanghai, UTC+8); mini programs have no time zone data. */
const SHOP_OFFSET_MS = 8 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;
const two = (value: number) => String(value).padStart(2, '0');

/** `2026-11-22T02:31:00Z` → `2026-11-22 10:31` in the shop's zone. */
export function formatInstant(instant: string): string {
  const shop = new Date(Date.parse(instant) + SHOP_OFFSET_MS);
  return `${formatDay(instant)} ${two(shop.getUTCHours())}:${two(shop.getUTCMinutes())}`;
}

/** Day of an instant in the shop's zone, `2026-11-22`. */
export function formatDay(instant: string): string {
  const shop = new Date(Date.parse(instant) + SHOP_OFFSET_MS);
  return `${shop.getUTCFullYear()}-${two(shop.getUTCMonth() + 1)}-${two(shop.getUTCDate())}`;
}

/** Time left as `1:02:03` or `12:05`; zero when it is over. */
export function formatLeft(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const hours = Math.floor(seconds / 3600);
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}

export interface Age {
  readonly unit: 'now' | 'minutes' | 'hours' | 'days';
  readonly count: number;
}

/** How old data is, in the largest whole unit. */
export function ageOf(savedAt: number, now: number): Age {
  const minutes = Math.max(0, Math.floor((now - savedAt) / MINUTE_MS));
  if (minutes < 1) return { unit: 'now', count: 0 };
  if (minutes < 60) return { unit: 'minutes', count: minutes };
  if (minutes < 24 * 60) return { unit: 'hours', count: Math.floor(minutes / 60) };
  return { unit: 'days', count: Math.floor(minutes / (24 * 60)) };
}
