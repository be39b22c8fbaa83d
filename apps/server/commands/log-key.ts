import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import {
  formatSignerKey,
  formatVerifierKey,
  isKeyName,
  type KeyAlgorithm,
  parseSignerKey,
  type SignerKey,
  signerKey,
} from '@qianxing/transparency-log';

/** Makes a new signing key in a file that only its owner can read, never over an old one. Answers the exit code. */
export async function makeKeyFile(
  name: string,
  algorithm: KeyAlgorithm,
  path: string,
  say: (text: string) => void,
  complain: (text: string) => void,
): Promise<number> {
  if (!isKeyName(name)) {
    complain(`名称不得含空格或加号 a name has neither blanks nor +: ${name}\n`);
    return 2;
  }
  const key = signerKey(name, algorithm, randomBytes(32));
  await writeFile(path, `${formatSignerKey(key)}\n`, { mode: 0o600, flag: 'wx' });
  say(`${formatVerifierKey(key)}\n`);
  return 0;
}

/** @throws Error when the file holds no signing key of that kind. */
export async function readKeyFile(path: string, algorithm: KeyAlgorithm): Promise<SignerKey> {
  const key = parseSignerKey((await readFile(path, 'utf8')).trim());
  if (!key.ok) throw new Error(`${path}: ${key.fault.message}`);
  if (key.value.algorithm !== algorithm) throw new Error(`${path}: not a key for ${algorithm}`);
  return key.value;
}
