import * as compliance from './compliance.mjs';
import * as data from './data.mjs';

const page = (items) => ({ status: 200, body: { items, nextCursor: null } });
const one = (body, status = 200) => ({ status, body });
const problem = (status, code, messageZh, messageEn) => ({
  status,
  body: {
    type: `urn:qianxing:problem:${code}`,
    title: code,
    status,
    code,
    messageZh,
    messageEn,
    detail: messageZh,
    requestId: 'req-7f3k2m9q',
  },
});

/** Rows whose fields agree with the query; free text looks through everything. */
function filtered(rows, query) {
  const { cursor: _cursor, limit, text, search, placedFrom: _from, placedTo: _to, lowStockBelow, ...equal } = Object.fromEntries(query);
  const wanted = (text ?? search ?? '').toLowerCase();
  return rows
    .filter((row) => JSON.stringify(row).toLowerCase().includes(wanted))
    .filter((row) => lowStockBelow === undefined || row.available < Number(lowStockBelow))
    .filter((row) => Object.entries(equal).every(([key, value]) => row[key] === undefined || String(row[key]) === value))
    .slice(0, Number(limit ?? 20));
}

const lists = {
  '/staff/v1/orders': data.orders,
  '/staff/v1/products': data.products,
  '/staff/v1/channels-imports': data.imports,
  '/staff/v1/channels-reconciliations': data.drifts,
  '/staff/v1/after-sales': data.afterSales,
  '/staff/v1/to-ship': data.toShip,
  '/staff/v1/shipments': data.shipments,
  '/staff/v1/shipping-exceptions': data.exceptions,
  '/staff/v1/payments': data.payments,
  '/staff/v1/refunds': data.refunds,
  '/staff/v1/transfers': data.transfers,
  '/staff/v1/reconciliations': data.reconciliations,
  '/staff/v1/promoters': data.promoters,
  '/staff/v1/promoter-applications': data.applications,
  '/staff/v1/commissions': data.commissions,
  '/staff/v1/withdrawals': data.withdrawals,
  '/staff/v1/guard/evaluations': compliance.evaluations,
  '/staff/v1/guard/sign-offs': compliance.signOffs,
  '/staff/v1/members': data.members,
  '/staff/v1/staff': data.staff,
  '/staff/v1/audit': data.audit,
  '/staff/v1/dead-letters': data.deadLetters,
  '/staff/v1/stock': data.stock,
};

function readGuard(kind, id) {
  switch (kind) {
    case 'rules':
      return one(id === undefined ? compliance.rules : compliance.ruleDetail(id));
    case 'evaluations':
      return one(compliance.evaluationDetail(id));
    case 'plan-versions':
      return one(compliance.planJudgement(id));
    default:
      return problem(404, 'request.notFound', '没有找到您要的内容', 'Not found');
  }
}

function read(url) {
  const path = url.pathname;
  const list = lists[path];
  if (list !== undefined) return page(filtered(list, url.searchParams));
  const [, , , kind, id, part] = path.split('/');
  switch (kind) {
    case 'me':
      return one({ staff: data.staff[0], permissions: data.permissions });
    case 'dashboard':
      return one(data.dashboard(url.searchParams.get('from'), url.searchParams.get('to')));
    case 'roles':
      return one({ items: data.roles, permissions: data.permissions });
    case 'plans':
      return one({ items: data.plans, activePlanVersionId: data.plans[0].planVersionId, blockedPlans: 'marked' });
    case 'guard':
      return readGuard(id, part);
    case 'settings':
      return one(data.settings);
    case 'orders':
      return one(data.orderDetail(id));
    case 'products':
      return one(data.productDetail(id));
    case 'channels-imports':
      return part === 'items' ? page(filtered(data.importItems, url.searchParams)) : one(data.imports.find((run) => run.importId === id));
    case 'after-sales':
      return one(data.afterSales.find((row) => row.afterSaleId === id));
    case 'payments':
      return one(data.paymentDetail(id));
    case 'promoters':
      return one(data.promoterDetail(id));
    case 'commissions':
      return one(data.commissionDetail(id));
    case 'reconciliations':
      return page(data.discrepancies);
    case 'categories':
      return one({ items: data.categories });
    case 'carriers':
      return one({ items: data.carriers });
    default:
      return problem(404, 'request.notFound', '没有找到您要的内容', 'Not found');
  }
}

function write(path, body) {
  if (path === '/staff/v1/login') {
    const next = body.username === 'new' ? { next: 'enrol_totp', totpUri: data.totpUri } : { next: 'totp' };
    return one({ challengeToken: 'challenge', ...next });
  }
  if (path === '/staff/v1/login/totp') {
    if (body.totpCode === '000000')
      return problem(401, 'user.totpWrong', '动态码不正确，请等待下一个动态码', 'The code is wrong, wait for the next one');
    return one({ session: data.session(), staff: data.staff[0], permissions: data.permissions });
  }
  if (path === '/staff/v1/sessions/refresh') return one(data.session());
  if (path === '/staff/v1/channels-imports') return one(data.imports[0], 202);
  if (path === '/staff/v1/shipments/import') return one(data.csvResult(body.csv, body.dryRun));
  if (path === '/staff/v1/guard/evaluations') return one(compliance.judged(body));
  if (path === '/staff/v1/guard/repairs') return one(compliance.repair(body));
  if (path === '/staff/v1/guard/risk-text')
    return one({ riskTextHash: '7a'.repeat(32), packId: compliance.rules.packId, items: compliance.rules.items });
  if (path.endsWith('/reveal')) return one({ memberId: path.split('/')[4], phone: '13800138000', nickname: '山野小王' });
  return problem(409, 'order.preview', '这是预览，数据不会改变', 'This is a preview: nothing changes');
}

/** The preview's answer to one call. */
export function answer(method, url, body) {
  return method === 'GET' ? read(url) : write(url.pathname, body ?? {});
}
