import { ref, shallowRef } from 'vue';
import { actionKeys } from '@/api';
import { type Answer, type Failure, isUnknownOutcome } from '@/api/failure';

/** Something a person does that changes the server. A second tap while it runs is ignored. */
export function useAction<A extends readonly unknown[], T>(work: (...content: A) => Promise<Answer<T>>) {
  const busy = ref(false);
  const failure = shallowRef<Failure | null>(null);

  /** The value, or null if it failed or is running already; `failure` tells why. */
  async function run(...content: A): Promise<T | null> {
    if (busy.value) return null;
    busy.value = true;
    failure.value = null;
    try {
      const answer = await work(...content);
      if (answer.ok) return answer.value;
      failure.value = answer.failure;
      return null;
    } finally {
      busy.value = false;
    }
  }
  return { busy, failure, run };
}

/**
 * The same for what must happen once: `key` (the `Idempotency-Key`) stays the same for the same `content` over retries and reloads until the
 * outcome is certain.
 *
 * @param name names the action, for example `placeTrade`
 */
export function useKeyedAction<A extends readonly unknown[], T>(name: string, work: (key: string, ...content: A) => Promise<Answer<T>>) {
  return useAction(async (...content: A) => {
    const what = `${name}:${JSON.stringify(content)}`;
    const answer = await work(actionKeys.keyFor(what), ...content);
    if (answer.ok || !isUnknownOutcome(answer.failure)) actionKeys.settle(what);
    return answer;
  });
}
