import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acceptTotp,
  createAccessTokens,
  createKeyRing,
  hashPassword,
  judgeOneTimeCode,
  judgeRefresh,
  newRefreshToken,
  newTotpSecret,
  oneTimeCodeHash,
  openText,
  passwordNeedsRehash,
  refreshTokenHash,
  sameText,
  sealText,
  signToken,
  totpCode,
  totpUri,
  verifyPassword,
  verifyToken,
} from './index';

const NOW = Date.UTC(2026, 10, 1);
const entry = (keyId: string) => `${keyId}:${randomBytes(32).toString('base64url')}`;
const oldKey = entry('k1');
const newKey = entry('k2');
const ring = createKeyRing([newKey, oldKey]);
const code = (result: { ok: boolean; problem?: { code: string } }) => (result.ok ? 'ok' : result.problem?.code);

describe('a key ring', () => {
  it('signs with the first key and finds all', () => {
    expect([ring.current.keyId, ring.find('k1')?.keyId, ring.find('k3')]).toEqual(['k2', 'k1', undefined]);
  });
  it.each([[[]], [['nocolon']], [['k:short']], [[oldKey, oldKey]], [[`bad id:${'a'.repeat(50)}`]]])('refuses %j', (entries) => {
    expect(() => createKeyRing(entries)).toThrow(RangeError);
  });
});

describe('access tokens', () => {
  const claims = { kind: 'staff', subject: 's1', sessionId: 'x1', username: 'lin', permissions: ['order.read'] } as const;
  const tokens = createAccessTokens({ keys: ring, issuer: 'shop.test' });

  it('carry their claims for a quarter of an hour', async () => {
    const { token, expiresAt } = await tokens.issue(claims, NOW);
    expect(expiresAt).toBe(NOW + 900_000);
    const fresh = createAccessTokens({ keys: ring, issuer: 'shop.test' });
    for (const verifier of [tokens, fresh, fresh]) {
      const verified = await verifier.verify(token, NOW + 899_000);
      expect(verified).toEqual({ ok: true, value: { ...claims, issuedAt: NOW, expiresAt } });
    }
  });

  it('expire, also when they were verified before', async () => {
    const { token } = await tokens.issue(claims, NOW);
    const fresh = createAccessTokens({ keys: ring, issuer: 'shop.test' });
    expect(code(await fresh.verify(token, NOW + 906_000))).toBe('auth.tokenExpired');
    expect(code(await fresh.verify(token, NOW))).toBe('ok');
    expect(code(await fresh.verify(token, NOW + 906_000))).toBe('auth.tokenExpired');
  });

  it('stay good while their key is in the ring and no longer', async () => {
    const before = createAccessTokens({ keys: createKeyRing([oldKey]), issuer: 'shop.test' });
    const { token } = await before.issue(claims, NOW);
    expect(code(await tokens.verify(token, NOW))).toBe('ok');
    const after = createAccessTokens({ keys: createKeyRing([newKey]), issuer: 'shop.test' });
    expect(code(await after.verify(token, NOW))).toBe('auth.tokenInvalid');
  });

  it('of another deployment are refused', async () => {
    const { token } = await createAccessTokens({ keys: ring, issuer: 'other.test' }).issue(claims, NOW);
    expect(code(await tokens.verify(token, NOW))).toBe('auth.tokenInvalid');
  });

  it('without algorithm, with another one, or with changed content are refused', async () => {
    const { token } = await tokens.issue(claims, NOW);
    const [header = '', payload = '', mac = ''] = token.split('.');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const changed = part({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), perm: ['*'] });
    const none = part({ alg: 'none', typ: 'at+jwt', kid: 'k2' });
    const hs512 = part({ alg: 'HS512', typ: 'at+jwt', kid: 'k2' });
    const signed = createHmac('sha512', ring.current.secret).update(`${hs512}.${payload}`).digest('base64url');
    for (const forged of [`${header}.${changed}.${mac}`, `${none}.${payload}.`, `${hs512}.${payload}.${signed}`, '', 'a.b.c'])
      expect(code(await tokens.verify(forged, NOW))).toBe('auth.tokenInvalid');
  });

  it('never throw, whatever text comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(code(await tokens.verify(text, NOW))).toBe('auth.tokenInvalid');
      }),
      { numRuns: 100 },
    );
  });
});

