import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyRing } from '@qianxing/auth';
import type { ServerConfiguration } from '@qianxing/config';
import type { PromotionOptions } from '@qianxing/promotion';
import { parsePolicy } from '@qianxing/transparency-log';

/**
 * Name, key, witnesses and folder of the transparency log.
 *
 * @throws Error when the policy file cannot be read: bad configuration should stop the start
 */
export function transparencyLogSettings(configuration: ServerConfiguration): PromotionOptions['transparencyLog'] {
  const { transparencyLog, http, environment, dataDirectory, secrets } = configuration;
  // The sandbox listens on changing ports; the name must not change with them.
  const named = environment === 'sandbox' ? 'localhost/log' : `${new URL(http.publicUrl).host}/log`;
  return {
    origin: transparencyLog.origin === '' ? named : transparencyLog.origin,
    keys: createKeyRing(secrets.logKeys),
    folder: join(dataDirectory, 'transparency-log'),
    policy: transparencyLog.policyFile === '' ? null : readPolicy(transparencyLog.policyFile),
  };
}

function readPolicy(file: string) {
  const text = readFileSync(file, 'utf8');
  const policy = parsePolicy(text);
  if (!policy.ok) throw new Error(`${file}: ${policy.fault.message}`);
  return { text, policy: policy.value };
}
