import DataLoader from 'dataloader';

const MAX_KEYS = 200;

/**
 * One query for what many requests ask for in the same turn of the event loop; under load most of a request's cost is the number of its
 * queries. Nothing is kept: an answer is never older than the question.
 *
 * @param load answers by key; what it leaves out does not exist.
 */
export function readTogether<Value>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  const loader = new DataLoader<string, Value | undefined>(
    async (keys) => {
      const found = await load([...new Set(keys)]);
      return keys.map((key) => found.get(key));
    },
    { cache: false, maxBatchSize: MAX_KEYS, batchScheduleFn: setImmediate },
  );
  return (key) => loader.load(key);
}
