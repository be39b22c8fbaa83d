import type { Database, Migration } from '@qianxing/database';
import type { ProblemCatalogue } from '@qianxing/errors';
import type { EventWriter, Reaction } from '@qianxing/events';
import type { Route } from '@qianxing/http';
import type { Clock } from '@qianxing/time';

/** What every service is given. Nothing here holds truth but the database. */
export interface Platform {
  readonly database: Database;
  readonly events: EventWriter;
  readonly clock: Clock;
  readonly log: Log;
}

/** Structured log without personal data. */
export interface Log {
  info(facts: Readonly<Record<string, unknown>>, message: string): void;
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}

/** A sweep or timer. At most one process runs it at a time (lease); it must be safe all the same if two do. */
export interface Job {
  /** `<service>.<name>`. */
  readonly name: string;
  readonly everyMs: number;
  /** Does one bounded portion of work and answers how many items it moved; more than zero asks to be run again at once. */
  run(): Promise<number>;
}

/** A violated invariant found on a database at rest by `qianxing check`. */
export interface CheckFinding {
  readonly check: string;
  readonly subject: string;
  readonly message: string;
}

export interface Check {
  /** `<service>.<invariant>`. */
  readonly name: string;
  run(): Promise<CheckFinding[]>;
}

/** The door of a service. `api` is what others may call, through the interface they declare in their `needs.ts`. */
export interface Service<A> {
  readonly name: string;
  readonly migrations: readonly Migration[];
  readonly problems: ProblemCatalogue;
  readonly routes: readonly Route[];
  readonly reactions: readonly Reaction[];
  readonly jobs: readonly Job[];
  readonly checks: readonly Check[];
  readonly api: A;
  /** Drains what the service still holds in memory (batches under way) before the database closes. */
  readonly close?: () => Promise<void>;
}

/** Types a service; the one call every `index.ts` ends with. */
export function defineService<A>(service: Service<A>): Service<A> {
  return service;
}
