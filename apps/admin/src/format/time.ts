/** The zone of the shop: day buckets and all shown times follow it, wherever the reader sits. */
const SHOP_ZONE = 'Asia/Shanghai';
const SHOP_OFFSET = '+08:00';

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: SHOP_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

function partsOf(instant: string): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(new Date(instant)).map((part) => [part.type, part.value]));
}

/** `2026-11-22 10:32` in the zone of the shop. */
export function formatInstant(instant: string): string {
  const at = partsOf(instant);
  return `${at.year}-${at.month}-${at.day} ${at.hour}:${at.minute}`;
}

/** `10:32:08` in the zone of the shop. */
export function formatTimeOfDay(instant: string): string {
  const at = partsOf(instant);
  return `${at.hour}:${at.minute}:${at.second}`;
}

/** The shop's day of an instant, `2026-11-22`. */
export function dayOf(instant: string): string {
  return formatInstant(instant).slice(0, 10);
}

/** The day that lies `days` after `day` (before, if negative). */
export function shiftDay(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** Number of days from `from` to `to`, both included. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000) + 1;
}

/** The instant a day begins in the shop. */
function startOfDay(day: string): string {
  return `${day}T00:00:00${SHOP_OFFSET}`;
}

/** Half-open period of instants for a range of whole days: `to` is the start of the day after the last. */
export function instantsOfDays(fromDay: string | undefined, toDay: string | undefined): { from?: string; to?: string } {
  return {
    ...(fromDay ? { from: startOfDay(fromDay) } : {}),
    ...(toDay ? { to: startOfDay(shiftDay(toDay, 1)) } : {}),
  };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** True for a day that exists; what stands in an address may be anything. */
export const isDay = (text: string): boolean => DAY.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

/** A length of time for people: `350 ms`, `12 s`, `4 min`, `3 h`, `2 d`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 86_400_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`;
}
