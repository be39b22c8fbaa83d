import { type Query, type Transaction, textBegins } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import type { ConsentKind, ConsentRow, MemberRow, UserTables } from '../tables';
import { dropHashes } from './phone-hashes';

const tablesOf = (query: Query) => query.withTables<UserTables>();

export async function findMember(query: Query, memberId: string): Promise<MemberRow | undefined> {
  return tablesOf(query).selectFrom('user_members').selectAll().where('memberId', '=', memberId).executeTakeFirst();
}

export async function membersById(query: Query, memberIds: readonly string[]): Promise<MemberRow[]> {
  if (memberIds.length === 0) return [];
  return tablesOf(query).selectFrom('user_members').selectAll().where('memberId', 'in', memberIds).execute();
}

export async function memberIdByNo(query: Query, memberNo: number): Promise<string | undefined> {
  const row = await tablesOf(query).selectFrom('user_members').select('memberId').where('memberNo', '=', memberNo).executeTakeFirst();
  return row?.memberId;
}

export async function insertMember(transaction: Transaction, row: Omit<MemberRow, 'memberNo'>): Promise<MemberRow> {
  const tables = tablesOf(transaction);
  await tables.insertInto('user_members').values(row).execute();
  return tables.selectFrom('user_members').selectAll().where('memberId', '=', row.memberId).executeTakeFirstOrThrow();
}

export async function updateMember(
  transaction: Transaction,
  memberId: string,
  change: Partial<Omit<MemberRow, 'memberNo' | 'memberId'>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await tablesOf(transaction)
    .updateTable('user_members')
    .set(change)
    .where('memberId', '=', memberId)
    .where('status', '<>', 'erased')
    .execute();
}

export interface MemberSearch {
  readonly memberNo?: number | undefined;
  /** Under any key of the ring. */
  readonly phoneHashes?: readonly string[] | undefined;
  readonly nickname?: string | undefined;
}

export async function listMembers(
  query: Query,
  search: MemberSearch,
  page: { beforeNo: number | undefined; limit: number },
): Promise<MemberRow[]> {
  let rows = tablesOf(query).selectFrom('user_members').selectAll().orderBy('memberNo', 'desc').limit(page.limit);
  if (page.beforeNo !== undefined) rows = rows.where('memberNo', '<', page.beforeNo);
  if (search.memberNo !== undefined) rows = rows.where('memberNo', '=', search.memberNo);
  const { phoneHashes } = search;
  if (phoneHashes !== undefined)
    rows = rows.where('memberId', 'in', (eb) =>
      eb.selectFrom('user_phone_hashes').select('memberId').where('phoneHash', 'in', phoneHashes),
    );
  if (search.nickname !== undefined) rows = rows.where(textBegins('nickname', search.nickname, true));
  return rows.execute();
}

export async function identityOwner(
  query: Query,
  identity: { appId: string; openId: string; unionId: string | undefined },
): Promise<string | undefined> {
  const tables = tablesOf(query);
  const own = await tables
    .selectFrom('user_wechat_identities')
    .select('memberId')
    .where('appId', '=', identity.appId)
    .where('openId', '=', identity.openId)
    .executeTakeFirst();
  if (own || identity.unionId === undefined) return own?.memberId;
  const sibling = await tables
    .selectFrom('user_wechat_identities')
    .select('memberId')
    .where('unionId', '=', identity.unionId)
    .executeTakeFirst();
  return sibling?.memberId;
}

export async function openIdOf(query: Query, memberId: string, appId: string): Promise<string | undefined> {
  const row = await tablesOf(query)
    .selectFrom('user_wechat_identities')
    .select('openId')
    .where('memberId', '=', memberId)
    .where('appId', '=', appId)
    .executeTakeFirst();
  return row?.openId;
}

export async function identitiesOf(query: Query, memberId: string) {
  return tablesOf(query)
    .selectFrom('user_wechat_identities')
    .select(['appId', 'openId', 'unionId', 'boundAt'])
    .where('memberId', '=', memberId)
    .orderBy('appId')
    .execute();
}

export async function wechatBound(query: Query, memberIds: readonly string[]): Promise<Set<string>> {
  if (memberIds.length === 0) return new Set();
  const rows = await tablesOf(query).selectFrom('user_wechat_identities').select('memberId').where('memberId', 'in', memberIds).execute();
  return new Set(rows.map((row) => row.memberId));
}

/**
 * Binds a WeChat identity that nobody has yet. A member who has another one of the same application has changed accounts: the proven one
 * takes its place. An identity is never taken away from another member.
 */
export async function bindIdentity(
  transaction: Transaction,
  identity: { appId: string; openId: string; unionId: string | undefined; memberId: string; now: number },
): Promise<void> {
  const tables = tablesOf(transaction);
  const known = await tables
    .selectFrom('user_wechat_identities')
    .select(['memberId', 'unionId'])
    .where('appId', '=', identity.appId)
    .where('openId', '=', identity.openId)
    .executeTakeFirst();
  if (known) {
    if (known.unionId !== null || identity.unionId === undefined) return;
    await tables
      .updateTable('user_wechat_identities')
      .set({ unionId: identity.unionId })
      .where('appId', '=', identity.appId)
      .where('openId', '=', identity.openId)
      .execute();
    return;
  }
  await tables.deleteFrom('user_wechat_identities').where('memberId', '=', identity.memberId).where('appId', '=', identity.appId).execute();
  await tables
    .insertInto('user_wechat_identities')
    .values({
      appId: identity.appId,
      openId: identity.openId,
      unionId: identity.unionId ?? null,
      memberId: identity.memberId,
      boundAt: identity.now,
    })
    .execute();
}

export async function recordConsent(
  transaction: Transaction,
  consent: { memberId: string; kind: ConsentKind; version: string; granted: boolean; now: number },
): Promise<ConsentRow> {
  const row: ConsentRow = {
    consentId: newId(consent.now),
    memberId: consent.memberId,
    kind: consent.kind,
    version: consent.version,
    granted: consent.granted ? 1 : 0,
    recordedAt: consent.now,
  };
  await tablesOf(transaction).insertInto('user_consents').values(row).execute();
  return row;
}

export async function consentsOf(query: Query, memberId: string): Promise<ConsentRow[]> {
  return tablesOf(query).selectFrom('user_consents').selectAll().where('memberId', '=', memberId).orderBy('consentId').execute();
}

/** Everything that tells who the member was goes; trade and consent records stay without a person. */
export async function eraseMember(transaction: Transaction, memberId: string, now: number): Promise<boolean> {
  const tables = tablesOf(transaction);
  const { numUpdatedRows } = await tables
    .updateTable('user_members')
    .set({ status: 'erased', nickname: '已注销用户', avatarUrl: null, phoneSealed: null, erasedAt: now })
    .where('memberId', '=', memberId)
    .where('status', '<>', 'erased')
    .executeTakeFirst();
  await dropHashes(transaction, memberId);
  await tables.deleteFrom('user_addresses').where('memberId', '=', memberId).execute();
  await tables.deleteFrom('user_wechat_identities').where('memberId', '=', memberId).execute();
  return numUpdatedRows === 1n;
}
