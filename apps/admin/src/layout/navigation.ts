import type { Permission } from '../session/staff-store';
import type { Work } from '../session/work-store';

export interface NavItem {
  /** Route name; also the key of its label under `nav.` and of its test id. */
  readonly name: string;
  readonly path: string;
  readonly permission?: Permission;
  /** Which count of waiting work is shown beside it. */
  readonly work?: keyof Work;
  /** Second key after `g` that leads there. */
  readonly key?: string;
}

export interface NavGroup {
  readonly name: string;
  readonly items: readonly NavItem[];
}

export const NAVIGATION: readonly NavGroup[] = [
  { name: 'overview', items: [{ name: 'dashboard', path: '/', permission: 'dashboard.read', key: 'd' }] },
  {
    name: 'goods',
    items: [
      { name: 'products', path: '/products', permission: 'catalog.read', key: 'p' },
      { name: 'stock', path: '/stock', permission: 'catalog.read' },
      { name: 'imports', path: '/imports', permission: 'catalog.read', key: 'i' },
    ],
  },
  {
    name: 'trade',
    items: [
      { name: 'orders', path: '/orders', permission: 'order.read', key: 'o' },
      { name: 'after-sales', path: '/after-sales', permission: 'order.read', work: 'afterSales', key: 'a' },
    ],
  },
  {
    name: 'delivery',
    items: [
      { name: 'to-ship', path: '/to-ship', permission: 'fulfilment.read', work: 'toShip', key: 's' },
      { name: 'shipments', path: '/shipments', permission: 'fulfilment.read' },
      { name: 'shipping-exceptions', path: '/shipping-exceptions', permission: 'fulfilment.read', work: 'shippingExceptions', key: 'e' },
    ],
  },
  {
    name: 'money',
    items: [
      { name: 'payments', path: '/payments', permission: 'payment.read', work: 'unknownPayments', key: 'm' },
      { name: 'refunds', path: '/refunds', permission: 'payment.read' },
      { name: 'transfers', path: '/transfers', permission: 'payment.read' },
      { name: 'reconciliations', path: '/reconciliations', permission: 'payment.read' },
    ],
  },
  {
    name: 'promotion',
    items: [
      { name: 'promoters', path: '/promoters', permission: 'promotion.read', work: 'applications' },
      { name: 'commissions', path: '/commissions', permission: 'promotion.read', key: 'c' },
      { name: 'withdrawals', path: '/withdrawals', permission: 'promotion.read', work: 'withdrawals', key: 'w' },
      { name: 'plans', path: '/plans', permission: 'promotion.read' },
    ],
  },
  {
    name: 'compliance',
    items: [
      { name: 'plan-checks', path: '/plan-checks', permission: 'compliance.read', key: 'l' },
      { name: 'check', path: '/check', permission: 'compliance.read' },
      { name: 'evaluations', path: '/evaluations', permission: 'compliance.read' },
      { name: 'sign-offs', path: '/sign-offs', permission: 'compliance.read' },
      { name: 'rules', path: '/rules', permission: 'compliance.read' },
    ],
  },
  {
    name: 'system',
    items: [
      { name: 'members', path: '/members', permission: 'member.read', key: 'u' },
      { name: 'staff', path: '/staff', permission: 'staff.write' },
      { name: 'audit', path: '/audit', permission: 'audit.read' },
      { name: 'dead-letters', path: '/dead-letters', permission: 'operations.read', work: 'deadLetters' },
      { name: 'settings', path: '/settings', permission: 'operations.read' },
    ],
  },
];

type Can = (permission: Permission | undefined) => boolean;

/** The groups and items somebody may see; empty groups are left out. */
export function visibleNavigation(can: Can): NavGroup[] {
  return NAVIGATION.map((group) => ({ ...group, items: group.items.filter((item) => can(item.permission)) })).filter(
    (group) => group.items.length > 0,
  );
}

/** Where somebody starts: the first page they may see. */
export function firstPath(can: Can): string {
  return visibleNavigation(can)[0]?.items[0]?.path ?? '/no-permission';
}
