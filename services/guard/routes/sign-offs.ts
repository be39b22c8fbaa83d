import { ok } from '@qianxing/errors';
import { decodeCursor, encodeCursor, implement, type Route } from '@qianxing/http';
import { newId } from '@qianxing/ids';
import { fromIso, toIso } from '@qianxing/time';
import type { GuardContext } from '../context';
import { guardContract } from '../contract';
import { refusalOf, type SignOffRefusal } from '../engine/sign-off';
import { signOffOf } from '../judging';
import { fail } from '../problems';
import { acknowledgementsOf, acknowledgeRule, approve, askForReview, findSignOff, insertSignOff, listSignOffs, withdraw } from '../store';
import type { SignOffRow } from '../tables';
import { signOffView } from '../views';

/** Signatures of counsel, given by two people, and confirmations. */
export function signOffRoutes(context: GuardContext): Route[] {
  const { pack } = context;
  const { database } = context.platform;
  const { query } = database;

  const answer = async (signOffId: string, now: number) => {
    const row = await findSignOff(query, signOffId);
    return row === undefined ? fail('signOffNotFound') : ok(signOffView(row, now));
  };

  return [
    implement(guardContract.signOffs, async ({ query: { cursor, limit = 20, scope }, now }) => {
      const before = decodeCursor(cursor, ['string']);
      if (!before.ok) return before;
      const rows = await listSignOffs(query, { scope, before: before.value?.[0], limit: limit + 1 });
      const last = rows[limit - 1];
      return ok({
        items: rows.slice(0, limit).map((row) => signOffView(row, now)),
        nextCursor: rows.length > limit && last !== undefined ? encodeCursor([last.signOffId]) : null,
      });
    }),
    implement(guardContract.proposeSignOff, async ({ body, actor, now }) => {
      const { scope, opinionId, counselName, counselLicenceNo, platformApprovalId = null } = body;
      const row: SignOffRow = {
        signOffId: newId(now),
        packId: pack.packId,
        ...{ scope, opinionId, counselName, counselLicenceNo, platformApprovalId, riskTextHash: body.riskTextHash },
        ruleIds: JSON.stringify([...body.ruleIds].sort()),
        channels: JSON.stringify([...body.channels].sort()),
        status: 'proposed',
        ...{ proposedBy: actor.staffId, proposedByName: actor.username, proposedAt: now },
        ...{ approvedBy: null, approvedByName: null, approvedAt: null },
        ...{ withdrawnByName: null, withdrawnReason: null, withdrawnAt: null },
        validUntil: fromIso(body.validUntil),
      };
      const refusal = refusalOf({ ...signOffOf(row), secondApproverId: 'another' }, pack, { scope, channels: body.channels, at: now });
      if (refusal !== undefined) return fail('signOffRefused', { params: reasons[refusal] });
      await database.transaction((transaction) => insertSignOff(transaction, row));
      return ok(signOffView(row, now));
    }),
    implement(guardContract.approveSignOff, async ({ params, actor, now }) => {
      const row = await findSignOff(query, params.signOffId);
      if (row === undefined) return fail('signOffNotFound');
      if (row.proposedBy === actor.staffId) return fail('secondPersonNeeded');
      const refusal = refusalOf({ ...signOffOf(row), secondApproverId: actor.staffId }, pack, {
        scope: row.scope,
        channels: signOffOf(row).channels,
        at: now,
      });
      if (refusal !== undefined) return fail('signOffRefused', { params: reasons[refusal] });
      const signed = await database.transaction(async (transaction) => {
        const done = await approve(transaction, row.signOffId, { staffId: actor.staffId, staffName: actor.username, at: now });
        if (done) await askForReview(transaction, row.scope, now);
        return done;
      });
      return signed ? answer(row.signOffId, now) : fail('notProposed');
    }),
    implement(guardContract.withdrawSignOff, async ({ params, body, actor, now }) => {
      const row = await findSignOff(query, params.signOffId);
      if (row === undefined) return fail('signOffNotFound');
      const withdrawn = await database.transaction(async (transaction) => {
        const signer = { staffId: actor.staffId, staffName: actor.username, at: now };
        const done = await withdraw(transaction, row.signOffId, signer, body.reason);
        if (done) await askForReview(transaction, row.scope, now);
        return done;
      });
      return withdrawn ? answer(row.signOffId, now) : fail('notProposed');
    }),
    implement(guardContract.acknowledge, async ({ body: { scope, ruleIds }, actor, now }) => {
      for (const ruleId of ruleIds) {
        const compiled = pack.rules.find(({ rule }) => rule.id === ruleId);
        if (compiled === undefined) return fail('ruleNotFound');
        if (compiled.rule.override !== 'ack') return fail('notAcknowledgeable', { params: { ruleId } });
      }
      await database.transaction(async (transaction) => {
        for (const ruleId of [...ruleIds].sort())
          await acknowledgeRule(transaction, { scope, ruleId, staffId: actor.staffId, staffName: actor.username, acknowledgedAt: now });
        await askForReview(transaction, scope, now);
      });
      const rows = await acknowledgementsOf(query, scope);
      const items = rows.map(({ ruleId, staffName, acknowledgedAt }) => ({ ruleId, staffName, acknowledgedAt: toIso(acknowledgedAt) }));
      return ok({ scope, items });
    }),
  ];
}

/** Refusals in words. */
const reasons: Readonly<Record<SignOffRefusal, { readonly reasonZh: string; readonly reasonEn: string }>> = {
  ruleUnknown: { reasonZh: '规则包中没有所列规则', reasonEn: 'a rule is not in the pack' },
  ruleNotSignable: { reasonZh: '所列规则中有不可由法务签署放行的规则', reasonEn: 'one of the rules cannot be signed for' },
  samePersonTwice: { reasonZh: '须由两位不同的人签署', reasonEn: 'two different people have to sign' },
  notInForceYet: { reasonZh: '签署尚未开始生效', reasonEn: 'it has not begun' },
  expired: { reasonZh: '有效期已过', reasonEn: 'it has run out' },
  tooLong: { reasonZh: '有效期最长 180 天', reasonEn: 'it may last 180 days at most' },
  wrongScope: { reasonZh: '签署针对的是另一个方案', reasonEn: 'it is about another plan' },
  wrongChannel: { reasonZh: '签署未覆盖该渠道', reasonEn: 'it does not cover the channel' },
  wechatExcluded: { reasonZh: '该规则在微信渠道不得签署放行', reasonEn: 'this rule cannot be signed for on WeChat' },
  platformApprovalMissing: { reasonZh: '缺少平台的书面同意编号', reasonEn: 'the approval of the platform is missing' },
  riskTextChanged: { reasonZh: '风险提示内容已变更，请重新阅读后签署', reasonEn: 'the risk texts changed: read them again' },
  mitigationsMissing: {
    reasonZh: '二级计酬须满足：二级不超过一级的四分之一、合计不超过 20%、关系不超过 30 天、免费加入、无等级与招募奖励',
    reasonEn:
      'a second level needs a quarter of the first at most, 20 % in all, 30-day bindings, free entry, no ranks or recruiting rewards',
  },
  incomplete: { reasonZh: '意见书编号、律师姓名与执业证号须填写完整', reasonEn: 'opinion, name and licence number of counsel are needed' },
};
