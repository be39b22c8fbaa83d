import { cleanPlan, cleanSubjects } from './clean-subjects';
import { changed } from './judging';

const direct = (rateBps: number) => ({ level: 1, basis: 'own_direct_sale', rateBps });
const above = (level: number, rateBps: number) => ({ level, basis: 'downline_sale', rateBps });
const app = { '/channels': ['app'] };

/** The plan as it was first imagined: buy ten times to join and to stay, three levels, recruit three, show ten. */
export const originalIdea = changed(cleanPlan, {
  '/tree/promoterVisibleDepth': 10,
  '/tree/recruitQuota': 3,
  '/tree/bindDays': null,
  '/tree/canRecruit': true,
  '/commission/levels': [direct(500), above(2, 200), above(3, 100)],
  '/commission/settleAfter': 'received',
  '/commission/forfeit': [{ trigger: 'refund' }, { trigger: 'repurchase_missed' }],
  '/entry/purchaseCount': 10,
  '/entry/purchaseFen': 49_000,
  '/keep/repurchaseCount': 10,
  '/keep/repurchaseFen': 49_000,
  '/rewards': [
    { trigger: 'signup', depth: 1, form: 'cash', valueFen: 1_000, capPerMonth: 0 },
    { trigger: 'share', depth: 1, form: 'points', valueFen: 100, capPerMonth: 30 },
    { trigger: 'team_sales_contest', depth: 1, form: 'cash', valueFen: 100_000, capPerMonth: 1 },
  ],
  '/privacy/shareBuyerOrders': true,
});

export const originalFindings =
  'PYR-02! PYR-06!! PYR-08!! PYR-09!! PYR-10!! PYR-13! PYR-16~ PYR-17~ PYR-18~ PYR-25!! WX-01!! WX-03!! WX-04~ PAY-08~ PIP-01!!';

/** Acceptance fixtures: name, plan, expected findings. */
export const planFixtures: readonly (readonly [name: string, plan: object, expected: string])[] = [
  ['F01 the default plan', cleanPlan, ''],
  ['F02 the plan as first imagined', originalIdea, originalFindings],
  ['F03 two levels, app only', changed(cleanPlan, { ...app, '/commission/levels': [direct(500), above(2, 100)] }), 'PYR-03~'],
  [
    'F04 three levels, app only',
    changed(cleanPlan, { ...app, '/commission/levels': [direct(500), above(2, 100), above(3, 50)] }),
    'PYR-02!',
  ],
  [
    'F05 three levels in WeChat',
    changed(cleanPlan, { '/commission/levels': [direct(500), above(2, 100), above(3, 50)] }),
    'PYR-02! WX-01!!',
  ],
  [
    'F06 paid upgrade and commission by tiers (Guangzhou 2017–2021)',
    changed(cleanPlan, {
      '/minMarginBps': null,
      '/entry/feeFen': 9_900,
      '/tree/bindDays': null,
      '/tree/promoterVisibleDepth': 3,
      '/tree/inviteCodeRequired': true,
      '/commission/levels': [direct(2_500), above(2, 600), above(3, 400)],
    }),
    'PYR-02! PYR-05!! PYR-17~ PYR-18~ PYR-20~ PYR-22~ PYR-25!! WX-01!! WX-05!',
  ],
  [
    'F09 two levels in a mini program (Chongqing 2022)',
    changed(cleanPlan, { '/channels': ['wechat_mp'], '/commission/levels': [direct(1_200), above(2, 300)] }),
    'PYR-03~ WX-02~',
  ],
  [
    'F10 the official sharer programme: agency and sharers, one tier',
    changed(cleanPlan, {
      '/channels': ['wechat_channels'],
      '/commission/levels': [direct(1_000), { level: 1, basis: 'service_task', fixedFen: 5_000 }],
    }),
    '',
  ],
  [
    'F11 a contest on own sales, net of refunds',
    changed(cleanPlan, {
      '/rewards': [
        {
          ...{ trigger: 'own_sales_contest', depth: 1, form: 'cash', valueFen: 100_000, capPerMonth: 1 },
          ...{ netOfRefund: true, rulePublic: true, taxed: true },
        },
      ],
    }),
    '',
  ],
  ['F12 one level, one purchase to be activated', changed(cleanPlan, { '/entry/purchaseCount': 1 }), 'PYR-07!'],
  ['F13 ten layers recorded, one paid', changed(cleanPlan, { '/tree/recordDepth': 10, '/tree/promoterVisibleDepth': 1 }), ''],
];

