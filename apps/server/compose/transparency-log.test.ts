import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadServerConfiguration, type ServerConfiguration } from '@qianxing/config';
import { formatVerifierKey, signerKey } from '@qianxing/transparency-log';
import { afterAll, describe, expect, it } from 'vitest';
import { transparencyLogSettings } from './transparency-log';

const configured = (change: (configuration: ServerConfiguration) => ServerConfiguration) => {
  const loaded = loadServerConfiguration({ environment: { QIANXING_DATA_DIRECTORY: 'somewhere', QIANXING_HTTP_PORT: '9123' } });
  if (!loaded.ok) throw new Error('no configuration');
  return transparencyLogSettings(change(loaded.value));
};

describe('the settings of the transparency log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-settings-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('name it after the shop’s address, in the sandbox whatever the port is, and as told where something is told', () => {
    expect(configured((configuration) => configuration)).toMatchObject({
      origin: 'localhost/log',
      folder: join('somewhere', 'transparency-log'),
      policy: null,
    });
    const http = { publicUrl: 'https://shop.example.com' };
    expect(configured((all) => ({ ...all, environment: 'production', http: { ...all.http, ...http } })).origin).toBe(
      'shop.example.com/log',
    );
    const named = { transparencyLog: { origin: 'log.example.com/2026', policyFile: '' } };
    expect(configured((all) => ({ ...all, ...named })).origin).toBe('log.example.com/2026');
  });

  it('read the witnesses from a policy file, and stop the start when it cannot be read', () => {
    const file = join(folder, 'policy');
    const witness = formatVerifierKey(signerKey('witness.example', 'cosignature', new Uint8Array(32).fill(3)));
    const withPolicy = (text: string) => {
      writeFileSync(file, text);
      return configured((all) => ({ ...all, transparencyLog: { origin: '', policyFile: file } }));
    };
    const text = `witness w ${witness} https://witness.example\nquorum w\n`;
    expect(withPolicy(text).policy).toMatchObject({ text, policy: { witnesses: [{ name: 'w' }], quorum: 'w' } });
    expect(() => withPolicy('witness w nonsense\n')).toThrow(/policy, line 1/);
    expect(() => configured((all) => ({ ...all, transparencyLog: { origin: '', policyFile: join(folder, 'nothing') } }))).toThrow(/ENOENT/);
  });
});
