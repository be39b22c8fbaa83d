import { fromBase64, fromDecimal, toBase64 } from './bytes';
import { isHash } from './hash';
import { accepted, type Checked, refused } from './outcome';
import type { HashProof } from './proof';

/** A proof that an entry is in a log, with the checkpoint it leads to (c2sp.org/tlog-proof); file extension `.tlog-proof`. */
export interface ProofFile {
  /** Whatever is needed to find the entry; nothing of it is proven by itself. */
  readonly extra?: Uint8Array;
  readonly index: bigint;
  readonly hashes: HashProof;
  /** The signed checkpoint, as text, not verified. */
  readonly checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of 2⁶³ leaves needs no more. */
export const MAX_PROOF_HASHES = 63;
const MAX_LINE_LENGTH = 65_536 * 2;

export function formatProofFile({ extra, index, hashes, checkpoint }: ProofFile): string {
  const lines = [HEADER, ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]), `index ${index}`, ...hashes.map(toBase64), ''];
  return `${lines.join('\n')}\n${checkpoint}`;
}

/** Takes a proof file apart; verifies nothing. */
export function parseProofFile(text: string): Checked<ProofFile> {
  const split = text.indexOf('\n\n');
  if (split < 0) return refused('malformed', 'a proof file has an empty line before the checkpoint');
  const [header, ...lines] = text.slice(0, split).split('\n');
  if (header !== HEADER) return refused('malformed', `a proof file begins with ${HEADER}`);
  if (lines.some((line) => line.length > MAX_LINE_LENGTH)) return refused('malformed', 'a line is too long');
  const extraText = lines[0]?.startsWith('extra ') ? lines.shift()?.slice('extra '.length) : undefined;
  const extra = extraText === undefined ? undefined : fromBase64(extraText);
  if (extraText !== undefined && extra === undefined) return refused('malformed', 'extra is not base64');
  const index = fromDecimal(/^index (.*)$/u.exec(lines.shift() ?? '')?.[1] ?? '');
  if (index === undefined) return refused('malformed', 'the index is not a decimal number');
  if (lines.length > MAX_PROOF_HASHES) return refused('malformed', `a proof has at most ${MAX_PROOF_HASHES} hashes`);
  const hashes = lines.map(fromBase64);
  if (!hashes.every((hash) => hash !== undefined && isHash(hash))) return refused('malformed', 'a hash is not 32 bytes in base64');
  return accepted({
    ...(extra === undefined ? {} : { extra }),
    index,
    hashes: hashes.filter((hash) => hash !== undefined),
    checkpoint: text.slice(split + 2),
  });
}
