import type { Query } from '@qianxing/database';
import type { Violation } from '../checks';
import { saleOf } from '../commission/rules';
import type { PromotionTables } from '../tables';
import { TEAM_LAYERS } from './rules';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

interface Node {
  readonly memberId: string;
  readonly memberNo: number;
  readonly referrerNo: number | null;
  readonly depth: number;
  readonly directCustomers: number;
  readonly orders: number;
  readonly netSalesFen: number;
}

interface Counters {
  members: number;
  buyers: number;
  orders: number;
  netSalesFen: number;
}

const COUNTERS = ['members', 'buyers', 'orders', 'netSalesFen'] as const;

/** Walks every member's referrers one by one and compares all that is kept besides: ancestors, depth, counters, sales. */
export async function checkNetwork(query: Query): Promise<Violation[]> {
  const nodes = await allMembers(query);
  const teams = new Map<string, Counters>();
  const direct = new Map<number, number>();
  const violations: Violation[] = [];
  const ancestors = await allAncestors(query);
  for (const node of nodes.values()) {
    const path = pathOf(nodes, node);
    if (path === undefined) {
      violations.push({ subject: `member ${node.memberNo}`, message: 'the chain of referrers does not end' });
      continue;
    }
    if (path.length !== node.depth)
      violations.push({ subject: `member ${node.memberNo}`, message: `depth ${node.depth} instead of ${path.length}` });
    const near = path.slice(0, TEAM_LAYERS);
    const stored = ancestors.get(node.memberNo) ?? [];
    if (near.join() !== stored.join())
      violations.push({ subject: `member ${node.memberNo}`, message: `ancestors ${stored.join()} instead of ${near.join()}` });
    for (const [index, ancestorNo] of near.entries()) count(teams, `${ancestorNo}/${index + 1}`, node);
    if (node.referrerNo !== null) direct.set(node.referrerNo, (direct.get(node.referrerNo) ?? 0) + 1);
  }
  for (const node of nodes.values()) {
    const expected = direct.get(node.memberNo) ?? 0;
    if (node.directCustomers !== expected)
      violations.push({ subject: `member ${node.memberNo}`, message: `${node.directCustomers} direct customers instead of ${expected}` });
  }
  return [...violations, ...(await checkTeams(query, teams)), ...(await checkSales(query))];
}

async function allMembers(query: Query): Promise<Map<number, Node>> {
  const rows = await tablesOf(query)
    .selectFrom('promotion_members')
    .select(['memberId', 'memberNo', 'referrerNo', 'depth', 'directCustomers', 'orders', 'netSalesFen'])
    .execute();
  return new Map(rows.flatMap((row) => (row.memberNo === null ? [] : [[row.memberNo, { ...row, memberNo: row.memberNo }] as const])));
}

async function allAncestors(query: Query): Promise<Map<number, number[]>> {
  const rows = await tablesOf(query).selectFrom('promotion_ancestors').selectAll().orderBy('memberNo').orderBy('layer').execute();
  const ancestors = new Map<number, number[]>();
  for (const { memberNo, ancestorNo } of rows) {
    const path = ancestors.get(memberNo);
    if (path === undefined) ancestors.set(memberNo, [ancestorNo]);
    else path.push(ancestorNo);
  }
  return ancestors;
}

/** Referrers from the nearest up; undefined when they run in a circle or into nowhere. */
function pathOf(nodes: ReadonlyMap<number, Node>, node: Node): number[] | undefined {
  const path: number[] = [];
  const seen = new Set([node.memberNo]);
  for (let current: Node = node; current.referrerNo !== null; ) {
    const next = nodes.get(current.referrerNo);
    if (next === undefined || seen.has(next.memberNo)) return undefined;
    seen.add(next.memberNo);
    path.push(next.memberNo);
    current = next;
  }
  return path;
}

function count(teams: Map<string, Counters>, key: string, node: Node): void {
  const counters = teams.get(key) ?? { members: 0, buyers: 0, orders: 0, netSalesFen: 0 };
  counters.members += 1;
  counters.buyers += Number(node.orders > 0);
  counters.orders += node.orders;
  counters.netSalesFen += node.netSalesFen;
  teams.set(key, counters);
}

async function checkTeams(query: Query, expected: Map<string, Counters>): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const row of await tablesOf(query).selectFrom('promotion_teams').selectAll().execute()) {
    const key = `${row.ancestorNo}/${row.layer}`;
    const wanted = expected.get(key) ?? { members: 0, buyers: 0, orders: 0, netSalesFen: 0 };
    expected.delete(key);
    for (const name of COUNTERS)
      if (row[name] !== wanted[name])
        violations.push({ subject: `team ${key}`, message: `${name} is ${row[name]} instead of ${wanted[name]}` });
  }
  return [...violations, ...[...expected.keys()].map((key) => ({ subject: `team ${key}`, message: 'there are no counters' }))];
}

/** Sales against the order lines, and members against their sales. */
async function checkSales(query: Query): Promise<Violation[]> {
  const table = tablesOf(query);
  const lines = await table.selectFrom('promotion_lines').select(['orderId', 'memberId', 'paidFen', 'refundedFen', 'paidAt']).execute();
  const byOrder = new Map<string, typeof lines>();
  for (const line of lines) {
    const own = byOrder.get(line.orderId);
    if (own === undefined) byOrder.set(line.orderId, [line]);
    else own.push(line);
  }
  const sales = new Map((await table.selectFrom('promotion_sales').selectAll().execute()).map((row) => [row.orderId, row]));
  const byMember = new Map<string, { orders: number; netSalesFen: number }>();
  const violations: Violation[] = [];
  for (const [orderId, own] of byOrder) {
    const wanted = saleOf(own);
    const sale = sales.get(orderId) ?? { netFen: 0, counted: 0 };
    if (sale.netFen !== wanted.netFen || sale.counted !== wanted.counted)
      violations.push({ subject: `order ${orderId}`, message: `counted ${sale.netFen} instead of ${wanted.netFen}` });
    const memberId = own[0]?.memberId ?? '';
    const total = byMember.get(memberId) ?? { orders: 0, netSalesFen: 0 };
    byMember.set(memberId, { orders: total.orders + wanted.counted, netSalesFen: total.netSalesFen + wanted.netFen });
  }
  for (const row of await table.selectFrom('promotion_members').select(['memberId', 'orders', 'netSalesFen']).execute()) {
    const wanted = byMember.get(row.memberId) ?? { orders: 0, netSalesFen: 0 };
    if (row.orders !== wanted.orders || row.netSalesFen !== wanted.netSalesFen)
      violations.push({ subject: `member ${row.memberId}`, message: `sales ${row.netSalesFen} instead of ${wanted.netSalesFen}` });
  }
  return violations;
}
