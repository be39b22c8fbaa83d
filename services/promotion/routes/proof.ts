import { ok } from '@qianxing/errors';
import { decodeCursor, encodeCursor, implement, type Route } from '@qianxing/http';
import type { RecordProof } from '@qianxing/transparency-log';
import { commissionsOfLines } from '../commission/store';
import type { PromotionContext } from '../context';
import { promotionContract } from '../contract';
import { fail } from '../problems';
import { consistencyBetween } from '../proof/consistency';
import { movementsOf } from '../proof/movements';
import { findStanding, recordNumberOf } from '../proof/store';
import { promoterOfMember } from '../referral/store';

export function proofRoutes(context: PromotionContext): Route[] {
  const { query } = context.platform.database;
  const { log, origin, verifierKey, policyText } = context.proofLog;

  return [
    implement(promotionContract.transparencyLog, async () => {
      const checkpoint = await log.serve('checkpoint');
      const text = checkpoint === undefined ? null : Buffer.from(checkpoint.body).toString('utf8');
      return ok({ origin, verifierKey, policy: policyText, checkpoint: text });
    }),
    implement(promotionContract.logConsistency, async ({ query: { from, to } }) => {
      const hashes = await consistencyBetween(log, from, to);
      return hashes === undefined ? fail('logSizeUnknown') : ok({ hashes: hashes.map((hash) => Buffer.from(hash).toString('base64')) });
    }),
    implement(promotionContract.promoterRecords, async ({ actor, query: { cursor, limit = 20 } }) => {
      const after = decodeCursor(cursor, ['integer']);
      if (!after.ok) return after;
      const promoter = await promoterOfMember(query, actor.memberId);
      if (promoter === undefined) return fail('notPromoter');
      const { promoterId } = promoter;
      const proofs = await log.recordProofs(promoterId, { after: after.value?.[0] ?? 0, limit });
      const chain = await log.chainOf(promoterId);
      const balances = await context.accounts.balances(query, [promoterId]);
      const { pendingFen = 0, availableFen = 0, reservedFen = 0 } = balances.get(promoterId) ?? {};
      const last = proofs.at(-1)?.recordNumber;
      const recordCount = chain?.recordCount ?? 0;
      return ok({
        items: await recordViews(context, promoterId, proofs),
        nextCursor: last === undefined || last >= recordCount ? null : encodeCursor([last]),
        recordCount,
        complete: (await findStanding(query, promoterId)) === undefined,
        balances: { pendingFen, availableFen, reservedFen },
      });
    }),
    implement(promotionContract.recordProofFile, async ({ actor, params: { recordId } }) => {
      const promoter = await promoterOfMember(query, actor.memberId);
      const recordNumber = promoter && (await recordNumberOf(query, promoter.promoterId, recordId));
      if (promoter === undefined || recordNumber === undefined) return fail('recordNotFound');
      const [record] = await log.recordProofs(promoter.promoterId, { after: recordNumber - 1, limit: 1 });
      if (record?.recordId !== recordId) return fail('recordNotFound');
      if (record.proof.status !== 'proven') return fail('recordNotPublished');
      const disposition = `attachment; filename="${recordId}.tlog-proof"`;
      const headers = { 'content-disposition': disposition };
      return ok({ status: 200, contentType: 'text/plain; charset=utf-8', body: record.proof.file, headers });
    }),
    implement(promotionContract.logFile, async ({ params }) => {
      const file = await log.serve(params['*']);
      if (file === undefined) return fail('logFileNotFound');
      const { contentType, cacheControl, body } = file;
      return ok({ status: 200, contentType, body: Buffer.from(body), headers: { 'cache-control': cacheControl } });
    }),
  ];
}

/** Records with the commission or withdrawal each is about, two queries for a page. */
async function recordViews({ platform }: PromotionContext, promoterId: string, proofs: readonly RecordProof[]) {
  const { query } = platform.database;
  const movements = await movementsOf(
    query,
    proofs.map(({ recordId }) => recordId),
  );
  const references = new Map(
    movements.map(({ transactionId, referenceType, referenceId }) => [transactionId, { referenceType, referenceId }]),
  );
  const lineIds = movements.flatMap(({ referenceType, referenceId }) =>
    referenceType === 'commission' ? (referenceId.split(':')[0] ?? []) : [],
  );
  const commissions = await commissionsOfLines(query, promoterId, [...new Set(lineIds)]);
  const commissionIds = new Map(commissions.map((row) => [`${row.orderLineId}:${row.level}`, row.commissionId]));
  return proofs.map(({ recordId, recordNumber, proof }) => {
    const { referenceType, referenceId = '' } = references.get(recordId) ?? {};
    return {
      recordId,
      recordNumber,
      status: proof.status === 'proven' ? ('proven' as const) : ('waiting' as const),
      proof: proof.status === 'proven' ? proof.file : null,
      commissionId: referenceType === 'commission' ? (commissionIds.get(referenceId) ?? null) : null,
      withdrawalId: referenceType === 'withdrawal' ? referenceId : null,
    };
  });
}
