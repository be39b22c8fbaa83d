/**
 * Everything that touches one user at one time is judged as one plan, so that what is unlawful together cannot be split over several
 * campaigns. Of two values the merged plan takes the riskier: lists are joined, amounts and counts are the higher ones (protective ones the lower),
 * permissions add up, protections hold only where every part has them. A campaign may leave out what it does not touch.
 */
export function effectivePlan(parts: readonly object[]): object {
  return parts.map((part) => structuredClone(part) as Fields).reduce((whole, part) => mergeObjects(whole, part, ''), {});
}

type Fields = Readonly<Record<string, unknown>>;
type Choose = (one: unknown, other: unknown) => unknown;

/** Values of a choice from the most to the least risky. */
const riskiest =
  (...order: readonly unknown[]): Choose =>
  (one, other) => {
    const rank = (value: unknown) => (order.includes(value) ? order.indexOf(value) : -1);
    return rank(one) <= rank(other) ? one : other;
  };
const lower: Choose = (one, other) => (typeof one === 'number' && typeof other === 'number' ? Math.min(one, other) : (one ?? other));
const both: Choose = (one, other) => one === true && other === true;
const added: Choose = (one, other) => (typeof one === 'number' && typeof other === 'number' ? one + other : (one ?? other));

/** Where the riskier value is not simply the higher number, the ticked box or the longer list. */
const choices: Readonly<Record<string, Choose>> = {
  '/operator/kind': riskiest('platform', 'self'),
  '/tree/placement': (one, other) => (one === 'sponsor' ? other : one),
  '/tree/bindDays': (one, other) => (one === null || other === null ? null : higher(one, other)),
  '/commission/settleAfter': riskiest('paid', 'shipped', 'received', 'return_window_closed'),
  '/commission/clawback': riskiest('none', 'unsettled_only', 'all_refunds'),
  '/commission/agreementVersioned': both,
  '/entry/purchaseCount': added,
  '/entry/purchaseFen': added,
  '/entry/feeFen': added,
  '/entry/depositFen': added,
  '/entry/bundleSku': (one, other) => one ?? other,
  '/entry/training': riskiest('paid', 'free', 'none'),
  '/entry/minAge': lower,
  '/entry/realName': both,
  '/entry/agreement': both,
  '/keep/idleEffect': riskiest('pause_links', 'none'),
  '/wallet/holder': riskiest('operator_account', 'psp'),
  '/payout/taxMode': riskiest('none', 'withhold_per_payment', 'withhold_cumulative'),
  '/payout/realNameMatch': both,
  '/psp/provider': riskiest('wechat'),
  '/psp/splitCapBps': lower,
  '/psp/platformFeeBps': added,
  '/wechatSharer': both,
  '/minMarginBps': lower,
  '/privacy/separateConsent': both,
};

function mergeObjects(one: Fields, other: Fields, path: string): Fields {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(keys.map((key) => [key, mergeValues(one[key], other[key], `${path}/${key}`)]));
}

function mergeValues(one: unknown, other: unknown, path: string): unknown {
  if (one === undefined || other === undefined) return one ?? other ?? null;
  const chosen = choices[path];
  if (chosen !== undefined) return chosen(one, other);
  if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other];
  if (isFields(one) && isFields(other)) return mergeObjects(one, other, path);
  return higher(one, other);
}

const higher: Choose = (one, other) => {
  if (typeof one === 'number' && typeof other === 'number') return Math.max(one, other);
  return typeof one === 'boolean' && typeof other === 'boolean' ? one || other : one;
};

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
