import type { Query, Transaction } from '@qianxing/database';
import { sql } from 'kysely';
import type { Address } from '../contract';
import { regionOf } from '../regions';
import type { AddressRow, UserTables } from '../tables';

export const ADDRESS_LIMIT = 20;

const tablesOf = (query: Query) => query.withTables<UserTables>();

export async function addressesOf(query: Query, memberId: string): Promise<AddressRow[]> {
  return tablesOf(query)
    .selectFrom('user_addresses')
    .selectAll()
    .where('memberId', '=', memberId)
    .orderBy('isDefault', 'desc')
    .orderBy('addressId', 'desc')
    .execute();
}

export async function findAddress(query: Query, memberId: string, addressId: string): Promise<AddressRow | undefined> {
  return tablesOf(query)
    .selectFrom('user_addresses')
    .selectAll()
    .where('addressId', '=', addressId)
    .where('memberId', '=', memberId)
    .executeTakeFirst();
}

/** Addresses by id, whosever they are. */
export async function addressesById(query: Query, addressIds: readonly string[]): Promise<Map<string, AddressRow>> {
  const rows = await tablesOf(query).selectFrom('user_addresses').selectAll().where('addressId', 'in', addressIds).execute();
  return new Map(rows.map((row) => [row.addressId, row]));
}

/**
 * Locks the member's row first, so that limit and default hold when two devices save at once. Answers how many addresses there are, or
 * undefined for somebody who is no active member any more (erased a moment ago, on another device).
 */
export async function lockAddresses(transaction: Transaction, memberId: string): Promise<number | undefined> {
  const member = await tablesOf(transaction)
    .selectFrom('user_members')
    .select('status')
    .where('memberId', '=', memberId)
    .forUpdate()
    .executeTakeFirst();
  if (member?.status !== 'active') return undefined;
  const row = await tablesOf(transaction)
    .selectFrom('user_addresses')
    .select(sql<number>`count(*)`.as('addresses'))
    .where('memberId', '=', memberId)
    .executeTakeFirst();
  return row?.addresses ?? 0;
}

/** Inserts or replaces; a new default takes the place of the old one. */
export async function saveAddress(transaction: Transaction, row: AddressRow): Promise<void> {
  const tables = tablesOf(transaction);
  if (row.isDefault === 1) await tables.updateTable('user_addresses').set({ isDefault: 0 }).where('memberId', '=', row.memberId).execute();
  await tables.deleteFrom('user_addresses').where('addressId', '=', row.addressId).execute();
  await tables.insertInto('user_addresses').values(row).execute();
}

/** Deletes; the newest address left becomes the default if the default went. */
export async function removeAddress(transaction: Transaction, row: AddressRow): Promise<void> {
  const tables = tablesOf(transaction);
  await tables.deleteFrom('user_addresses').where('addressId', '=', row.addressId).execute();
  if (row.isDefault === 0) return;
  const next = await tables
    .selectFrom('user_addresses')
    .select('addressId')
    .where('memberId', '=', row.memberId)
    .orderBy('addressId', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (next) await tables.updateTable('user_addresses').set({ isDefault: 1 }).where('addressId', '=', next.addressId).execute();
}

export function addressView(row: AddressRow): Address {
  const region = regionOf(row.countyCode);
  return {
    addressId: row.addressId,
    recipient: row.recipient,
    phone: row.phone,
    provinceCode: region?.provinceCode ?? row.countyCode,
    cityCode: region?.cityCode ?? row.countyCode,
    countyCode: row.countyCode,
    provinceName: region?.provinceName ?? '',
    cityName: region?.cityName ?? '',
    countyName: region?.countyName ?? '',
    detail: row.detail,
    isDefault: row.isDefault === 1,
  };
}
