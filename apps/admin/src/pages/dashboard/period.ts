import { daysBetween, isDay, shiftDay } from '../../format/time';

export const PRESETS = ['today', '7', '30', '90'] as const;
export type Preset = (typeof PRESETS)[number];
export interface Period {
  readonly from: string;
  readonly to: string;
}

const LENGTH: Readonly<Record<Preset, number>> = { today: 1, '7': 7, '30': 30, '90': 90 };

/** The days of a preset that ends today. */
export function periodOf(preset: Preset, today: string): Period {
  return { from: shiftDay(today, 1 - LENGTH[preset]), to: today };
}

/** The period of the same length that ends the day before. */
export function periodBefore({ from, to }: Period): Period {
  const length = daysBetween(from, to);
  return { from: shiftDay(from, -length), to: shiftDay(from, -1) };
}

/** The period that stands in the address, null if none does or it is not one. */
export function periodFromQuery(query: Readonly<Record<string, unknown>>): Period | null {
  const { from, to } = query;
  if (typeof from !== 'string' || typeof to !== 'string' || !isDay(from) || !isDay(to) || from > to) return null;
  return { from, to };
}

/** The preset a period is, null if it is another one. */
export function presetOf(period: Period, today: string): Preset | null {
  return PRESETS.find((preset) => periodOf(preset, today).from === period.from && period.to === today) ?? null;
}
