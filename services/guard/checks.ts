import type { Query } from '@qianxing/database';
import type { Check, CheckFinding } from '@qianxing/service';
import type { GuardContext } from './context';
import { verdictOf } from './engine/evaluate';
import { SIGN_OFF_MS_AT_MOST } from './engine/sign-off';
import { contentHash } from './engine/signature';
import type { JudgedFinding } from './judging';
import { allSignOffs, evaluationsAfter } from './store';
import type { EvaluationRow, SignOffRow } from './tables';

const PORTION = 200;

/** Invariants of the guard, verified on a database at rest. */
export function guardChecks({ platform }: GuardContext): Check[] {
  const { query } = platform.database;
  return [
    {
      name: 'guard.twoPeopleSign',
      run: async () => findings('guard.twoPeopleSign', await allSignOffs(query), ({ signOffId }) => signOffId, faultOfSignOff),
    },
    {
      name: 'guard.evaluationsSayWhatWasFound',
      run: () => checkEvaluations(query),
    },
  ];
}

function findings<R>(
  check: string,
  rows: readonly R[],
  subjectOf: (row: R) => string,
  faultOf: (row: R) => string | undefined,
): CheckFinding[] {
  return rows.flatMap((row) => {
    const message = faultOf(row);
    return message === undefined ? [] : [{ check, subject: subjectOf(row), message }];
  });
}

function faultOfSignOff(row: SignOffRow): string | undefined {
  if (row.status === 'effective' && (row.approvedBy === null || row.approvedBy === row.proposedBy))
    return 'in effect without a second person';
  return row.validUntil - row.proposedAt > SIGN_OFF_MS_AT_MOST ? 'lasts too long' : undefined;
}

function faultOfEvaluation(row: EvaluationRow): string | undefined {
  const found = JSON.parse(row.findings) as JudgedFinding[];
  if (verdictOf(found) !== row.verdict) return `says ${row.verdict} and found ${verdictOf(found)}`;
  if (found.length !== row.blocks + row.warns + row.infos) return 'the counts are not those of the findings';
  const open = found.some(({ severity, answeredBy }) => severity === 'block' && answeredBy === null);
  if (open !== (row.blocked === 1)) return 'says blocked other than what was found';
  return contentHash(JSON.parse(row.subject)) === row.subjectHash ? undefined : 'the subject is not the one that was judged';
}

async function checkEvaluations(query: Query): Promise<CheckFinding[]> {
  const found: CheckFinding[] = [];
  for (let after = ''; ; ) {
    const rows = await evaluationsAfter(query, after, PORTION);
    found.push(...findings('guard.evaluationsSayWhatWasFound', rows, ({ evaluationId }) => evaluationId, faultOfEvaluation));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PORTION) return found;
    after = last.evaluationId;
  }
}
