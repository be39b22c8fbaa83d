import { Worker } from 'node:worker_threads';
import type { PosterContent } from './posters';

export interface DrawingTask {
  readonly content: PosterContent;
  /** SVG, PNG or JPEG. */
  readonly picture: Uint8Array | undefined;
}
export type Drawn = { readonly png: Uint8Array } | { readonly fault: string };

const WORKER = new URL('./drawing/worker.mjs', import.meta.url);
/** A picture may be made so that drawing it never ends. */
const LONGEST_MS = 10_000;
const MOST_MEMORY_MB = 256;

/**
 * Draws on threads of their own, so that the thread that answers requests stays free. A thread is started when none is idle: the caller
 * limits how many tasks run at once. One that dies or takes too long fails its task and is replaced by the next.
 *
 * @param worker what the threads run; another one in tests
 */
export function createDrawingThreads(worker: URL = WORKER): (task: DrawingTask) => Promise<Buffer> {
  const idle: Worker[] = [];
  return async (task) => {
    const thread = idle.pop() ?? start(worker);
    try {
      const drawn = await ask(thread, task);
      idle.push(thread);
      thread.unref();
      if ('fault' in drawn) throw new Error(`a poster could not be drawn: ${drawn.fault}`);
      return Buffer.from(drawn.png);
    } catch (error) {
      if (!idle.includes(thread)) await thread.terminate();
      throw error;
    }
  };
}

const start = (worker: URL): Worker => new Worker(worker, { resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB } });

/** The thread's answer. @throws when it dies or takes too long */
function ask(thread: Worker, task: DrawingTask): Promise<Drawn> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(() => reject(new Error('drawing a poster took too long'))), LONGEST_MS);
    const answered = (drawn: Drawn) => end(() => resolve(drawn));
    const failed = (error: Error) => end(() => reject(error));
    const exited = (code: number) => end(() => reject(new Error(`the drawing thread ended with code ${code}`)));
    function end(settle: () => void): void {
      clearTimeout(timer);
      thread.off('message', answered).off('error', failed).off('exit', exited);
      settle();
    }
    thread.on('message', answered).on('error', failed).on('exit', exited);
    // An idle thread does not keep the process alive, one that draws does.
    thread.ref();
    thread.postMessage(task);
  });
}
