import type { Query, Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import type { CatalogTables } from '../tables';
import type { ShowcaseDocument } from './document';

const tablesOf = (query: Query) => query.withTables<CatalogTables>();

export async function findShowcase(query: Query, slug: string) {
  return tablesOf(query).selectFrom('catalog_showcases').selectAll().where('slug', '=', slug).executeTakeFirst();
}

export async function putShowcase(
  transaction: Transaction,
  page: { slug: string; titleZh: string; titleEn: string; document: ShowcaseDocument },
): Promise<void> {
  const known = await findShowcase(transaction, page.slug);
  const row = { slug: page.slug, titleZh: page.titleZh, titleEn: page.titleEn, document: JSON.stringify(page.document) };
  if (known) await tablesOf(transaction).updateTable('catalog_showcases').set(row).where('showcaseId', '=', known.showcaseId).execute();
  else
    await tablesOf(transaction)
      .insertInto('catalog_showcases')
      .values({ showcaseId: newId(), ...row })
      .execute();
}
