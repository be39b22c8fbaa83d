import { createHash } from 'node:crypto';
import { trackingState } from './state';
import type { Tracking, TrackingEvent } from './types';

/** Parsed JSON of the other side: nothing is taken for granted. */
export type Members = Readonly<Record<string, unknown>>;

export function asMembers(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

/** Kuaidi100 writes numbers now as numbers, now as text. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

/** @returns undefined when the text is not a JSON object */
export function parseMembers(text: string): Members | undefined {
  try {
    return asMembers(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Reads a query's answer or a push's `lastResult`; they have the same shape. */
export function readTracking(result: Members): Tracking | undefined {
  const carrierCode = asText(result.com);
  const trackingNumber = asText(result.nu);
  const stateCode = asText(result.state);
  if (!carrierCode || !trackingNumber || stateCode === undefined) return undefined;
  const nodes = Array.isArray(result.data) ? result.data : [];
  const events = nodes.flatMap(readEvent).sort((a, b) => b.occurredAt - a.occurredAt);
  return { carrierCode, trackingNumber, state: trackingState(stateCode), stateCode, isSigned: asText(result.ischeck) === '1', events };
}

/** A node without a readable time cannot be placed, so it is left out. */
function readEvent(value: unknown): TrackingEvent[] {
  const node = asMembers(value);
  const time = asText(node?.ftime) ?? asText(node?.time) ?? '';
  const occurredAt = chinaInstant(time);
  const description = asText(node?.context);
  if (node === undefined || occurredAt === undefined || description === undefined) return [];
  const stateCode = nonEmpty(node.statusCode);
  return [
    {
      occurredAt,
      description,
      ...(stateCode === undefined ? {} : { stateCode, state: trackingState(stateCode) }),
      ...optional('areaName', nonEmpty(node.areaName)),
      ...optional('areaCode', nonEmpty(node.areaCode)),
      ...optional('location', nonEmpty(node.location)),
      nodeHash: createHash('sha256').update(`${occurredAt}\n${description}`).digest('hex').slice(0, 32),
    },
  ];
}

const TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/;

function chinaInstant(text: string): number | undefined {
  const [, day, time] = TIME.exec(text) ?? [];
  const instant = Date.parse(`${day}T${time}+08:00`);
  return Number.isNaN(instant) ? undefined : instant;
}

function nonEmpty(value: unknown): string | undefined {
  const text = asText(value);
  return text === '' ? undefined : text;
}

function optional<N extends string>(name: N, value: string | undefined): { readonly [K in N]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [K in N]?: string };
}
