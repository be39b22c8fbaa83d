import { SECOND_MS } from '@qianxing/time';
import type { CatalogContext } from '../context';
import type { ImportOutcome } from '../contract';
import type { RefusalReason } from '../model';
import type { ImportRow } from '../tables';
import { beginApplying, beginImport, workOnImport } from './run';
import { countItems, findImport, listItems } from './store';

const REFUSALS_SHOWN = 100;

/** Fetch, preview and apply without stopping in between; for the command line. */
export async function importWhole(
  context: CatalogContext,
  onProgress: (progress: { status: string; percent: number }) => void,
): Promise<ImportOutcome> {
  const { database, clock } = context.platform;
  const started = await beginImport(context, clock.now());
  if (!started) throw new Error('an import is under way');
  for (;;) {
    const row = await findImport(database.query, started.importId);
    if (!row) throw new Error(`import ${started.importId} vanished`);
    const counts = (await countItems(database.query, [row.importId])).get(row.importId);
    onProgress({ status: row.status, percent: percentOf(row, counts?.applied ?? 0, counts?.waiting ?? 0) });
    if (row.status === 'failed' || row.status === 'cancelled') throw new Error(`the import ended: ${row.problem ?? row.status}`);
    if (row.status === 'completed') return outcomeOf(context, row);
    if (row.status === 'previewed') await beginApplying(context, row.importId, []);
    else if ((await workOnImport(context)) === 0) await new Promise((resolve) => setTimeout(resolve, row.retryAt === null ? 0 : SECOND_MS));
  }
}

function percentOf(row: ImportRow, applied: number, waiting: number): number {
  if (row.status === 'fetching') return row.total === 0 ? 0 : Math.floor((row.listed * 100) / row.total);
  return applied + waiting === 0 ? 100 : Math.floor((applied * 100) / (applied + waiting));
}

async function outcomeOf(context: CatalogContext, row: ImportRow): Promise<ImportOutcome> {
  const { query } = context.platform.database;
  const counts = (await countItems(query, [row.importId])).get(row.importId);
  const refused = await listItems(query, row.importId, 'refused', { after: undefined, limit: REFUSALS_SHOWN });
  return {
    new: counts?.new ?? 0,
    changed: counts?.changed ?? 0,
    unchanged: counts?.unchanged ?? 0,
    refused: counts?.refused ?? 0,
    failed: counts?.failed ?? 0,
    refusals: refused.map((item) => ({ title: item.title, reasons: JSON.parse(item.reasons) as RefusalReason[] })),
  };
}
