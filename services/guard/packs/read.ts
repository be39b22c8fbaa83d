import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Value } from '@sinclair/typebox/value';
import { compilePack, type Pack } from '../engine/pack';
import { isSigned, PackSignature, type TrustedKeys } from '../engine/signature';
import { trustedKeys } from './trusted-keys';

/** Where the packs that ship lie. */
const folder = fileURLToPath(new URL('.', import.meta.url));

/** The pack that judges unless another is named. */
export const CURRENT_PACK_ID = 'cn-2026.11';

/** Ids of the packs that ship, oldest first. */
export function packIds(): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'pack.json')))
    .map(({ name }) => name)
    .sort();
}

/**
 * Reads a pack, checks its signature against the trusted keys and compiles it.
 *
 * @returns the pack, or why it may not judge
 */
export function readPack(packId: string, keys: TrustedKeys = trustedKeys): Pack | { readonly fault: string } {
  if (!packIds().includes(packId)) return { fault: `there is no rule pack ${packId}; there are: ${packIds().join(', ')}` };
  return loadPack(packDocument(packId), readJson(join(folder, packId, 'signature.json')), keys);
}

/** Checks signature and shape of a pack wherever it comes from. Nothing unsigned judges. */
export function loadPack(document: unknown, signature: unknown, keys: TrustedKeys): Pack | { readonly fault: string } {
  if (!Value.Check(PackSignature, signature)) return { fault: 'the signature of the rule pack is not one' };
  if (!isSigned(document, signature, keys)) return { fault: `no trusted key signed this rule pack (key ${signature.keyId})` };
  return compilePack(document);
}

/** The pack as it is signed: the manifest with the rules of each section and the articles in place. */
export function packDocument(packId: string): unknown {
  const manifest = readJson(join(folder, packId, 'pack.json')) as { sections: readonly { file: string }[] };
  const sections = manifest.sections.map((section) => ({
    ...section,
    rules: readJson(join(folder, packId, 'rules', `${section.file}.json`)),
  }));
  return { ...manifest, sections, articles: readJson(join(folder, packId, 'articles.json')) };
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
