import { type KeyRing, openText, sealText } from '@qianxing/auth';

const contextOf = (withdrawalId: string): string => `withdrawal:${withdrawalId}:realName`;

/** Bound to its withdrawal: a name cannot be moved to another one. */
export const sealRealName = (keys: KeyRing, withdrawalId: string, realName: string): string =>
  sealText(keys, contextOf(withdrawalId), realName);

/** Undefined where none was needed, after the withdrawal's end, and when its key is gone. */
export const openRealName = (keys: KeyRing, row: { withdrawalId: string; realNameSealed: string | null }): string | undefined =>
  row.realNameSealed === null ? undefined : openText(keys, contextOf(row.withdrawalId), row.realNameSealed);
