/** One line of a diff: `line` counts from 1 on its own side. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added' | 'gap';
  readonly text: string;
  readonly beforeLine: number | null;
  readonly afterLine: number | null;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/**
 * The lines of a unified diff of one file, ready to be drawn. File headers are left out; between two hunks stands a gap.
 *
 * @see https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
 */
export function readDiff(diff: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let before = 0;
  let after = 0;
  let inHunk = false;
  for (const line of diff.split('\n')) {
    const hunk = HUNK.exec(line);
    if (hunk !== null) {
      if (inHunk) lines.push({ kind: 'gap', text: '', beforeLine: null, afterLine: null });
      inHunk = true;
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      continue;
    }
    if (!inHunk) continue;
    const text = line.slice(1);
    if (line.startsWith('-')) lines.push({ kind: 'removed', text, beforeLine: before++, afterLine: null });
    else if (line.startsWith('+')) lines.push({ kind: 'added', text, beforeLine: null, afterLine: after++ });
    else if (line.startsWith(' ')) lines.push({ kind: 'same', text, beforeLine: before++, afterLine: after++ });
  }
  return lines;
}

/** How many lines go and how many come. */
export function countDiff(lines: readonly DiffLine[]): { removed: number; added: number } {
  const count = (kind: DiffLine['kind']) => lines.filter((line) => line.kind === kind).length;
  return { removed: count('removed'), added: count('added') };
}
