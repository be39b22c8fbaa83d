// What the person at the terminal sees: one line per step, Chinese first, and every ten seconds what is being waited for.

const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
const seconds = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

export const green = (text) => paint(32, text);
export const red = (text) => paint(31, text);
export const yellow = (text) => paint(33, text);
const grey = (text) => paint(90, text);

export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Prints why it ends and what to do about it, then ends. */
export function giveUp(zh, en) {
  say(`\n${red('✗')} ${zh}\n  ${en}\n`);
  process.exit(1);
}

const running = new Map();
let heartbeat;

function beat() {
  const waiting = [...running].map(([title, sinceMs]) => `${title} (${seconds(sinceMs)})`).join(', ');
  say(grey(`  … 等待 waiting for: ${waiting}`));
}

/**
 * Shows `title` while `work` runs and how long it took; the answer of `work` is passed on.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @param {(answer: T) => boolean} isGood
 */
export async function step(title, work, isGood = () => true) {
  const sinceMs = performance.now();
  say(`${grey('›')} ${title}`);
  running.set(title, sinceMs);
  heartbeat ??= setInterval(beat, 10_000);
  try {
    const answer = await work();
    say(`${isGood(answer) ? green('✓') : red('✗')} ${title} ${grey(seconds(sinceMs))}`);
    return answer;
  } finally {
    running.delete(title);
    if (running.size === 0) {
      clearInterval(heartbeat);
      heartbeat = undefined;
    }
  }
}

/**
 * Runs tasks, at most `width` at once, each after those it names in `after`; starts them in the order given.
 * A task answers whether it succeeded; tasks that wait for a failed one are not started.
 * @param {readonly { name: string, after?: readonly string[], work: () => Promise<boolean> }[]} tasks
 * @returns {Promise<Set<string>>} the names of the tasks that succeeded
 */
export async function runInOrder(tasks, width = 2) {
  const succeeded = new Set();
  const ended = new Set();
  const waiting = [...tasks];
  const active = new Map();
  const known = new Set(tasks.map(({ name }) => name));
  while (waiting.length > 0 || active.size > 0) {
    for (const task of [...waiting]) {
      if (active.size >= width) break;
      const after = (task.after ?? []).filter((name) => known.has(name));
      if (!after.every((name) => ended.has(name))) continue;
      waiting.splice(waiting.indexOf(task), 1);
      if (!after.every((name) => succeeded.has(name))) {
        ended.add(task.name);
        continue;
      }
      active.set(
        task.name,
        task.work().then((good) => {
          if (good) succeeded.add(task.name);
          ended.add(task.name);
          active.delete(task.name);
        }),
      );
    }
    if (active.size > 0) await Promise.race(active.values());
  }
  return succeeded;
}
