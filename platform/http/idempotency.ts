/** A successful answer kept so that a retry with the same key gets the same one. */
export interface StoredAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export type IdempotencyStart =
  /** First use of the key: run the operation, then `finish` or `abandon`. */
  | { readonly kind: 'fresh' }
  /** Finished before with the same body. */
  | { readonly kind: 'replay'; readonly answer: StoredAnswer }
  /** Used before with another body. */
  | { readonly kind: 'conflict' }
  /** Another request with this key is being worked on right now. */
  | { readonly kind: 'inProgress' };

/**
 * Remembers answers by scope (actor and route) and key. Durable and shared by all processes. A start that was neither finished
 * nor abandoned (its process died) becomes `fresh` again after the store's lease.
 */
export interface IdempotencyStore {
  begin(scope: string, key: string, bodyHash: string): Promise<IdempotencyStart>;
  finish(scope: string, key: string, answer: StoredAnswer): Promise<void>;
  /** Frees the key after an operation that changed nothing. */
  abandon(scope: string, key: string): Promise<void>;
}
