import { toIso } from '@qianxing/time';
import type { UserContext } from '../context';
import type { Member } from '../contract';
import type { MemberRow } from '../tables';
import { maskPhone, openPhone } from './phones';

export function memberView(context: UserContext, row: MemberRow, wechatBound: boolean, needed: Member['consentsNeeded']): Member {
  const phone = openPhone(context.options.sealKeys, row.memberId, row.phoneSealed);
  return {
    memberId: row.memberId,
    memberNo: row.memberNo,
    nickname: row.nickname,
    avatarUrl: row.avatarUrl,
    phoneMasked: phone === null ? null : maskPhone(phone),
    wechatBound,
    language: row.language,
    personalisedRecommendation: row.personalised === 1,
    consentsNeeded: needed,
    createdAt: toIso(row.createdAt),
  };
}
