import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, encodeCursor, implement, type ResponseOf, type Route } from '@qianxing/http';
import { toIso } from '@qianxing/time';
import type { CatalogContext } from '../context';
import { catalogContract } from '../contract';
import { beginApplying, beginImport } from '../imports/run';
import { countItems, findImport, type ItemCounts, listImports, listItems, moveImport } from '../imports/store';
import { fail } from '../problems';
import { listReports, startReport } from '../sync/drift';
import type { DriftReportRow, ImportItemRow, ImportRow } from '../tables';

type ImportView = ResponseOf<typeof catalogContract.getImport>;
type ItemView = ResponseOf<typeof catalogContract.importItems>['items'][number];
type DriftView = ResponseOf<typeof catalogContract.reconcileChannels>;

export function importRoutes(context: CatalogContext): Route[] {
  const { database } = context.platform;

  const views = async (rows: readonly ImportRow[]): Promise<ImportView[]> => {
    const counts = await countItems(
      database.query,
      rows.map((row) => row.importId),
    );
    return rows.map((row) => importView(row, counts.get(row.importId)));
  };
  const one = async (importId: string): Promise<Result<ImportView>> => {
    const row = await findImport(database.query, importId);
    const [view] = row ? await views([row]) : [];
    return view ? ok(view) : fail('importNotFound');
  };

  return [
    implement(catalogContract.startImport, async ({ now }) => {
      const row = await beginImport(context, now);
      return row ? one(row.importId) : fail('importRunning');
    }),
    implement(catalogContract.listImports, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const rows = await listImports(database.query, { before: cursor.value?.[0], limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return ok({ items: await views(page), nextCursor: rows.length > limit && last ? encodeCursor([last.importId]) : null });
    }),
    implement(catalogContract.getImport, ({ params }) => one(params.importId)),
    implement(catalogContract.importItems, async ({ params, query }) => {
      if (!(await findImport(database.query, params.importId))) return fail('importNotFound');
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const rows = await listItems(database.query, params.importId, query.change, { after: cursor.value?.[0], limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return ok({ items: page.map(itemView), nextCursor: rows.length > limit && last ? encodeCursor([last.itemId]) : null });
    }),
    implement(catalogContract.applyImport, async ({ params, body }) => {
      const moved = await beginApplying(context, params.importId, body.excludedItemIds ?? []);
      const row = await findImport(database.query, params.importId);
      if (!row) return fail('importNotFound');
      return moved || row.status === 'applying' || row.status === 'completed'
        ? one(params.importId)
        : fail(row.status === 'fetching' ? 'importNotReady' : 'importEnded');
    }),
    implement(catalogContract.cancelImport, async ({ params, now }) => {
      const moved = await database.transaction((transaction) =>
        moveImport(transaction, params.importId, ['fetching', 'previewed', 'applying'], {
          status: 'cancelled',
          openKey: null,
          finishedAt: now,
        }),
      );
      return moved
        ? one(params.importId)
        : (await findImport(database.query, params.importId))
          ? fail('importEnded')
          : fail('importNotFound');
    }),
    implement(catalogContract.reconcileChannels, async ({ body }) => ok(driftView(await startReport(context, body.repair)))),
    implement(catalogContract.listDriftReports, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const rows = await listReports(database.query, { before: cursor.value?.[0], limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return ok({ items: page.map(driftView), nextCursor: rows.length > limit && last ? encodeCursor([last.reportId]) : null });
    }),
  ];
}

function importView(row: ImportRow, counts: ItemCounts | undefined): ImportView {
  const c = counts ?? { total: 0, new: 0, changed: 0, unchanged: 0, refused: 0, applied: 0, failed: 0, waiting: 0 };
  return {
    importId: row.importId,
    status: row.status,
    counts: {
      total: c.total,
      new: c.new,
      changed: c.changed,
      unchanged: c.unchanged,
      refused: c.refused,
      applied: c.applied,
      failed: c.failed,
    },
    progressPercent: progressOf(row, c),
    cursor: row.fetchCursor,
    problem:
      row.problem === null
        ? null
        : {
            code: 'catalog.shopUnreachable',
            messageZh: `视频号小店返回：${row.problem}`,
            messageEn: `The Channels shop answered: ${row.problem}`,
          },
    createdAt: toIso(row.createdAt),
    finishedAt: row.finishedAt === null ? null : toIso(row.finishedAt),
  };
}

function progressOf(row: ImportRow, counts: ItemCounts): number {
  switch (row.status) {
    case 'fetching':
      return row.total === 0 ? 0 : Math.min(99, Math.floor((row.listed * 100) / row.total));
    case 'applying': {
      const wanted = counts.applied + counts.failed + counts.waiting;
      return wanted === 0 ? 0 : Math.min(99, Math.floor(((counts.applied + counts.failed) * 100) / wanted));
    }
    case 'previewed':
    case 'completed':
      return 100;
    case 'failed':
    case 'cancelled':
      return 0;
    default:
      return row.status satisfies never;
  }
}

function itemView(row: ImportItemRow): ItemView {
  return {
    itemId: row.itemId,
    externalProductId: row.externalProductId,
    title: row.title,
    pictureUrl: null,
    change: row.changeKind,
    status: row.status,
    differences: JSON.parse(row.differences) as ItemView['differences'],
    reasons: JSON.parse(row.reasons) as ItemView['reasons'],
    skuCount: row.skuCount,
  };
}

function driftView(row: DriftReportRow): DriftView {
  return {
    reportId: row.reportId,
    status: row.status,
    checkedSkus: row.checkedSkus,
    drifts: JSON.parse(row.drifts) as DriftView['drifts'],
    createdAt: toIso(row.createdAt),
    finishedAt: row.finishedAt === null ? null : toIso(row.finishedAt),
  };
}
