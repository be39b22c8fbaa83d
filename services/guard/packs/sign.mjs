// Signs a rule pack after a change.
// usage: node services/guard/packs/sign.mjs PACK --key-id ID --key FILE     sign with the private key in FILE (PEM)
//        node services/guard/packs/sign.mjs PACK --key-id ID --new-key FILE make a key pair, keep the private key in FILE, then sign
// A new key's public half goes into trusted-keys.ts; without it nothing it signed is ever loaded. The private key stays out of the repository.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import canonicalize from 'canonicalize';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'key-id': { type: 'string' }, key: { type: 'string' }, 'new-key': { type: 'string' } },
});
const [packId] = positionals;
const { 'key-id': keyId, key, 'new-key': newKey } = values;
if (packId === undefined || keyId === undefined || (key === undefined) === (newKey === undefined)) {
  console.error('usage: sign.mjs PACK --key-id ID (--key FILE | --new-key FILE)');
  process.exit(2);
}

const folder = join(import.meta.dirname, packId);
const readJson = (...path) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));

if (newKey !== undefined) {
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(newKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
}
const privateKey = createPrivateKey(readFileSync(key ?? newKey));
const manifest = readJson('pack.json');
const document = {
  ...manifest,
  sections: manifest.sections.map((section) => ({ ...section, rules: readJson('rules', `${section.file}.json`) })),
  articles: readJson('articles.json'),
};
const signature = sign(null, Buffer.from(canonicalize(document)), privateKey).toString('base64url');
writeFileSync(join(folder, 'signature.json'), `${JSON.stringify({ algorithm: 'Ed25519', keyId, signature }, null, 2)}\n`);
const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64url');
console.log(`signed ${packId}; trusted-keys.ts needs\n  '${keyId}': '${publicKey}',`);
