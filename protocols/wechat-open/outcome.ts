/**
 * What became of a call to the outside. Nothing here is thrown: a fault of the network or of the other side is a value.
 *
 * - `ok`: the other side did it.
 * - `rejected`: the other side answered and did not do it. `code` is its own code as text (`'40029'`), or one of ours in words
 *   (`'answer.image'`, `'push.signature'`). `retryable` is true when the very same call may succeed later (frequency limit, busy).
 * - `unknown`: it may or may not have happened (timeout, broken connection, unreadable answer). Store it and ask again.
 */
export type Outcome<T> = Succeeded<T> | Rejected | Unknown;

export interface Succeeded<T> {
  readonly kind: 'ok';
  readonly value: T;
}

export interface Rejected {
  readonly kind: 'rejected';
  readonly code: string;
  /** The other side's words, for logs only: never branch on them. WeChat appends `rid: …`, which its support asks for. */
  readonly message: string;
  readonly retryable?: boolean;
}

export interface Unknown {
  readonly kind: 'unknown';
  /** `timeout`, `connect …`, `connection …`, `status 502`, `answer …`. For logs and counters. */
  readonly reason: string;
}

export const succeeded = <T>(value: T): Succeeded<T> => ({ kind: 'ok', value });

export const rejected = (code: string, message: string, retryable = false): Rejected => ({
  kind: 'rejected',
  code,
  message,
  ...(retryable ? { retryable } : {}),
});

export const unknown = (reason: string): Unknown => ({ kind: 'unknown', reason });
