import { ok } from '@qianxing/errors';
import { implement, type Route } from '@qianxing/http';
import type { GuardContext } from '../context';
import { guardContract } from '../contract';
import { articlesOf } from '../engine/articles';
import type { Article } from '../engine/pack-document';
import { riskTextHash } from '../engine/sign-off';
import { fail } from '../problems';
import { ruleView } from '../views';

/** The pack as staff read it. */
export function ruleRoutes({ pack, packHash }: GuardContext): Route[] {
  const { packId, document } = pack;
  return [
    implement(guardContract.guardPacks, async () => {
      const { nameZh, nameEn, effectiveFrom } = document;
      return ok({
        currentPackId: packId,
        items: [{ packId, nameZh, nameEn, effectiveFrom, rules: pack.rules.length, contentHash: packHash }],
      });
    }),
    implement(guardContract.guardRules, async ({ query: { subjectType } }) =>
      ok({
        packId,
        sections: document.sections.map(({ file, nameZh, nameEn }) => ({ section: file, nameZh, nameEn })),
        items: pack.rules.filter(({ rule }) => subjectType === undefined || rule.type === subjectType).map(ruleView),
      }),
    ),
    implement(guardContract.guardRule, async ({ params }) => {
      const compiled = pack.rules.find(({ rule }) => rule.id === params.ruleId);
      if (compiled === undefined) return fail('ruleNotFound');
      const citations = compiled.rule.articles.map((citation) => ({ citation, articles: articlesOf(pack, citation).map(articleView) }));
      return ok({ ...ruleView(compiled), packId, when: compiled.rule.when, citations });
    }),
    implement(guardContract.riskText, async ({ body }) => {
      const chosen = pack.rules.filter(({ rule }) => body.ruleIds.includes(rule.id));
      if (chosen.length !== body.ruleIds.length) return fail('ruleNotFound');
      return ok({ riskTextHash: riskTextHash(pack, body.ruleIds), packId, items: chosen.map(ruleView) });
    }),
  ];
}

const articleView = ({ law, label, zh, en, confidence }: Article) => ({ law, label, zh, en, confidence });
