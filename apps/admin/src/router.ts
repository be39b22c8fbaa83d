import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { onSessionEnded } from './api/client';
import { CallFailed } from './api/problem';
import { firstPath } from './layout/navigation';
import { type Permission, useStaff } from './session/staff-store';
import { onTokensChangedElsewhere } from './session/stored-session';

declare module 'vue-router' {
  interface RouteMeta {
    permission?: Permission;
    open?: boolean;
    /** Name of the menu item that stays marked on this page. */
    nav?: string;
  }
}

const page = (path: string, name: string, permission: Permission, component: RouteRecordRaw['component'], nav = name): RouteRecordRaw =>
  ({ path, name, component, meta: { permission, nav } }) as RouteRecordRaw;

const routes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: () => import('./pages/LoginPage.vue'), meta: { open: true } },
  {
    path: '/',
    component: () => import('./layout/AppShell.vue'),
    children: [
      page('', 'dashboard', 'dashboard.read', () => import('./pages/dashboard/DashboardPage.vue')),
      page('products', 'products', 'catalog.read', () => import('./pages/catalog/ProductsPage.vue')),
      page('stock', 'stock', 'catalog.read', () => import('./pages/catalog/StockPage.vue')),
      page('imports', 'imports', 'catalog.read', () => import('./pages/catalog/ImportsPage.vue')),
      page('imports/:importId', 'import', 'catalog.read', () => import('./pages/catalog/ImportPage.vue'), 'imports'),
      page('orders', 'orders', 'order.read', () => import('./pages/orders/OrdersPage.vue')),
      page('orders/:orderId', 'order', 'order.read', () => import('./pages/orders/OrderPage.vue'), 'orders'),
      page('after-sales', 'after-sales', 'order.read', () => import('./pages/orders/AfterSalesPage.vue')),
      page('to-ship', 'to-ship', 'fulfilment.read', () => import('./pages/fulfilment/ToShipPage.vue')),
      page('bulk-shipping', 'bulk-shipping', 'fulfilment.write', () => import('./pages/fulfilment/BulkShippingPage.vue'), 'to-ship'),
      page('shipments', 'shipments', 'fulfilment.read', () => import('./pages/fulfilment/ShipmentsPage.vue')),
      page('shipping-exceptions', 'shipping-exceptions', 'fulfilment.read', () => import('./pages/fulfilment/ExceptionsPage.vue')),
      page('payments', 'payments', 'payment.read', () => import('./pages/payments/PaymentsPage.vue')),
      page('refunds', 'refunds', 'payment.read', () => import('./pages/payments/RefundsPage.vue')),
      page('transfers', 'transfers', 'payment.read', () => import('./pages/payments/TransfersPage.vue')),
      page('reconciliations', 'reconciliations', 'payment.read', () => import('./pages/payments/ReconciliationsPage.vue')),
      page('promoters', 'promoters', 'promotion.read', () => import('./pages/promotion/PromotersPage.vue')),
      page(
        'promoter-applications',
        'promoter-applications',
        'promotion.read',
        () => import('./pages/promotion/ApplicationsPage.vue'),
        'promoters',
      ),
      page('commissions', 'commissions', 'promotion.read', () => import('./pages/promotion/CommissionsPage.vue')),
      page('withdrawals', 'withdrawals', 'promotion.read', () => import('./pages/promotion/WithdrawalsPage.vue')),
      page('plans', 'plans', 'promotion.read', () => import('./pages/promotion/PlansPage.vue')),
      page('plan-checks', 'plan-checks', 'compliance.read', () => import('./pages/compliance/PlanChecksPage.vue')),
      page(
        'plan-checks/:planVersionId',
        'plan-check',
        'compliance.read',
        () => import('./pages/compliance/PlanCheckPage.vue'),
        'plan-checks',
      ),
      page('check', 'check', 'compliance.read', () => import('./pages/compliance/CheckPage.vue')),
      page('evaluations', 'evaluations', 'compliance.read', () => import('./pages/compliance/EvaluationsPage.vue')),
      page(
        'evaluations/:evaluationId',
        'evaluation',
        'compliance.read',
        () => import('./pages/compliance/EvaluationPage.vue'),
        'evaluations',
      ),
      page('sign-offs', 'sign-offs', 'compliance.read', () => import('./pages/compliance/SignOffsPage.vue')),
      page('rules', 'rules', 'compliance.read', () => import('./pages/compliance/RulesPage.vue')),
      page('members', 'members', 'member.read', () => import('./pages/system/MembersPage.vue')),
      page('staff', 'staff', 'staff.write', () => import('./pages/system/StaffPage.vue')),
      page('audit', 'audit', 'audit.read', () => import('./pages/system/AuditPage.vue')),
      page('dead-letters', 'dead-letters', 'operations.read', () => import('./pages/system/DeadLettersPage.vue')),
      page('settings', 'settings', 'operations.read', () => import('./pages/system/SettingsPage.vue')),
      { path: 'no-permission', name: 'no-permission', component: () => import('./pages/NoticePage.vue'), props: { kind: 'forbidden' } },
      { path: ':rest(.*)*', name: 'not-found', component: () => import('./pages/NoticePage.vue'), props: { kind: 'missing' } },
    ],
  },
];

/** The pages of the back office, guarded by sign-in and permission. */
export function createPages() {
  const router = createRouter({ history: createWebHistory('/admin/'), routes });

  router.beforeEach(async (to) => {
    if (to.meta.open) return true;
    const staff = useStaff();
    const signIn = { name: 'login', query: to.fullPath === '/' ? {} : { to: to.fullPath } };
    try {
      if (!(await staff.load())) return signIn;
    } catch (thrown) {
      if (thrown instanceof CallFailed)
        return thrown.problem.status === 0 ? { ...signIn, query: { ...signIn.query, offline: '1' } } : signIn;
      throw thrown;
    }
    if (staff.can(to.meta.permission)) return true;
    return to.name === 'dashboard' ? firstPath(staff.can) : { name: 'no-permission' };
  });

  const toSignIn = () => {
    useStaff().forget();
    const current = router.currentRoute.value;
    if (current.name !== 'login') void router.push({ name: 'login', query: { to: current.fullPath } });
  };
  onSessionEnded(toSignIn);
  onTokensChangedElsewhere((tokens) => {
    if (tokens === null) toSignIn();
  });
  return router;
}
