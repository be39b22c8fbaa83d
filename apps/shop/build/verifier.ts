import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Writes the verifier of the transparency log, with all it needs, as one file beside the page that uses it, and answers where. In one file
 * it stays in the page's own package: it counts in BigInt, which engines of old phones cannot even read, and they still open every other page.
 */
export function bundleVerifier(): string {
  const outfile = path('../src/promotion/proofs/dist/verifier.js');
  buildSync({
    entryPoints: [path('../../../protocols/transparency-log/verify.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2018',
    supported: { bigint: true },
    logLevel: 'warning',
  });
  return outfile;
}
