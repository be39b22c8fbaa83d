import { rmSync } from 'node:fs';
import { makeTemplate } from '../world/world';

/** Before all fault tests: one shop with goods, members and a promoter, that every SQLite world is a copy of. */
export default async function setup(): Promise<() => void> {
  const folder = await makeTemplate();
  process.env.QIANXING_TEST_TEMPLATE = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
