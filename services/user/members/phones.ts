import { createHmac } from 'node:crypto';
import { type KeyRing, openText, type SecretKey, sealText } from '@qianxing/auth';

/** Keyed hash by which a phone is found without being readable: a copy of the database shows no numbers. */
export interface PhoneHash {
  readonly keyId: string;
  readonly phoneHash: string;
}

/** Hashes of a phone under every key of the ring, newest first. */
export function phoneHashes(keys: KeyRing, phone: string): [PhoneHash, ...PhoneHash[]] {
  const under = ({ keyId, secret }: SecretKey): PhoneHash => ({
    keyId,
    phoneHash: createHmac('sha256', secret).update(`phone\n${phone}`).digest('hex'),
  });
  return [under(keys.current), ...keys.all.slice(1).map(under)];
}

export const sealPhone = (keys: KeyRing, memberId: string, phone: string): string => sealText(keys, `phone:${memberId}`, phone);

export const openPhone = (keys: KeyRing, memberId: string, sealed: string | null): string | null =>
  sealed === null ? null : (openText(keys, `phone:${memberId}`, sealed) ?? null);

/** `13812341234` → `138****1234`. */
export const maskPhone = (phone: string): string => phone.replace(/^(\d{3})\d+(\d{4})$/, '$1****$2');

/** First and last character stay: `王小明` → `王*明`. */
export function maskNickname(nickname: string): string {
  const letters = [...nickname];
  if (letters.length <= 1) return nickname;
  return `${letters[0]}${'*'.repeat(Math.min(3, Math.max(1, letters.length - 2)))}${letters.length > 2 ? letters.at(-1) : ''}`;
}