describe('refresh tokens', () => {
  it('are stored as a hash that does not contain them', () => {
    const { token, tokenHash } = newRefreshToken();
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(tokenHash).toBe(refreshTokenHash(token));
    expect(tokenHash).not.toContain(token);
  });
  const fresh = { expiresAt: NOW + 1000, usedAt: null, revokedAt: null };
  it.each([
    ['rotate', fresh, NOW],
    ['expired', fresh, NOW + 1000],
    ['revoked', { ...fresh, revokedAt: NOW - 1 }, NOW],
    ['revoked', { ...fresh, usedAt: NOW, revokedAt: NOW }, NOW],
    ['repeat', { ...fresh, expiresAt: NOW + 60_000, usedAt: NOW }, NOW + 10_000],
    ['reused', { ...fresh, expiresAt: NOW + 60_000, usedAt: NOW }, NOW + 10_001],
    ['reused', { ...fresh, usedAt: NOW }, NOW + 2_000],
    ['unknown', undefined, NOW],
  ] as const)('are judged: %s', (verdict, record, now) => {
    expect(judgeRefresh(record, now)).toBe(verdict);
  });
});

describe('passwords', () => {
  it('fit their own hash only, in whatever way they are typed', async () => {
    const stored = await hashPassword('通行证Å');
    expect(stored).toMatch(/^\$argon2id\$/);
    expect(await verifyPassword(stored, '通行证A\u030a')).toBe(true);
    expect(await verifyPassword(stored, '通行证A')).toBe(false);
    expect(await hashPassword('通行证Å')).not.toBe(stored);
    expect(passwordNeedsRehash(stored)).toBe(false);
    expect(passwordNeedsRehash('$argon2id$v=19$m=4096,t=3,p=1$x$y')).toBe(true);
  });
  it('of unknown accounts, broken hashes and absurd length are refused, not thrown', async () => {
    expect(await verifyPassword(undefined, 'nobody')).toBe(false);
    expect(await verifyPassword('plain', 'plain')).toBe(false);
    expect(await verifyPassword(await hashPassword('a'), 'a'.repeat(2_000))).toBe(false);
    await expect(hashPassword('a'.repeat(2_000))).rejects.toThrow(RangeError);
  });
});

describe('authenticator codes', () => {
  it('follow RFC 6238, appendix B', () => {
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    expect(totpCode(secret, 59_000)).toBe('287082');
    expect(totpCode(secret, 1_111_111_109_000)).toBe('081804');
    expect(totpCode(secret, 20_000_000_000_000)).toBe('353130');
  });
  it('are accepted within one step either way and once', () => {
    const secret = newTotpSecret();
    const step = Math.floor(NOW / 30_000);
    for (const drift of [-1, 0, 1]) {
      const attempt = { secret, code: totpCode(secret, NOW + drift * 30_000), now: NOW };
      expect(acceptTotp({ ...attempt, lastUsedStep: null })).toBe(step + drift);
      expect(acceptTotp({ ...attempt, lastUsedStep: step + drift })).toBeUndefined();
    }
    expect(acceptTotp({ secret, code: totpCode(secret, NOW - 90_000), now: NOW, lastUsedStep: null })).toBeUndefined();
  });
  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('of the wrong form are refused: %s', (wrong) => {
    expect(acceptTotp({ secret: newTotpSecret(), code: wrong, now: NOW, lastUsedStep: null })).toBeUndefined();
  });
  it('come with an address for the QR code', () => {
    expect(totpUri('GEZDGNBVGY3TQOJQ', 'lin', '千星')).toMatch(/^otpauth:\/\/totp\/.*secret=GEZDGNBVGY3TQOJQ/);
  });
});

