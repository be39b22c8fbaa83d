import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { articlesOf } from '../engine/articles';
import { compilePack, type Pack } from '../engine/pack';
import { canonicalJson, signPack } from '../engine/signature';
import { CURRENT_PACK_ID, loadPack, packDocument, packIds, readPack } from './read';

const document = packDocument(CURRENT_PACK_ID);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const keys = { mine: publicKey.export({ type: 'spki', format: 'der' }).toString('base64url') };
const isPack = (loaded: Pack | { fault: string }): loaded is Pack => !('fault' in loaded);
const faultOf = (loaded: Pack | { fault: string }) => (isPack(loaded) ? undefined : loaded.fault);

/** The pack with the first rule changed. */
function tampered(change: object): unknown {
  const copy = structuredClone(document) as { sections: { rules: object[] }[] };
  Object.assign(copy.sections[0]!.rules[0]!, change);
  return copy;
}

describe('rule packs', () => {
  it('that ship are signed by a trusted key', () => {
    expect(packIds()).toContain(CURRENT_PACK_ID);
    for (const packId of packIds()) expect([packId, faultOf(readPack(packId))]).toEqual([packId, undefined]);
  });

  it('never call anything compliant', () => {
    expect(JSON.stringify(document)).not.toContain('合规');
  });

  it('are refused by name when they do not exist', () => {
    expect(faultOf(readPack('cn-1999.01'))).toContain('cn-1999.01');
    expect(faultOf(readPack('../cn-2026.11'))).toContain('there is no rule pack');
  });

  it('load with a trusted signature, and not after any change, under another key, or without one', () => {
    const signature = signPack(document, 'mine', privateKey);
    expect(faultOf(loadPack(document, signature, keys))).toBeUndefined();
    expect(faultOf(loadPack(tampered({ severity: 'info' }), signature, keys))).toContain('no trusted key');
    expect(faultOf(loadPack(document, signature, {}))).toContain('no trusted key');
    expect(faultOf(loadPack(document, { ...signature, keyId: 'other' }, keys))).toContain('no trusted key');
    expect(faultOf(loadPack(document, { ...signature, keyId: 'constructor' }, keys))).toContain('no trusted key');
    const [first = ''] = signature.signature;
    const flipped = { ...signature, signature: `${first === 'A' ? 'B' : 'A'}${signature.signature.slice(1)}` };
    expect(faultOf(loadPack(document, flipped, keys))).toContain('no trusted key');
    expect(faultOf(loadPack(document, {}, keys))).toContain('signature');
  });

  it.each<[string, object, string]>([
    ['a predicate that is no expression', { when: 'p => {' }, 'PYR-01'],
    ['a predicate outside the language', { when: 'p => { return true }' }, 'PYR-01'],
    ['an unknown severity', { severity: 'mild' }, 'severity'],
    ['a repair without a place', { repair: [{ set: 'entry', value: 0 }] }, 'repair'],
    ['an unknown field', { note: 'x' }, ''],
    ['the id of another rule', { id: 'PYR-02' }, 'twice'],
  ])('with %s is refused even when signed', (_name, change, words) => {
    const broken = tampered(change);
    const loaded = loadPack(broken, signPack(broken, 'mine', privateKey), keys);
    expect(isPack(loaded)).toBe(false);
    expect(faultOf(loaded)).toContain(words);
  });

  it('are signed over canonical JSON, so that order and spacing of the files do not matter', () => {
    expect(canonicalJson({ b: [1, { d: 'é', c: null }], a: true })).toBe('{"a":true,"b":[1,{"c":null,"d":"é"}]}');
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
  });
});

describe('articles', () => {
  const pack = compilePack(document) as Pack;
  const labels = (citation: string) => articlesOf(pack, citation).map(({ law, label }) => `${law} ${label}`);

  it.each([
    ['禁止传销条例 7(3)、24(1)', ['禁止传销条例 7(3)', '禁止传销条例 24']],
    ['电商法 31、62', ['电子商务法 31', '电子商务法 53、62']],
    ['公通字〔2013〕37号 一、七（30人且3级，含组织者）', ['公通字〔2013〕37号 一、四、五、七']],
    ['反不正当竞争法(2025) 9、25', ['反不正当竞争法 9、25']],
    ['民法典 497、963', ['民法典 18–19、145、159、496–498、577、585、961–963']],
    ['广告绝对化用语执法指南 二、五-七、九-十一', ['广告绝对化用语执法指南 4–7、9–11']],
    [
      '案例：云集、花生日记、云在指尖',
      ['云集微店（杭州滨江 2017-05） 案例', '云在指尖（湖北咸宁） 案例', '花生日记（广州 2019-03、海珠 2021-01） 案例'],
    ],
    ['微信支付平台收付通文档（默认最高分账比例30%，2025-09-26）', ['微信支付平台收付通 产品文档（2025-09-26）']],
    ['电商法 99', []],
    ['没有这部法 1', []],
  ])('of %s are found', (citation, expected) => {
    expect(labels(citation)).toEqual(expected);
  });

  it('are known for most citations of the pack', () => {
    const citations = pack.rules.flatMap(({ rule }) => rule.articles);
    const known = citations.filter((citation) => articlesOf(pack, citation).length > 0);
    expect(known.length / citations.length).toBeGreaterThan(0.9);
  });
});
