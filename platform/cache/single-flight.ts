/** Runs at most one load per key at a time; whoever asks meanwhile gets the same promise. */
export interface SingleFlight {
  /** A failed load is told to all who waited for it and forgotten: the next one tries again. */
  run<V>(key: string, load: () => Promise<V>): Promise<V>;
}

export function singleFlight(): SingleFlight {
  const flights = new Map<string, Promise<unknown>>();
  return {
    run<V>(key: string, load: () => Promise<V>): Promise<V> {
      const running = flights.get(key);
      if (running !== undefined) return running as Promise<V>;
      const flight = Promise.resolve()
        .then(load)
        .finally(() => flights.delete(key));
      flights.set(key, flight);
      return flight;
    },
  };
}
