import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Writes the verifier of the transparency log, with all it needs, as one file beside the page that uses it, and answers where. In one file
 * it stays in the page's own package: it counts in BigInt, which engines of old phones cannot even read, and they still open every other page.
 */
export function bundleVerifier(): string {
  const outfile = path('../src/promotion/proofs/dist/verifier.js');
  const { outputFiles } = buildSync({
    entryPoints: [path('../../../protocols/transparency-log/verify.ts')],
    outfile,
    write: false,
    bundle: true,
    format: 'esm',
    target: 'es2018',
    supported: { bigint: true },
    logLevel: 'warning',
  });
  replaceFile(outfile, outputFiles[0]?.text ?? '');
  return outfile;
}

/** Several builds may do this at once: none may read half a file. */
function replaceFile(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
