import type { Chart, Finding } from './model';
import type { LedgerSql } from './sql';

export interface CheckOptions {
  readonly chart?: Chart;
  readonly now?: number;
}

export async function checkLedger(_sql: LedgerSql, _options: CheckOptions = {}): Promise<readonly Finding[]> {
  return [];
}
