import type { Answer, Failure } from '@/api/failure';

/** Ends a check without a verdict: the server could not be asked. */
export class UnreachableError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.kind);
  }
}

/** The value of an answer. @throws UnreachableError */
export function unwrap<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new UnreachableError(answer.failure);
  return answer.value;
}
