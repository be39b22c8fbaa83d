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

/** Arms from text such as `order.afterReserve=exit` (comma separated); `exit` kills the process with SIGKILL. */
export function armFailpointsFromText(text: string): void {
  for (const part of text.split(',').filter((item) => item !== '')) {
    const [name = '', action] = part.split('=');
    if (action !== 'exit') throw new RangeError(`unknown failpoint action in ${part}`);
    armFailpoint(name, () => process.kill(process.pid, 'SIGKILL') as unknown as undefined);
  }
}
