/** What a showcase page is made of; kept as JSON. Banners carry stored picture names, product sections a query that fills them. */
export interface ShowcaseDocument {
  readonly sections: readonly SectionDocument[];
}

export interface BannerDocument {
  readonly picture: string;
  readonly link: string;
  readonly altZh: string;
  readonly altEn: string;
}

export interface SectionDocument {
  readonly sectionId: string;
  readonly kind: 'banners' | 'categories' | 'products';
  readonly titleZh: string;
  readonly titleEn: string;
  readonly banners?: readonly BannerDocument[];
  readonly products?: {
    readonly categoryCode?: string;
    readonly tag?: string;
    readonly sort: 'sold' | 'newest' | 'price_up';
    readonly limit: number;
  };
}
