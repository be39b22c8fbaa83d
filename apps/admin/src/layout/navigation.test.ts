// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Permission } from '../session/staff-store';
import { firstPath, NAVIGATION, visibleNavigation } from './navigation';

const holder =
  (...held: Permission[]) =>
  (permission: Permission | undefined) =>
    permission === undefined || held.includes(permission);

describe('menu', () => {
  it('shows only what the permissions allow and no empty group', () => {
    const groups = visibleNavigation(holder('fulfilment.read', 'order.read'));
    expect(groups.map((group) => group.name)).toEqual(['trade', 'delivery']);
    expect(groups.flatMap((group) => group.items.map((item) => item.name))).toEqual([
      'orders',
      'after-sales',
      'to-ship',
      'shipments',
      'shipping-exceptions',
    ]);
  });

  it('starts somebody on the first page they may see', () => {
    expect(firstPath(holder('dashboard.read', 'audit.read'))).toBe('/');
    expect(firstPath(holder('audit.read'))).toBe('/audit');
    expect(firstPath(holder())).toBe('/no-permission');
  });

  it('guards every page and gives each its own key', () => {
    const items = NAVIGATION.flatMap((group) => group.items);
    expect(items.filter((item) => item.permission === undefined)).toEqual([]);
    const keys = items.flatMap((item) => (item.key === undefined ? [] : [item.key]));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).not.toContain('g');
  });
});
