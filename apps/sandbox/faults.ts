import { type FaultName, type FaultPlace, faultCatalogue } from './fault-catalogue';
import { nextHex, type World } from './world';

export const PARTIES = ['wechat-pay', 'wechat-open', 'channels-shop', 'kuaidi100', 'sms'] as const;
export type Party = (typeof PARTIES)[number];

/** A fault waiting to happen: the next `timesLeft` matching calls suffer it. */
export interface Fault {
  readonly faultId: string;
  readonly party: Party;
  /** Operation such as `transaction.create`, or `*`. */
  readonly operation: string;
  readonly fault: FaultName;
  /** When set, only calls that concern this number (order, refund, bill, parcel, product) match. */
  readonly objectKey: string | null;
  readonly parameters: Readonly<Record<string, string | number>>;
  timesLeft: number;
}

export interface FaultOrder {
  readonly party: Party;
  readonly operation: string;
  readonly fault: FaultName;
  readonly times?: number;
  readonly objectKey?: string;
  readonly parameters?: Readonly<Record<string, string | number>>;
}

export function addFault(world: World, order: FaultOrder): Fault {
  const fault: Fault = {
    faultId: nextHex(world, 12),
    party: order.party,
    operation: order.operation,
    fault: order.fault,
    objectKey: order.objectKey ?? null,
    parameters: order.parameters ?? {},
    timesLeft: order.times ?? 1,
  };
  world.state.faults.set(fault.faultId, fault);
  world.touch();
  return fault;
}

export function clearFaults(world: World, faultId?: string): number {
  const before = world.state.faults.size;
  if (faultId === undefined) world.state.faults.clear();
  else world.state.faults.delete(faultId);
  world.touch();
  return before - world.state.faults.size;
}

const concerns = (fault: Fault, party: Party, operation: string, objectKey: string | undefined): boolean =>
  fault.party === party &&
  (fault.operation === '*' || fault.operation === operation) &&
  (fault.objectKey === null || fault.objectKey === objectKey);

function countDown(world: World, fault: Fault): void {
  fault.timesLeft -= 1;
  if (fault.timesLeft <= 0) world.state.faults.delete(fault.faultId);
  world.touch();
}

/** Takes every waiting fault of the given place that concerns this call, each once. */
export function takeFaults(world: World, party: Party, operation: string, place: FaultPlace, objectKey?: string): Fault[] {
  const taken = [...world.state.faults.values()].filter(
    (fault) => faultCatalogue[fault.fault].place === place && concerns(fault, party, operation, objectKey),
  );
  for (const fault of taken) countDown(world, fault);
  return taken;
}

/** Takes the oldest waiting fault with one of these names that concerns this operation. */
export function takeFault<const N extends FaultName>(
  world: World,
  party: Party,
  operation: string,
  names: readonly N[],
  objectKey?: string,
): (Fault & { readonly fault: N }) | undefined {
  for (const fault of world.state.faults.values()) {
    if (!isOneOf(fault, names) || !concerns(fault, party, operation, objectKey)) continue;
    countDown(world, fault);
    return fault;
  }
  return undefined;
}

const isOneOf = <N extends FaultName>(fault: Fault, names: readonly N[]): fault is Fault & { readonly fault: N } =>
  (names as readonly FaultName[]).includes(fault.fault);

export const numberParameter = (fault: Fault, name: string, fallback: number): number => {
  const value = Number(fault.parameters[name] ?? fallback);
  return Number.isFinite(value) ? value : fallback;
};
export const textParameter = (fault: Fault, name: string, fallback: string): string => String(fault.parameters[name] ?? fallback);
