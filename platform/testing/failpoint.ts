/**
 * Named places in product code where a test may stop, kill or let a competitor act. Without an armed action a failpoint
 * does nothing. Production refuses to arm any.
 */
export type FailpointAction = () => void | Promise<void>;

const armed = new Map<string, FailpointAction>();
const seen = new Set<string>();

export async function failpoint(name: string): Promise<void> {
  if (armed.size === 0) return;
  seen.add(name);
  await armed.get(name)?.();
}

/** Arms `name` and returns the function that disarms it. */
export function armFailpoint(name: string, action: FailpointAction): () => void {
  armed.set(name, action);
  return () => {
    armed.delete(name);
  };
}

/**
 * Arms from text such as `order.afterReserve=exit,database.beforeCommit=exit:5` (comma separated). `exit` kills the process with SIGKILL at the
 * first passage, `exit:5` at the fifth.
 *
 * @throws RangeError for any other action
 */
export function armFailpointsFromText(text: string): void {
  for (const part of text.split(',').filter((item) => item !== '')) {
    const [name = '', action = ''] = part.split('=');
    const passage = /^exit(?::([1-9]\d{0,5}))?$/.exec(action);
    if (passage === null) throw new RangeError(`unknown failpoint action in ${part}`);
    armFailpoint(name, killAtPassage(Number(passage[1] ?? 1)));
  }
}

function killAtPassage(passage: number): FailpointAction {
  let passed = 0;
  return () => {
    passed += 1;
    if (passed === passage) process.kill(process.pid, 'SIGKILL');
  };
}
