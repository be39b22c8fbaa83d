import {
  commitmentName,
  commitTo,
  createSigner,
  encodeRecord,
  formatCheckpoint,
  formatNote,
  formatProofFile,
  formatVerifierKey,
  leafHash,
  openingOf,
  proveConsistency,
  proveInclusion,
  type ReadTile,
  recordSalt,
  rootFromTiles,
  signerKey,
  toBase64,
} from '@qianxing/transparency-log/verify';
import type { Answer } from '@/api/failure';
import type { ProofSource, RecordAnswer, RecordPage } from './check';

export const ORIGIN = 'shop.example/log';
const seedOf = (value: number) => new Uint8Array(32).fill(value);

export interface Movement {
  readonly kind: string;
  readonly changes: Readonly<Partial<Record<'pending' | 'available' | 'reserved', number>>>;
  readonly facts?: Readonly<Record<string, number>>;
  /** Fields that say something else than they should. */
  readonly lies?: Readonly<Record<string, number>>;
}

export const earned = (amountFen: number, facts: Readonly<Record<string, number>> = {}): Movement => ({
  kind: 'commissionEarned',
  changes: { pending: amountFen },
  facts: { baseFen: amountFen * 20, rateBp: 500, level: 1, ...facts },
});
export const released = (amountFen: number): Movement => ({
  kind: 'commissionReleased',
  changes: { pending: -amountFen, available: amountFen },
});

/** A log of one promoter's records, and of others' leaves, as an honest or a cheating server would show it. */
export async function testLog(movements: readonly Movement[], { signer: seed = 1, key = 7, witness = 0 } = {}) {
  const signer = signerKey(ORIGIN, 'ed25519', seedOf(seed));
  const pen = createSigner(signer);
  const cosigners = witness === 0 ? [] : [createSigner(signerKey('witness.example', 'cosignature', seedOf(witness)), () => 1_790_000_000)];
  const promoterKey = seedOf(key);
  const balances = { pending: 0, available: 0, reserved: 0 };
  let prev = '';
  const records = movements.map(({ kind, changes, facts, lies }, position) => {
    const touched = Object.entries(changes).map(([account, change]) => {
      balances[account as keyof typeof balances] += change;
      return [
        [`${account}Fen`, change],
        [`${account}AfterFen`, balances[account as keyof typeof balances]],
      ] as [string, number][];
    });
    const id = `0000000000000000000000000${position}`;
    const text = encodeRecord({
      ...facts,
      ...Object.fromEntries(touched.flat()),
      ...{ v: 1, kind, id, n: position + 1, prev, promoter: 'a'.repeat(32), at: position },
      amount: Object.values(changes).reduce((sum, change) => sum + change, 0),
      after: balances.pending + balances.available + balances.reserved,
      ...lies,
    } as Parameters<typeof encodeRecord>[0]);
    const salt = recordSalt(promoterKey, id);
    const commitment = commitTo(salt, text);
    prev = commitmentName(commitment);
    return { id, opening: openingOf(salt, text), commitment };
  });
  const leaves = [...records.map(({ commitment }) => commitment), ...Array.from({ length: 3 }, (_, at) => seedOf(100 + at))];
  const hashes = leaves.map(leafHash);
  const readTile: ReadTile = async ({ width }) => Uint8Array.from(hashes.slice(0, width).flatMap((hash) => [...hash]));
  const checkpointOf = async (size: number): Promise<string> => {
    const text = formatCheckpoint({ origin: ORIGIN, size: BigInt(size), root: await rootFromTiles(readTile, BigInt(size)) });
    return formatNote({ text, signatures: [pen, ...cosigners].map((one) => one.sign(text)) });
  };

  /** What the server answers when `size` leaves are published. */
  async function page(size: number): Promise<RecordPage & { items: RecordAnswer[] }> {
    const checkpoint = await checkpointOf(size);
    const items: RecordAnswer[] = [];
    for (const [index, { id, opening }] of records.entries()) {
      const isProven = index < size;
      const proof = isProven
        ? formatProofFile({
            extra: opening,
            index: BigInt(index),
            hashes: await proveInclusion(readTile, BigInt(index), BigInt(size)),
            checkpoint,
          })
        : null;
      const status = isProven ? 'proven' : 'waiting';
      items.push({ recordId: id, recordNumber: index + 1, status, proof, commissionId: null, withdrawalId: null });
    }
    const { pending, available, reserved } = balances;
    return { items, nextCursor: null, complete: true, balances: { pendingFen: pending, availableFen: available, reservedFen: reserved } };
  }
  async function source(size = leaves.length, changes: Partial<ProofSource> = {}): Promise<ProofSource> {
    const shown = await page(size);
    const checkpoint = await checkpointOf(size);
    const value = <T>(answer: T): Promise<Answer<T>> => Promise.resolve({ ok: true, value: answer });
    return {
      log: () => value({ origin: ORIGIN, verifierKey: formatVerifierKey(signer), policy: null, checkpoint }),
      records: () => value(shown),
      consistency: async (from, to) => value({ hashes: (await proveConsistency(readTile, BigInt(from), BigInt(to))).map(toBase64) }),
      pause: () => Promise.resolve(),
      now: () => 1_000,
      ...changes,
    };
  }
  return { size: leaves.length, source, page, checkpointOf, signer };
}
