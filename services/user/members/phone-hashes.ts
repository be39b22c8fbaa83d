import { insertIfAbsent, isUniqueViolation, type Query, type Transaction } from '@qianxing/database';
import { DAY_MS } from '@qianxing/time';
import type { UserContext } from '../context';
import type { MemberRow, UserTables } from '../tables';
import { openPhone, type PhoneHash, phoneHashes, sealPhone } from './phones';

const tablesOf = (query: Query) => query.withTables<UserTables>();
const textsOf = (hashes: readonly PhoneHash[]): string[] => hashes.map(({ phoneHash }) => phoneHash);

/** Who has this phone, whichever key its hash was made with. */
export async function memberByPhone(query: Query, hashes: readonly PhoneHash[]): Promise<MemberRow | undefined> {
  return tablesOf(query)
    .selectFrom('user_phone_hashes')
    .innerJoin('user_members', 'user_members.memberId', 'user_phone_hashes.memberId')
    .selectAll('user_members')
    .where('user_phone_hashes.phoneHash', 'in', textsOf(hashes))
    .limit(1)
    .executeTakeFirst();
}

/**
 * Makes a member's phone findable under every key of the ring. Two processes with rings that have one key in common collide on it, so that
 * one phone cannot come to two members while a key is being exchanged.
 *
 * @throws a unique violation when somebody else has the phone
 */
export async function keepHashes(transaction: Transaction, memberId: string, hashes: readonly PhoneHash[]): Promise<void> {
  const tables = tablesOf(transaction);
  const known = await tables.selectFrom('user_phone_hashes').select(['phoneHash', 'keyId']).where('memberId', '=', memberId).execute();
  const keyIds = new Map(known.map((row) => [row.phoneHash, row.keyId]));
  for (const { phoneHash, keyId } of [...hashes].sort((one, other) => (one.phoneHash < other.phoneHash ? -1 : 1))) {
    const before = keyIds.get(phoneHash);
    if (before === undefined) await tables.insertInto('user_phone_hashes').values({ phoneHash, memberId, keyId }).execute();
    else if (before !== keyId) await tables.updateTable('user_phone_hashes').set({ keyId }).where('phoneHash', '=', phoneHash).execute();
  }
}

export async function dropHashes(transaction: Transaction, memberId: string): Promise<void> {
  await tablesOf(transaction).deleteFrom('user_phone_hashes').where('memberId', '=', memberId).execute();
}

const PORTION = 500;

/**
 * Walks through all members at every start and once a day, and puts their phones under the keys now in use: hashes under every key of the
 * ring, none under keys that were retired, the sealed number under the newest. Each run takes a portion and answers how many members it
 * looked at, 0 when the walk is over.
 */
export function phoneRekeying(context: UserContext): () => Promise<number> {
  const { clock, database } = context.platform;
  let afterNo = 0;
  let nextWalkAt = 0;
  let retired: readonly string[] = [];
  return async () => {
    if (afterNo === 0 && clock.now() < nextWalkAt) return 0;
    if (afterNo === 0) retired = await retiredKeyIds(context);
    const members = await portionAfter(database.query, afterNo);
    const kept = await keyIdsOfMembers(database.query, members);
    for (const member of members)
      if (needsRekeying(context, member, kept.get(member.memberId) ?? [], retired)) await rekey(context, member, retired);
    afterNo = members.at(-1)?.memberNo ?? 0;
    if (afterNo === 0) nextWalkAt = clock.now() + DAY_MS;
    return members.length;
  };
}

/** Before keys had names here. */
const UNNAMED_KEY = '';

/**
 * Keys outside this process's ring that came into use before its newest one. A process that does not know the newest key yet takes nothing
 * away that was made with it.
 */
async function retiredKeyIds({ platform, options }: UserContext): Promise<string[]> {
  const { database, clock } = platform;
  const { all, current } = options.codeKeys;
  const now = clock.now();
  await database.transaction(async (transaction) => {
    // Oldest first: with one clock reading, the place in the ring decides.
    for (const [age, { keyId }] of [...all].reverse().entries())
      await insertIfAbsent(transaction, 'user_phone_keys', { keyId, firstSeenAt: now + age });
  });
  const rows = await tablesOf(database.query).selectFrom('user_phone_keys').selectAll().execute();
  const newestSince = rows.find(({ keyId }) => keyId === current.keyId)?.firstSeenAt ?? now;
  const known = new Set(all.map(({ keyId }) => keyId));
  const retired = rows.filter(({ keyId, firstSeenAt }) => !known.has(keyId) && firstSeenAt < newestSince);
  return [UNNAMED_KEY, ...retired.map(({ keyId }) => keyId)];
}

interface Phoned {
  readonly memberNo: number;
  readonly memberId: string;
  readonly phoneSealed: string | null;
}

async function portionAfter(query: Query, afterNo: number): Promise<Phoned[]> {
  return tablesOf(query)
    .selectFrom('user_members')
    .select(['memberNo', 'memberId', 'phoneSealed'])
    .where('memberNo', '>', afterNo)
    .orderBy('memberNo')
    .limit(PORTION)
    .execute();
}

async function keyIdsOfMembers(query: Query, members: readonly Phoned[]): Promise<Map<string, string[]>> {
  const keyIds = new Map<string, string[]>();
  if (members.length === 0) return keyIds;
  const memberIds = members.map(({ memberId }) => memberId);
  const rows = await tablesOf(query)
    .selectFrom('user_phone_hashes')
    .select(['memberId', 'keyId'])
    .where('memberId', 'in', memberIds)
    .execute();
  for (const { memberId, keyId } of rows) keyIds.set(memberId, [...(keyIds.get(memberId) ?? []), keyId]);
  return keyIds;
}

function needsRekeying({ options }: UserContext, { phoneSealed }: Phoned, kept: readonly string[], retired: readonly string[]): boolean {
  if (phoneSealed === null) return false;
  return (
    !phoneSealed.startsWith(`${options.sealKeys.current.keyId}.`) ||
    kept.some((keyId) => retired.includes(keyId)) ||
    options.codeKeys.all.some(({ keyId }) => !kept.includes(keyId))
  );
}

async function rekey(context: UserContext, { memberId, phoneSealed }: Phoned, retired: readonly string[]): Promise<void> {
  const { database, log } = context.platform;
  const { codeKeys, sealKeys } = context.options;
  const phone = openPhone(sealKeys, memberId, phoneSealed);
  if (phone === null) {
    log.error({ memberId }, 'a phone cannot be opened: its key is not among the seal keys');
    return;
  }
  try {
    await database.transaction(async (transaction) => {
      const { numUpdatedRows } = await tablesOf(transaction)
        .updateTable('user_members')
        .set({ phoneSealed: sealPhone(sealKeys, memberId, phone) })
        .where('memberId', '=', memberId)
        .where('phoneSealed', '=', phoneSealed)
        .executeTakeFirst();
      // Erased, or changed by somebody else: the next walk looks again.
      if (numUpdatedRows !== 1n) return;
      await keepHashes(transaction, memberId, phoneHashes(codeKeys, phone));
      await tablesOf(transaction).deleteFrom('user_phone_hashes').where('memberId', '=', memberId).where('keyId', 'in', retired).execute();
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    log.error({ memberId }, 'two members have the same phone');
  }
}
