// Where the server finds data and sandbox of this checkout, unless the environment says otherwise.
import { join, resolve } from 'node:path';
import { root } from './stamps.mjs';

export const dataDirectory = resolve(root, process.env.QIANXING_DATA_DIRECTORY ?? 'data');

/** Environment of the server with the sandbox in the place of every outside party. */
export const connectedTo = (sandboxUrl) => ({
  QIANXING_OUTSIDE_SANDBOX_URL: sandboxUrl,
  QIANXING_CREDENTIALS_FILE: join(dataDirectory, 'sandbox', 'credentials.json'),
  QIANXING_CLOCK_URL: sandboxUrl,
  QIANXING_OUTSIDE_CHANNELS_POLL_MS: '20000',
  QIANXING_LOG_LEVEL: 'warn',
  ...process.env,
  QIANXING_DATA_DIRECTORY: dataDirectory,
});
