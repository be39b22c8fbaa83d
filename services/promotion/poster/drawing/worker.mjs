// A thread that draws one poster after another. It is started from this very file, by the bundle too; so it is JavaScript, checked by its types.
import { parentPort } from 'node:worker_threads';
import { drawPoster } from './draw.mjs';

parentPort?.on('message', async (/** @type {import('../threads').DrawingTask} */ task) => {
  /** @type {import('../threads').Drawn} */
  let drawn;
  try {
    drawn = { png: await drawPoster(task.content, task.picture) };
  } catch (error) {
    drawn = { fault: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(drawn);
});
