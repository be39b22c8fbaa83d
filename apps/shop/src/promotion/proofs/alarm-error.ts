import type { AlarmKind } from './keeper';

/** Ends a check: something that honest software never shows. */
export class AlarmError extends Error {
  constructor(
    readonly kind: AlarmKind,
    readonly detail: string,
    /** The checkpoint or proof file in question. */
    readonly shown: string,
  ) {
    super(`${kind}: ${detail}`);
  }
}
