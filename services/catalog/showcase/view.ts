import type { Static } from '@qianxing/http/schemas';
import type { CatalogContext } from '../context';
import type { Category, Showcase } from '../contract';
import { searchProducts } from '../search/query';
import { categories, productCounts } from '../store';
import type { CategoryRow } from '../tables';
import { cardsOf, mediaUrl } from '../views';
import type { SectionDocument, ShowcaseDocument } from './document';
import { findShowcase } from './store';

type ShowcaseView = Static<typeof Showcase>;
type CategoryView = Static<typeof Category>;

export async function showcaseView(context: CatalogContext, slug: string): Promise<ShowcaseView | undefined> {
  const row = await findShowcase(context.platform.database.query, slug);
  if (!row) return undefined;
  const document = JSON.parse(row.document) as ShowcaseDocument;
  const sections: ShowcaseView['sections'] = [];
  for (const section of document.sections) sections.push(await sectionView(context, section));
  return { showcaseId: row.showcaseId, slug: row.slug, titleZh: row.titleZh, titleEn: row.titleEn, sections };
}

async function sectionView(context: CatalogContext, section: SectionDocument): Promise<ShowcaseView['sections'][number]> {
  const { sectionId, kind, titleZh, titleEn } = section;
  return {
    sectionId,
    kind,
    titleZh,
    titleEn,
    banners: (section.banners ?? []).map(({ picture, link, altZh, altEn }) => ({ pictureUrl: mediaUrl(picture), link, altZh, altEn })),
    products: section.products ? await cardsFor(context, section.products) : [],
  };
}

async function cardsFor(context: CatalogContext, query: NonNullable<SectionDocument['products']>) {
  const { database } = context.platform;
  const categoryCodes = query.categoryCode === undefined ? undefined : withChildren(await categories(database.query), query.categoryCode);
  const rows = await searchProducts(
    database.query,
    { categoryCodes, tag: query.tag, sort: query.sort, status: 'listed' },
    { after: null, limit: query.limit },
  );
  return cardsOf(context, rows);
}

/** A category and everything below it. */
export function withChildren(rows: readonly CategoryRow[], categoryCode: string): string[] {
  const codes = [categoryCode];
  for (const code of codes) codes.push(...rows.filter((row) => row.parentCode === code).map((row) => row.categoryCode));
  return codes;
}

export async function categoryViews(context: CatalogContext): Promise<CategoryView[]> {
  const { query } = context.platform.database;
  const rows = await categories(query);
  const counts = await productCounts(query);
  return rows.map((row) => ({
    categoryCode: row.categoryCode,
    parentCode: row.parentCode,
    nameZh: row.nameZh,
    nameEn: row.nameEn,
    pictureUrl: row.picture === '' ? '' : mediaUrl(row.picture),
    productCount: withChildren(rows, row.categoryCode).reduce((sum, code) => sum + (counts.get(code) ?? 0), 0),
  }));
}
