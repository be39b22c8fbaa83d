import type { DomainEvent } from './port';

/**
 * Carries events from the outbox to the consumers. At least once; the order of one aggregate's events is kept. In one process a
 * function call does it; between processes a broker.
 */
export interface Transport {
  /** Resolves when the events are durably taken over; rejecting means they will be published again. */
  publish(events: readonly DomainEvent[]): Promise<void>;
  /** `accept` resolves when the deliveries are stored; only then may the transport forget the events. Answers the unsubscriber. */
  subscribe(accept: (events: readonly DomainEvent[]) => Promise<void>): Promise<() => Promise<void>>;
}

/** The embedded edition: publishing calls the subscribers of this process. */
export function inProcessTransport(): Transport {
  const subscribers = new Set<(events: readonly DomainEvent[]) => Promise<void>>();
  return {
    async publish(events) {
      for (const accept of subscribers) await accept(events);
    },
    async subscribe(accept) {
      subscribers.add(accept);
      return async () => {
        subscribers.delete(accept);
      };
    },
  };
}
