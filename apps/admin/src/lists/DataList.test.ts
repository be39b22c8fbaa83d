import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import { i18n } from '../i18n';
import DataList from './DataList.vue';
import type { Filter } from './filters';
import type { FetchRows } from './pages';

interface Row {
  id: string;
  name: string;
}
const filters: Filter[] = [
  { kind: 'tabs', key: 'status', label: '状态', choices: [{ value: 'paid', label: '已付' }] },
  { kind: 'search', key: 'text', label: '搜索' },
];
const rows = (count: number): Row[] => Array.from({ length: count }, (_, index) => ({ id: `r${index}`, name: `行 ${index}` }));

enableAutoUnmount(afterEach);

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = '';
});

async function show(fetchRows: FetchRows<Row>, address = '/') {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { render: () => null } }] });
  await router.push(address);
  const opened: Row[] = [];
  const wrapper = mount(DataList<Row>, {
    props: {
      name: 'test',
      title: '测试',
      columns: [{ key: 'name', title: '名称', value: (row: Row) => row.name }],
      filters,
      fetchRows,
      rowKey: (row: Row) => row.id,
      rowTestId: 'row',
      selectable: true,
      onOpen: (row: Row) => opened.push(row),
    },
    global: { plugins: [i18n, router] },
    attachTo: document.body,
  });
  await flushPromises();
  const press = async (key: string) => {
    window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
    await flushPromises();
  };
  return { wrapper, router, opened, press };
}

describe('list', () => {
  it('asks the server for what stands in the address', async () => {
    const fetchRows = vi.fn<FetchRows<Row>>(async () => ({ items: rows(2), nextCursor: null }));
    await show(fetchRows, '/?status=paid&text=205&open=r1&other=x');
    expect(fetchRows).toHaveBeenCalledTimes(1);
    expect(fetchRows.mock.calls[0]![0]).toEqual({ status: 'paid', text: '205', limit: '50' });
  });

  it('puts a chosen filter into the address, closes the detail, and loads again; Back restores it', async () => {
    const fetchRows = vi.fn<FetchRows<Row>>(async () => ({ items: rows(1), nextCursor: null }));
    const { wrapper, router } = await show(fetchRows, '/?text=205&open=r0');
    await wrapper.get('[data-testid="filter-status-paid"]').trigger('click');
    await flushPromises();
    expect(router.currentRoute.value.query).toEqual({ text: '205', status: 'paid' });
    expect(fetchRows.mock.calls[1]![0]).toMatchObject({ text: '205', status: 'paid' });
    router.back();
    await flushPromises();
    await vi.waitFor(() => expect(fetchRows).toHaveBeenCalledTimes(3));
    expect(fetchRows.mock.calls[2]![0]).toEqual({ text: '205', limit: '50' });
  });

  it('does not load again when only a detail is opened', async () => {
    const fetchRows = vi.fn<FetchRows<Row>>(async () => ({ items: rows(1), nextCursor: null }));
    const { router } = await show(fetchRows);
    await router.push('/?open=r0');
    await flushPromises();
    expect(fetchRows).toHaveBeenCalledTimes(1);
  });

  it('is moved through by keys', async () => {
    const { opened, press, wrapper } = await show(async () => ({ items: rows(3), nextCursor: null }));
    await press('Enter');
    expect(opened).toEqual([]);
    for (const key of ['k', 'j', 'j', 'j', 'j', 'k', 'Enter']) await press(key);
    expect(opened.map((row) => row.id)).toEqual(['r1']);
    await press('x');
    expect(wrapper.findAll('tr.picked').map((row) => row.attributes('data-key'))).toEqual(['r1']);
    await press('x');
    expect(wrapper.findAll('tr.picked')).toEqual([]);
  });

  it('keeps the rows and says why when a reload fails', async () => {
    let calls = 0;
    const { CallFailed, OFFLINE } = await import('../api/problem');
    const { wrapper, press } = await show(async () => {
      calls += 1;
      if (calls > 1) throw new CallFailed(OFFLINE);
      return { items: rows(2), nextCursor: null };
    });
    await press('r');
    expect(wrapper.findAll('[data-testid="row"]')).toHaveLength(2);
    expect(wrapper.get('[data-testid="problem"]').attributes('data-code')).toBe('client.offline');
  });

  it('draws a bounded part of ten thousand rows', async () => {
    const { wrapper } = await show(async () => ({ items: rows(10_000), nextCursor: null }));
    const drawn = wrapper.findAll('[data-testid="row"]').length;
    expect(drawn).toBeGreaterThan(10);
    expect(drawn).toBeLessThan(60);
    expect(wrapper.get('table').attributes('aria-rowcount')).toBe('10001');
  });

  it('explains an empty list and offers to clear the filters', async () => {
    const { wrapper, router } = await show(async () => ({ items: [], nextCursor: null }), '/?text=nothing');
    expect(wrapper.get('[data-testid="empty"]').text()).toContain('没有符合筛选条件的内容');
    await wrapper.get('[data-testid="empty"] button').trigger('click');
    await flushPromises();
    expect(router.currentRoute.value.query).toEqual({});
  });
});
