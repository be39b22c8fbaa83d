import { type Bp, bp, type Fen, fen } from '@qianxing/money';
import { COMMISSION_RATE_CAP_BP, commissionDue } from './commission';
import type { Finding, PostingDetail } from './model';
import { integerOf, type LedgerSql, queryIn, textOf } from './sql';
import { detailOf } from './statement';

const PAGE = 300;

interface Movement {
  readonly referenceId: string;
  readonly kind: string;
  readonly amountFen: Fen;
  readonly detail: PostingDetail;
}

/**
 * I5 and I6 on what `earn`, `release` and `clawback` posted: earned less clawed back is what is due after the refunds, never more was
 * released than earned; levels of a line are at most three, promoters distinct, rates within the cap.
 */
export async function checkCommissions(sql: LedgerSql, limit: number): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let line: Movement[] = [];
  for await (const movements of commissions(sql)) {
    findings.push(...checkCommission(movements));
    if (findings.length >= limit) return findings.slice(0, limit);
    if (lineOf(movements) !== lineOf(line)) {
      findings.push(...checkLine(line));
      line = [];
    }
    line.push(...movements);
  }
  findings.push(...checkLine(line));
  return findings.slice(0, limit);
}

const lineOf = ([first]: readonly Movement[]): string => first?.referenceId.replace(/:\d+$/, '') ?? '';

/** The movements of one commission after the other, ordered by reference, so that the levels of a line follow one another. */
async function* commissions(sql: LedgerSql): AsyncGenerator<Movement[]> {
  let after = '';
  for (;;) {
    const references = await sql.query(
      `SELECT DISTINCT referenceId FROM ledgerTransaction WHERE referenceType = 'commission' AND referenceId > ?
       ORDER BY referenceId LIMIT ${PAGE}`,
      [after],
    );
    const ids = references.map((row) => textOf(row.referenceId));
    const byReference = new Map<string, Movement[]>(ids.map((id) => [id, []]));
    const select = `SELECT t.referenceId, t.kind, t.detail, e.amountFen FROM ledgerTransaction t
      JOIN ledgerEntry e ON e.transactionId = t.id AND e.amountFen > 0 WHERE t.referenceType = 'commission' AND t.referenceId IN`;
    for (const row of await queryIn(sql, select, ids, 'ORDER BY t.postedAt, t.id')) {
      const referenceId = textOf(row.referenceId);
      const amountFen = fen(integerOf(row.amountFen));
      byReference.get(referenceId)?.push({ referenceId, kind: textOf(row.kind), amountFen, detail: detailOf(row.detail) ?? {} });
    }
    yield* byReference.values();
    const last = ids.at(-1);
    if (last === undefined || ids.length < PAGE) return;
    after = last;
  }
}

const sumOf = (movements: readonly Movement[], kind: string): number =>
  movements.filter((movement) => movement.kind === kind).reduce((sum, { amountFen }) => sum + amountFen, 0);

interface Terms {
  readonly baseFen: Fen;
  readonly rateBp: Bp;
}

function termsOf(detail: PostingDetail | undefined): Terms | undefined {
  const { baseFen, rateBp } = detail ?? {};
  if (typeof baseFen !== 'number' || typeof rateBp !== 'number') return undefined;
  return { baseFen: fen(baseFen), rateBp: bp(rateBp) };
}

function checkCommission(movements: readonly Movement[]): Finding[] {
  const [first] = movements;
  const terms = termsOf(movements.find(({ kind }) => kind === 'commissionEarned')?.detail);
  // A correction approved by two people replaces the formula for this commission.
  if (first === undefined || movements.some(({ kind }) => kind === 'adjustment')) return [];
  const earnedFen = sumOf(movements, 'commissionEarned');
  const clawedFen = sumOf(movements, 'commissionClawedBack');
  const releasedFen = sumOf(movements, 'commissionReleased');
  const refundedFen = movements.reduce((most, { detail }) => Math.max(most, Number(detail.refundedAfterFen ?? 0)), 0);
  const dueFen = terms === undefined ? -1 : commissionDue(terms, fen(refundedFen));
  const details = { reference: first.referenceId, earnedFen, clawedFen, releasedFen, refundedFen, dueFen };
  if (terms === undefined) return [{ invariant: 'I5', message: 'a commission was earned without base and rate', details }];
  const findings: Finding[] = [];
  if (earnedFen !== commissionDue(terms)) findings.push({ invariant: 'I5', message: 'earned differs from rate times base', details });
  if (earnedFen - clawedFen !== dueFen)
    findings.push({ invariant: 'I5', message: 'net commission differs from what is due after refunds', details });
  if (releasedFen > earnedFen) findings.push({ invariant: 'I5', message: 'more was released than earned', details });
  return findings;
}

function checkLine(movements: readonly Movement[]): Finding[] {
  const earned = movements.filter(({ kind }) => kind === 'commissionEarned');
  const promoters = new Set(earned.map(({ detail }) => detail.promoterId));
  const levels = new Set(earned.map(({ detail }) => detail.level));
  const rateBp = earned.reduce((sum, { detail }) => sum + (termsOf(detail)?.rateBp ?? 0), 0);
  const details = { lineId: lineOf(movements), levels: levels.size, promoters: promoters.size, rateBp };
  const findings: Finding[] = [];
  if (levels.size !== earned.length || levels.size > 3 || [...levels].some((level) => level !== 1 && level !== 2 && level !== 3))
    findings.push({ invariant: 'I6', message: 'the levels of a line are not distinct or not 1 to 3', details });
  if (promoters.size !== earned.length) findings.push({ invariant: 'I6', message: 'a promoter earns twice from one line', details });
  if (rateBp > COMMISSION_RATE_CAP_BP) findings.push({ invariant: 'I6', message: 'the rates of a line exceed the cap', details });
  return findings;
}
