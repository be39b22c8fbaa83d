import { ElMessage } from 'element-plus';
import { ref, shallowRef } from 'vue';
import { type Problem, problemFrom } from '../api/problem';
import { useNotices } from '../shared/notices';

/** Runs one call at a time: busy while it is under way, its problem afterwards. Nothing on the page changes before the answer. */
export function useAction() {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  const notices = useNotices();

  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined;
    busy.value = true;
    problem.value = null;
    try {
      return await work();
    } catch (thrown) {
      problem.value = problemFrom(thrown);
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  return {
    busy,
    problem,
    attempt,
    /** As `attempt`, for a button without room for its problem: success and problem appear as notices. */
    async run<T>(work: () => Promise<T>, done: string): Promise<T | undefined> {
      const answer = await attempt(work);
      if (problem.value !== null) notices.problem(problem.value);
      else if (answer !== undefined) ElMessage.success(done);
      return answer;
    },
  };
}
