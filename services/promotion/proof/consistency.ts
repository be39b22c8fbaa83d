import { proveConsistency, type TransparencyLog, tilePath } from '@qianxing/transparency-log';

/** A tile that is not published. */
class UnpublishedError extends Error {}

/**
 * Proof between any two sizes the log has published, from its published files; undefined when it has not published that many leaves, and
 * for a `from` larger than `to`.
 */
export async function consistencyBetween(log: TransparencyLog, from: number, to: number): Promise<readonly Uint8Array[] | undefined> {
  const latest = await log.advanceFrom(BigInt(to));
  if (latest === undefined || from > to) return undefined;
  try {
    return await proveConsistency(
      async (tile) => {
        const file = await log.serve(tilePath(tile));
        if (file === undefined) throw new UnpublishedError(tilePath(tile));
        return file.body;
      },
      BigInt(from),
      BigInt(to),
    );
  } catch (error) {
    if (error instanceof UnpublishedError) return undefined;
    throw error;
  }
}
