import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, encodeCursor, implement, type Route } from '@qianxing/http';
import type { GuardContext } from '../context';
import { type Evaluation, guardContract } from '../contract';
import { effectivePlan } from '../engine/effective-plan';
import { repairSubject } from '../engine/repair-subject';
import { type ReadSubject, readSubject } from '../engine/subjects/read';
import type { SubjectType } from '../engine/subjects/subjects';
import { textDiff } from '../engine/text-diff';
import { channelsOf, evaluationRow, judge, overridesOf } from '../judging';
import { fail } from '../problems';
import { findEvaluation, insertEvaluation, listEvaluations, subjectsInForce } from '../store';
import { evaluationView, patchView, standingView, summaryView } from '../views';

/** Judging, repairing, and what was judged before. */
export function judgementRoutes(context: GuardContext): Route[] {
  const { pack, needs } = context;
  const { database } = context.platform;
  const { query } = database;

  const judgeNow = async (
    subject: ReadSubject,
    scope: string | undefined,
    staffName: string,
    at: number,
    keep: boolean,
  ): Promise<Evaluation> => {
    const judgement = judge(context, subject, scope, await overridesOf(query, scope, at), at);
    const row = evaluationRow(context, subject, judgement, { scope: scope ?? '', cause: 'draft', staffName, at });
    if (keep) await database.transaction((transaction) => insertEvaluation(transaction, row));
    return evaluationView(pack, row, subject.unjudged, keep);
  };

  return [
    implement(guardContract.evaluateSubject, async ({ body, actor, now }) => {
      const subject = readWhole(body.subjectType, body.subject, body.alongside ?? []);
      if (!subject.ok) return subject;
      return ok(await judgeNow(subject.value, body.scope, actor.username, now, body.scope !== undefined));
    }),
    implement(guardContract.repairSubject, async ({ body, actor, now }) => {
      const subject = readWhole(body.subjectType, body.subject, []);
      if (!subject.ok) return subject;
      const { applied, patch, repaired } = repairSubject(pack, subject.value, now, body.ruleIds);
      const after = readWhole(body.subjectType, repaired, []);
      if (!after.ok) return after;
      return ok({
        applied: [...applied],
        patch: patchView(patch),
        diff: textDiff(subject.value.value, repaired, 'before', 'after'),
        repaired,
        before: await judgeNow(subject.value, undefined, actor.username, now, false),
        after: await judgeNow(after.value, undefined, actor.username, now, false),
      });
    }),
    implement(guardContract.planVersionJudgement, async ({ params, actor, now }) => {
      const stored = await needs.planVersion(params.planVersionId);
      if (stored === undefined) return fail('planNotFound');
      const subject = readWhole('plan', stored.plan, []);
      if (!subject.ok) return subject;
      return ok({
        scope: stored.scope,
        channels: channelsOf(stored.plan) as (typeof stored.plan.channels)[number][],
        subject: stored.plan,
        evaluation: await judgeNow(subject.value, stored.scope, actor.username, now, false),
      });
    }),
    implement(guardContract.evaluations, async ({ query: { cursor, limit = 20, scope } }) => {
      const before = decodeCursor(cursor, ['string']);
      if (!before.ok) return before;
      const rows = await listEvaluations(query, { scope, before: before.value?.[0], limit: limit + 1 });
      const last = rows[limit - 1];
      return ok({
        items: rows.slice(0, limit).map((row) => summaryView(row, true)),
        nextCursor: rows.length > limit && last !== undefined ? encodeCursor([last.evaluationId]) : null,
      });
    }),
    implement(guardContract.evaluation, async ({ params }) => {
      const row = await findEvaluation(query, params.evaluationId);
      if (row === undefined) return fail('evaluationNotFound');
      const subject: unknown = JSON.parse(row.subject);
      const read = readSubject(row.subjectType, subject);
      return ok({ evaluation: evaluationView(pack, row, 'fault' in read ? [] : read.unjudged, true), subject });
    }),
    implement(guardContract.standings, async () => ok({ items: (await subjectsInForce(query)).map(standingView) })),
  ];
}

/** The subject, with the campaigns beside it merged in. */
function readWhole(type: SubjectType, subject: unknown, alongside: readonly unknown[]): Result<ReadSubject> {
  const whole = alongside.length > 0 && type === 'plan' ? merged([subject, ...alongside]) : subject;
  const read = readSubject(type, whole);
  return 'fault' in read ? fail('unreadable', { params: { fault: read.fault }, path: '/subject' }) : ok(read);
}

const merged = (parts: readonly unknown[]): unknown =>
  parts.every((part) => typeof part === 'object' && part !== null && !Array.isArray(part)) ? effectivePlan(parts as object[]) : undefined;
