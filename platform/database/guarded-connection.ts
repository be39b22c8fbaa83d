import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';

/** A connection lent to one transaction. After `end` it refuses every query, so a forgotten promise cannot write outside. */
export interface GuardedConnection extends DatabaseConnection {
  end(): void;
}

export function guardConnection(inner: DatabaseConnection): GuardedConnection {
  let open = true;
  function assertOpen(): void {
    if (!open) throw new Error('this transaction has ended; was a query inside it not awaited?');
  }
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      assertOpen();
      return inner.executeQuery<R>(query);
    },
    async *streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
      assertOpen();
      for await (const part of inner.streamQuery<R>(query, chunkSize)) {
        assertOpen();
        yield part;
      }
    },
    end() {
      open = false;
    },
  };
}
