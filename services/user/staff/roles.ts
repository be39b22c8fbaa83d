import { PERMISSIONS, type Permission } from '../contract';
import type { RoleRow } from '../tables';

const reading: readonly Permission[] = [
  'dashboard.read',
  'catalog.read',
  'order.read',
  'payment.read',
  'fulfilment.read',
  'promotion.read',
  'compliance.read',
  'member.read',
];

const roles: readonly { roleCode: string; nameZh: string; nameEn: string; permissions: readonly Permission[] }[] = [
  { roleCode: 'administrator', nameZh: '管理员', nameEn: 'Administrator', permissions: PERMISSIONS },
  {
    roleCode: 'operator',
    nameZh: '运营',
    nameEn: 'Operator',
    permissions: [...reading, 'catalog.write', 'order.write', 'promotion.write'],
  },
  {
    roleCode: 'customer_service',
    nameZh: '客服',
    nameEn: 'Customer service',
    permissions: [...reading, 'order.write', 'afterSale.write', 'member.reveal'],
  },
  { roleCode: 'counsel', nameZh: '法务', nameEn: 'Counsel', permissions: [...reading, 'compliance.sign', 'audit.read'] },
  { roleCode: 'finance', nameZh: '财务', nameEn: 'Finance', permissions: [...reading, 'payment.write', 'withdrawal.review'] },
  {
    roleCode: 'warehouse',
    nameZh: '仓库',
    nameEn: 'Warehouse',
    permissions: ['dashboard.read', 'order.read', 'fulfilment.read', 'fulfilment.write'],
  },
];

/** Roles that every shop starts with; they cannot be changed, new ones can be made beside them. */
export const builtInRoles: readonly RoleRow[] = roles.map((role) => ({
  ...role,
  permissions: JSON.stringify(role.permissions),
  builtIn: 1,
}));
