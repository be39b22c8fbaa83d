/** Why something was not accepted. Codes are stable; messages are English and for people who look for the cause. */
export type FaultCode =
  /** Not in the format at all. */
  | 'malformed'
  /** Another log than the one that is trusted. */
  | 'wrongOrigin'
  /** Nobody we know signed it. */
  | 'notSigned'
  /** Signed in the name of a known key, and the signature is wrong: the whole note is worth nothing. */
  | 'badSignature'
  /** Too few witnesses saw it. */
  | 'quorumMissing'
  /** A hash proof that does not lead to the root. */
  | 'badProof'
  /** Two signed checkpoints that cannot belong to one log: proof of misconduct. */
  | 'inconsistent'
  /** A signed checkpoint smaller than one that was seen before. */
  | 'rolledBack'
  /** A record that does not open the entry in the log, or does not follow the record before it. */
  | 'badRecord'
  /** A file of the log is not there. */
  | 'missing'
  /** The start-up guard has not let this process sign. */
  | 'notOpen';

export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
}

/** Expected failures are values. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

export const accepted = <T>(value: T): Checked<T> => ({ ok: true, value });
export const refused = (code: FaultCode, message: string): { readonly ok: false; readonly fault: Fault } => ({
  ok: false,
  fault: { code, message },
});