const notice = (value: unknown) => Object.fromEntries(['prizes', 'conditions', 'oddsOrQty'].map((field) => [`/published/${field}`, value]));

export const otherFixtures: readonly (readonly [name: string, type: keyof typeof cleanSubjects, subject: object, expected: string])[] = [
  ['D01 a draw of coupons every ten minutes', 'draw', cleanSubjects.draw, ''],
  [
    'D02 tyres worth 60,000 yuan, odds hidden',
    'draw',
    changed(cleanSubjects.draw, { ...notice('写明'), '/published/oddsOrQty': null, '/prizes': [{ form: 'goods', valueFen: 6_000_000 }] }),
    'TAX-04!! PRM-01!! PRM-02!!',
  ],
  [
    'D04 free installation as a prize, tax settled',
    'draw',
    changed(cleanSubjects.draw, { '/prizes': [{ form: 'service', valueFen: 20_000 }], '/tax20': true }),
    '',
  ],
  [
    'a poster with an absolute term on the goods, a promise of earnings and no label',
    'content',
    changed(cleanSubjects.content, {
      '/text': '全网第一轮胎，躺赚',
      '/hits': [
        { cat: 'absolute', term: '第一', target: 'goods' },
        { cat: 'earnings', term: '躺赚', target: 'goods' },
      ],
      '/adLabel': false,
    }),
    'ADV-01! ADV-03!! ADV-10!',
  ],
  [
    'a graded specification with its standard cited',
    'content',
    changed(cleanSubjects.content, {
      '/text': '最高速度级别 W，最大充气压力 350kPa（GB 9743）',
      '/hits': [{ cat: 'absolute', term: '最高', target: 'spec', evidenceId: 'GB-9743' }],
      '/citation': true,
      '/citationSource': 'GB 9743',
    }),
    '',
  ],
  [
    'health food without the sentence and the approval number',
    'content',
    changed(cleanSubjects.content, { '/category': 'health_food', '/text': '增强免疫力' }),
    'ADV-06!! ADV-12!!',
  ],
  [
    'a struck price above the lowest of seven days',
    'sku',
    changed(cleanSubjects.sku, { '/strikeFen': 59_900, '/min7dFen': 39_900 }),
    'PRM-08!!',
  ],
  [
    'the same, labelled as the maker’s price',
    'sku',
    changed(cleanSubjects.sku, { '/strikeFen': 59_900, '/min7dFen': 39_900, '/strikeLabel': 'msrp' }),
    '',
  ],
  ['a tyre without return and without confirmation', 'sku', changed(cleanSubjects.sku, { '/noReasonReturn': false }), 'CSM-01!!'],
  ['custom-made goods without return', 'sku', changed(cleanSubjects.sku, { '/noReasonReturn': false, '/exempt': 'custom' }), ''],
  [
    'a host of 17 without consent, an unlabelled AI host, replay for a year',
    'live',
    changed(cleanSubjects.live, { '/hostAge': 17, '/aiHost': true, '/replayYears': 1 }),
    'LIV-02!! LIV-03! LIV-05!!',
  ],
  ['a ledger entry at level 2 under a plan of one level', 'ledger', changed(cleanSubjects.ledger, { '/level': 2 }), 'PAY-11!!'],
  [
    'three days’ notice, no off switch, prices tested',
    'platform',
    changed(cleanSubjects.platform, { '/ruleChange/noticeDays': 3, '/reco/offSwitch': false, '/pricing/abOnPrice': true }),
    'ECL-02! PIP-02!! PIP-03!!',
  ],
];
