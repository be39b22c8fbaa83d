import { computed, shallowRef } from 'vue';
import type { Evaluation, Repair } from './guard-types';

interface Step {
  readonly subject: unknown;
  readonly evaluation: Evaluation;
  /** Rules whose alternatives led here from the step before. */
  readonly applied: readonly string[];
}

/** A subject that is being changed on the screen. Nothing of it is stored; every step can be taken back. */
export function useWorkingCopy() {
  const steps = shallowRef<readonly Step[]>([]);
  const current = computed(() => steps.value.at(-1) ?? null);
  return {
    current,
    /** Rules whose alternatives have been applied so far, each once, in order. */
    applied: computed(() => [...new Set(steps.value.flatMap((step) => step.applied))]),
    isChanged: computed(() => steps.value.length > 1),
    start(subject: unknown, evaluation: Evaluation): void {
      steps.value = [{ subject, evaluation, applied: [] }];
    },
    adopt(repair: Repair): void {
      steps.value = [...steps.value, { subject: repair.repaired, evaluation: repair.after, applied: repair.applied }];
    },
    undo(): void {
      if (steps.value.length > 1) steps.value = steps.value.slice(0, -1);
    },
    reset(): void {
      steps.value = steps.value.slice(0, 1);
    },
    clear(): void {
      steps.value = [];
    },
  };
}