describe('codes by text message', () => {
  const attempt = { purpose: 'login', subject: '13800000000', code: '123456', now: NOW };
  const record = { codeHash: oneTimeCodeHash(ring, 'login', '13800000000', '123456'), expiresAt: NOW + 1, attempts: 4, usedAt: null };
  it.each([
    ['accepted', record, {}],
    ['wrong', record, { code: '123457' }],
    ['wrong', record, { subject: '13800000001' }],
    ['wrong', record, { purpose: 'bind' }],
    ['expired', record, { now: NOW + 1 }],
    ['exhausted', { ...record, attempts: 5 }, {}],
    ['used', { ...record, usedAt: NOW }, {}],
    ['expired', { ...record, codeHash: 'k9:00' }, {}],
    ['unknown', undefined, {}],
  ] as const)('are %s', (verdict, kept, change) => {
    expect(judgeOneTimeCode(ring, kept, { ...attempt, ...change })).toBe(verdict);
  });
  it('are accepted under the key before', () => {
    const old = { ...record, codeHash: oneTimeCodeHash(createKeyRing([oldKey]), 'login', '13800000000', '123456') };
    expect(judgeOneTimeCode(ring, old, attempt)).toBe('accepted');
  });
});

describe('signed link tokens', () => {
  const content = { member: 'm1', sku: '轮胎', n: 1, flag: true };
  const token = signToken(ring, 'poster', content, NOW + 1000);
  it('carry their content until they expire', () => {
    expect(verifyToken(ring, 'poster', token, NOW + 999)).toEqual({ ok: true, value: content });
    expect(code(verifyToken(ring, 'poster', token, NOW + 1000))).toBe('auth.linkExpired');
  });
  it('are bound to their purpose and key', () => {
    expect(code(verifyToken(ring, 'invite', token, NOW))).toBe('auth.linkInvalid');
    expect(code(verifyToken(createKeyRing([oldKey]), 'poster', token, NOW))).toBe('auth.linkInvalid');
    expect(code(verifyToken(createKeyRing([entry('k2')]), 'poster', token, NOW))).toBe('auth.linkInvalid');
  });
  it('do not survive the change of any character', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: token.length - 1 }), fc.constantFrom(...'abcXYZ019-_.'), (at, letter) => {
        fc.pre(token.charAt(at) !== letter);
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        // The last letter of base64 carries bits that decode to nothing; such a twin is the same token.
        fc.pre(at !== token.length - 1);
        expect(code(verifyToken(ring, 'poster', changed, NOW))).toBe('auth.linkInvalid');
      }),
    );
  });
  it('of any text are refused without an exception', () => {
    fc.assert(fc.property(fc.string(), (text) => code(verifyToken(ring, 'poster', text, NOW)) === 'auth.linkInvalid'));
  });
});

describe('sealed text', () => {
  it('opens in its own context under a key of the ring', () => {
    const sealed = sealText(ring, 'totp:s1', '秘密');
    expect(openText(ring, 'totp:s1', sealed)).toBe('秘密');
    expect(openText(ring, 'totp:s2', sealed)).toBeUndefined();
    expect(openText(createKeyRing([oldKey]), 'totp:s1', sealed)).toBeUndefined();
    expect(openText(ring, 'totp:s1', sealText(createKeyRing([oldKey]), 'totp:s1', 'x'))).toBe('x');
    expect(sealText(ring, 'totp:s1', '秘密')).not.toBe(sealed);
  });
  it.each(['', '.', 'k2.', 'k2.AAAA', 'k9.AAAA'])('that is broken does not open: %s', (sealed) => {
    expect(openText(ring, 'totp:s1', sealed)).toBeUndefined();
  });
});

describe('comparison', () => {
  it('finds texts equal that are', () => {
    expect([sameText('a', 'a'), sameText('a', 'b'), sameText('a', 'aa'), sameText('', '')]).toEqual([true, false, false, true]);
  });
});
