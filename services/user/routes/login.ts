import { signToken, verifyToken } from '@qianxing/auth';
import { ok, platformProblems, type Result } from '@qianxing/errors';
import { implement, type Route } from '@qianxing/http';
import { MINUTE_MS } from '@qianxing/time';
import type { UserContext } from '../context';
import { userContract } from '../contract';
import { consentsNeeded } from '../members/agreements';
import { type LoginRequest, login, mayLogin, type Proven } from '../members/login';
import { checkLoginCode, sendLoginCode } from '../members/login-codes';
import { bindIdentity, findMember, identityOwner, wechatBound } from '../members/store';
import { memberView } from '../members/views';
import type { OutsideOutcome } from '../needs';
import { fail } from '../problems';
import { endSession, refreshSession } from '../sessions/sessions';

const STATE_PURPOSE = 'wechat-h5-state';
const STATE_MS = 10 * MINUTE_MS;
/** A path of the shop; browsers read `//host` and `/\\host` as another host. */
const OWN_PAGE = /^\/(?![/\\])[^\\\s]*$/;

interface LoginBody {
  readonly consent?: LoginRequest['consent'];
  readonly referralToken?: string;
}

export function loginRoutes(context: UserContext): Route[] {
  const { appIds, linkKeys, publicUrl } = context.options;

  const finish = async (proven: Proven, body: LoginBody, language: 'zh' | 'en', now: number) => {
    const done = await login(context, { proven, consent: body.consent, referralToken: body.referralToken, language, now });
    if (!done.ok) return done;
    const { member, session, created } = done.value;
    const { query } = context.platform.database;
    const bound = await wechatBound(query, [member.memberId]);
    const needed = await consentsNeeded(context, query, member.memberId);
    return ok({ session, member: memberView(context, member, bound.has(member.memberId), needed), created });
  };

  return [
    implement(userContract.sendLoginCode, ({ body, ip, now }) => sendLoginCode(context, body.phone, ip, now)),
    implement(userContract.loginByPhone, async ({ body, language, now }) => {
      const proven = { phone: body.phone, wechat: undefined };
      const checked = await checkLoginCode(context, { phone: body.phone, code: body.code, now }, async (transaction) => {
        const admitted = await mayLogin(context, transaction, proven, body.consent);
        return admitted.ok ? ok() : admitted;
      });
      return checked.ok ? finish(proven, body, language, now) : checked;
    }),
    implement(userContract.loginByMiniProgram, async ({ body, language, now }) => {
      const identity = told(await context.needs.miniProgramIdentity(body.code));
      if (!identity.ok) return identity;
      const phone = body.phoneCode === undefined ? undefined : told(await context.needs.miniProgramPhone(body.phoneCode));
      if (phone && !phone.ok) return phone;
      return finish({ phone: phone?.value, wechat: { ...identity.value, appId: appIds.miniProgram } }, body, language, now);
    }),
    implement(userContract.wechatAuthorizeUrl, async ({ query, now }) => {
      if (!OWN_PAGE.test(query.returnTo)) {
        return platformProblems.fail('invalid', { path: '/returnTo', params: { reason: '/…' } });
      }
      const state = signToken(linkKeys, STATE_PURPOSE, { returnTo: query.returnTo }, now + STATE_MS);
      return ok({ url: context.needs.h5AuthorizeUrl({ redirectUrl: `${publicUrl}${query.returnTo}`, state }) });
    }),
    implement(userContract.loginByWechatH5, async ({ body, language, now }) => {
      const state = verifyToken(linkKeys, STATE_PURPOSE, body.state, now);
      if (!state.ok) return state;
      const identity = told(await context.needs.h5Identity(body.code));
      return identity.ok ? finish({ phone: undefined, wechat: { ...identity.value, appId: appIds.h5 } }, body, language, now) : identity;
    }),
    implement(userContract.bindWechatH5, async ({ actor, body, now }) => {
      const state = verifyToken(linkKeys, STATE_PURPOSE, body.state, now);
      if (!state.ok) return state;
      const identity = told(await context.needs.h5Identity(body.code));
      if (!identity.ok) return identity;
      const { database } = context.platform;
      const wechat = { ...identity.value, appId: appIds.h5 };
      const bound = await database.transaction(async (transaction) => {
        const owner = await identityOwner(transaction, wechat);
        if (owner !== undefined && owner !== actor.memberId) return false;
        await bindIdentity(transaction, { ...wechat, memberId: actor.memberId, now });
        return true;
      });
      const row = bound ? await findMember(database.query, actor.memberId) : undefined;
      if (!row) return fail('wechatTaken');
      return ok(memberView(context, row, true, await consentsNeeded(context, database.query, row.memberId)));
    }),
    implement(userContract.refreshSession, ({ body, now }) => refreshSession(context, 'member', body.refreshToken, now)),
    implement(userContract.logout, async ({ actor, now }) => {
      await endSession(context, actor.sessionId, now);
      return ok(undefined);
    }),
  ];
}

function told<T>(outcome: OutsideOutcome<T>): Result<T> {
  switch (outcome.kind) {
    case 'ok':
      return ok(outcome.value);
    case 'rejected':
      return fail('wechatRefused', { params: { code: outcome.code } });
    case 'unknown':
      return fail('wechatUnreachable');
    default:
      return outcome satisfies never;
  }
}
