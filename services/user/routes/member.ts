import { ok, type Result } from '@qianxing/errors';
import { implement, type Route } from '@qianxing/http';
import { newId } from '@qianxing/ids';
import { toIso } from '@qianxing/time';
import { ADDRESS_LIMIT, addressesOf, addressView, findAddress, lockAddresses, removeAddress, saveAddress } from '../addresses/store';
import type { UserContext } from '../context';
import { type Member, memberErased, userContract } from '../contract';
import { consentsNeeded, currentVersion, refuseOutdated } from '../members/agreements';
import { openPhone } from '../members/phones';
import { consentsOf, eraseMember, findMember, identitiesOf, recordConsent, updateMember, wechatBound } from '../members/store';
import { memberView } from '../members/views';
import { fail } from '../problems';
import { regionOf, regionTree } from '../regions';
import { endAllSessions } from '../sessions/sessions';

export function memberRoutes(context: UserContext): Route[] {
  const { database, events } = context.platform;

  const me = async (memberId: string): Promise<Result<Member>> => {
    const row = await findMember(database.query, memberId);
    if (!row || row.status === 'erased') return fail('sessionEnded');
    const bound = (await wechatBound(database.query, [memberId])).has(memberId);
    return ok(memberView(context, row, bound, await consentsNeeded(context, database.query, memberId)));
  };

  return [
    implement(userContract.me, ({ actor }) => me(actor.memberId)),
    implement(userContract.updateMe, async ({ actor, body, now }) => {
      const { nickname, language, personalisedRecommendation } = body;
      await database.transaction(async (transaction) => {
        await updateMember(transaction, actor.memberId, {
          ...(nickname === undefined ? {} : { nickname }),
          ...(language === undefined ? {} : { language }),
          ...(personalisedRecommendation === undefined ? {} : { personalised: personalisedRecommendation ? 1 : 0 }),
        });
        if (personalisedRecommendation !== undefined) {
          await recordConsent(transaction, {
            memberId: actor.memberId,
            kind: 'personalisation',
            version: currentVersion(context, 'personalisation'),
            granted: personalisedRecommendation,
            now,
          });
        }
      });
      return me(actor.memberId);
    }),
    implement(userContract.exportMe, async ({ actor, now }) => {
      const row = await findMember(database.query, actor.memberId);
      if (!row) return fail('sessionEnded');
      const addresses = await addressesOf(database.query, actor.memberId);
      const consents = await consentsOf(database.query, actor.memberId);
      const identities = await identitiesOf(database.query, actor.memberId);
      return ok({
        exportedAt: toIso(now),
        member: {
          ...memberView(context, row, identities.length > 0, await consentsNeeded(context, database.query, actor.memberId)),
          phone: openPhone(context.options.sealKeys, row.memberId, row.phoneSealed),
        },
        wechatIdentities: identities.map(({ boundAt, ...identity }) => ({ ...identity, boundAt: toIso(boundAt) })),
        addresses: addresses.map(addressView),
        consents: consents.map((consent) => ({
          kind: consent.kind,
          version: consent.version,
          granted: consent.granted === 1,
          recordedAt: toIso(consent.recordedAt),
        })),
      });
    }),
    implement(userContract.eraseMe, async ({ actor, now }) => {
      await database.transaction(async (transaction) => {
        if (!(await eraseMember(transaction, actor.memberId, now))) return;
        await endAllSessions(context, transaction, actor.memberId, now, 'erased');
        await events.emit(transaction, memberErased, {
          aggregateId: actor.memberId,
          occurredAt: now,
          payload: { memberId: actor.memberId },
        });
      });
      return ok({ erasedAt: toIso(now) });
    }),
    implement(userContract.listConsents, async ({ actor }) => {
      const rows = await consentsOf(database.query, actor.memberId);
      return ok({
        items: rows.map((row) => ({ kind: row.kind, version: row.version, granted: row.granted === 1, recordedAt: toIso(row.recordedAt) })),
      });
    }),
    implement(userContract.agreements, async () => ok({ items: [...context.options.agreements] })),
    implement(userContract.recordConsent, async ({ actor, body, now }) => {
      // Consent can be withdrawn whatever it was given to.
      const outdated = body.granted ? refuseOutdated(context, body.kind, body.version, '/version') : undefined;
      if (outdated) return outdated;
      await database.transaction(async (transaction) => {
        await recordConsent(transaction, { memberId: actor.memberId, ...body, now });
        if (body.kind === 'personalisation') await updateMember(transaction, actor.memberId, { personalised: body.granted ? 1 : 0 });
      });
      return ok({ ...body, recordedAt: toIso(now) });
    }),
    implement(userContract.listAddresses, async ({ actor }) =>
      ok({ items: (await addressesOf(database.query, actor.memberId)).map(addressView) }),
    ),
    implement(userContract.createAddress, async ({ actor, body, now }) => {
      if (!regionOf(body.countyCode)) return fail('regionUnknown', { path: '/countyCode' });
      return database.transaction(async (transaction) => {
        const count = await lockAddresses(transaction, actor.memberId);
        if (count === undefined) return fail('sessionEnded');
        if (count >= ADDRESS_LIMIT) return fail('addressLimit', { params: { limit: ADDRESS_LIMIT } });
        const row = {
          ...body,
          addressId: newId(now),
          memberId: actor.memberId,
          isDefault: body.isDefault === true || count === 0 ? 1 : 0,
          createdAt: now,
        };
        await saveAddress(transaction, row);
        return ok(addressView(row));
      });
    }),
    implement(userContract.updateAddress, async ({ actor, params, body, now }) => {
      if (!regionOf(body.countyCode)) return fail('regionUnknown', { path: '/countyCode' });
      return database.transaction(async (transaction) => {
        if ((await lockAddresses(transaction, actor.memberId)) === undefined) return fail('sessionEnded');
        const known = await findAddress(transaction, actor.memberId, params.addressId);
        if (!known) return fail('addressNotFound');
        const row = { ...known, ...body, isDefault: body.isDefault === true ? 1 : known.isDefault, createdAt: now };
        await saveAddress(transaction, row);
        return ok(addressView(row));
      });
    }),
    implement(userContract.deleteAddress, async ({ actor, params }) => {
      const removed = await database.transaction(async (transaction) => {
        await lockAddresses(transaction, actor.memberId);
        const known = await findAddress(transaction, actor.memberId, params.addressId);
        if (known) await removeAddress(transaction, known);
        return known !== undefined;
      });
      return removed ? ok(undefined) : fail('addressNotFound');
    }),
    implement(userContract.regions, async () => ok(regionTree)),
  ];
}
