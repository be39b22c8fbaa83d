// Invented judgements of the plans in data.mjs, of the shapes that the compliance engine's contract gives.
import { at, id, plans } from './data.mjs';

const PACK = 'cn-2026.11';
const rule = (ruleId, section, severity, override, articles, zh, en, fixZh, fixEn) => ({
  ruleId,
  section,
  subjectType: 'plan',
  severity,
  override,
  articles: [articles],
  zh,
  en,
  fixZh,
  fixEn,
});
const found = [
  rule(
    'PYR-02',
    'pyramid',
    'block',
    'legal',
    '禁止传销条例 7(3)',
    '三级计酬，默认禁止。',
    'Three paid levels: blocked by default.',
    '降为一级。',
    'Drop to one level.',
  ),
  rule(
    'WX-01',
    'wechat',
    'block',
    'never',
    '微信公告 2016-09-12',
    '微信渠道三级及以上分销会被停用支付。',
    'Three or more levels on WeChat: payment is switched off.',
    '改一级。',
    'Use one level.',
  ),
  rule(
    'PYR-17',
    'pyramid',
    'warn',
    'ack',
    '禁止传销条例 7(3)',
    '邀请关系永久锁定。',
    'Referrals never expire.',
    '关系有效期 30 至 90 天。',
    'Let them expire after 30 to 90 days.',
  ),
];
const patch = [{ op: 'replace', path: '/commission/levels', value: [{ level: 1, rateBps: 500 }] }];

function judgement(findings, fields = {}) {
  const of = (severity) => findings.filter((finding) => finding.severity === severity);
  const counts = { block: of('block').length, warn: of('warn').length, info: of('info').length };
  const { block, warn, info } = counts;
  return {
    evaluationId: null,
    scope: null,
    subjectType: 'plan',
    subjectHash: '9f'.repeat(32),
    packId: PACK,
    verdict: block > 0 ? 'block' : warn > 0 ? 'warn' : 'clean',
    blocked: block > 0,
    summaryZh:
      findings.length === 0
        ? `按规则包 ${PACK} 未发现已知违规项`
        : `按规则包 ${PACK} 发现 ${findings.length} 项：阻止 ${block}、警告 ${warn}、提示 ${info}`,
    summaryEn:
      findings.length === 0
        ? `No known violation was found under rule pack ${PACK}; this is not legal advice`
        : `${findings.length} findings under rule pack ${PACK}: ${block} block, ${warn} warn, ${info} info`,
    counts,
    cause: 'draft',
    staffName: 'owner',
    evaluatedAt: at(1),
    rulesAsked: 49,
    groups: ['block', 'warn', 'info']
      .map((severity) => ({
        severity,
        findings: of(severity).map(({ subjectType: _, ...finding }) => ({ ...finding, undecided: null, answeredBy: null, patch })),
      }))
      .filter((group) => group.findings.length > 0),
    unjudged: [],
    ...fields,
  };
}

const subject = {
  channels: ['app', 'wechat_mp'],
  commission: {
    levels: [
      { level: 1, rateBps: 500 },
      { level: 2, rateBps: 200 },
    ],
  },
};
const repaired = { ...subject, commission: { levels: [{ level: 1, rateBps: 500 }] } };
const findingsOf = (plan) => (plan.blocked ? found : []);
const planOf = (planVersionId) => plans.find((plan) => plan.planVersionId === planVersionId) ?? plans[0];

export const planJudgement = (planVersionId) => {
  const plan = planOf(planVersionId);
  const { scope } = plan;
  return { scope, channels: subject.channels, subject, evaluation: judgement(findingsOf(plan)) };
};
export const evaluations = plans.map((plan, index) => ({
  ...judgement(findingsOf(plan), {
    evaluationId: id('eval', index),
    scope: plan.scope,
    cause: 'publication',
    evaluatedAt: at(index * 700),
  }),
}));
export const evaluationDetail = (evaluationId) => ({
  evaluation: evaluations.find((row) => row.evaluationId === evaluationId) ?? evaluations[0],
  subject,
});
export const judged = (body) => judgement(body.subjectType === 'plan' ? found : [], { subjectType: body.subjectType });
export const repair = (body) => ({
  applied: body.ruleIds ?? found.map((finding) => finding.ruleId),
  patch,
  diff: [
    '@@ -6,8 +6,4 @@',
    '       {',
    '         "level": 1,',
    '         "rateBps": 500',
    '-      },',
    '-      {',
    '-        "level": 2,',
    '-        "rateBps": 200',
    '       }',
  ].join('\n'),
  repaired,
  before: judgement(found),
  after: judgement([]),
});
const ruleRow = ({ articles: _, ...fields }) => ({
  ...fields,
  basis: 'law',
  confidence: 'statute',
  from: '2005-11-01',
  to: null,
  repairable: true,
});
export const rules = {
  packId: PACK,
  sections: [
    { section: 'pyramid', nameZh: '反传销', nameEn: 'Anti-pyramid' },
    { section: 'wechat', nameZh: '微信渠道', nameEn: 'WeChat channels' },
  ],
  items: found.map(ruleRow),
};
export const ruleDetail = (ruleId) => {
  const chosen = found.find((finding) => finding.ruleId === ruleId) ?? found[0];
  const article = { law: '禁止传销条例', label: '7(3)', zh: '以下线销售业绩给付上线报酬', en: 'Uplines are paid on downline sales' };
  return {
    ...ruleRow(chosen),
    packId: PACK,
    when: 'maxPaid(p) >= 3',
    citations: chosen.articles.map((citation) => ({ citation, articles: [{ ...article, confidence: 'statute' }] })),
  };
};
export const signOffs = [
  ['proposed', null],
  ['effective', 'finance'],
].map(([status, approvedBy], index) => ({
  signOffId: id('sign', index),
  scope: plans[0].scope,
  packId: PACK,
  ruleIds: ['PYR-02'],
  opinionId: `OP-2026-${118 - index}`,
  counselName: '周正明',
  counselLicenceNo: '13702201810123456',
  channels: ['app'],
  platformApprovalId: null,
  riskTextHash: '7a'.repeat(32),
  status,
  proposedBy: 'owner',
  proposedAt: at(300 + index * 9000),
  approvedBy,
  approvedAt: approvedBy === null ? null : at(200 + index * 9000),
  validUntil: at(-60 * 24 * 90),
  expired: false,
}));
