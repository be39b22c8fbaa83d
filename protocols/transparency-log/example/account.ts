import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLog,
  createSigner,
  createWitness,
  folderSource,
  folderStorage,
  formatVerifierKey,
  logMigrations,
  openCheckpoint,
  parsePolicy,
  signerKey,
  type Trust,
  verifierKey,
  verifyAccount,
  verifyAdvance,
  verifyLog,
  witnessListener,
  witnessMigrations,
  witnessStore,
} from '../index';
import { openDatabase } from './sqlite';

/** One promoter's commission from writing to proof, with a witness on another database. Answers what happened, line by line. */
export async function proveAnAccount(): Promise<string[]> {
  const lines: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'transparency-log-example-'));
  const database = openDatabase(':memory:', logMigrations('sqlite'));
  const elsewhere = openDatabase(':memory:', witnessMigrations('sqlite'));

  // The witness: another process, another key, another disk.
  const origin = 'shop.example/log';
  const logKey = signerKey(origin, 'ed25519', new Uint8Array(32).fill(1));
  const witnessKey = signerKey('witness.example', 'cosignature', new Uint8Array(32).fill(2));
  const witness = createWitness({
    signer: createSigner(witnessKey, () => 1_793_500_000),
    logs: [{ origin, key: logKey }],
    store: witnessStore(elsewhere),
  });
  const server = createServer(witnessListener(witness));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const policy = parsePolicy(`witness partner ${formatVerifierKey(witnessKey)} http://127.0.0.1:${port}\nquorum partner\n`);
  if (!policy.ok) throw new Error(policy.fault.message);

  // The log.
  const storage = folderStorage(folder);
  const log = createLog({ database, origin, signer: createSigner(logKey), logKey, storage, policy: policy.value });
  const record = (recordId: string, kind: string, amountFen: number) => ({ promoterId: '7', recordId, kind, amountFen, at: 0 });
  await database.transaction((sql) => log.appendRecords(sql, [record('earn:4711:1', 'earn', 2_495)]));
  await log.tick();

  // The promoter's browser: knows the public keys, keeps the last checkpoint.
  const trust: Trust = { origin, logKey: verifierKey(origin, 'ed25519', logKey.publicKey), policy: policy.value };
  const kept = openCheckpoint((await log.advanceFrom(0n))?.checkpoint ?? '', trust);
  if (!kept.ok) throw new Error(kept.fault.message);
  lines.push(`kept: ${kept.value.size} entries, cosigned by ${kept.value.witnesses.map(({ name }) => name).join(', ')}`);

  await database.transaction((sql) => log.appendRecords(sql, [record('clawback:R1:4711:1', 'claw', -495)]));
  await log.tick();
  const files = (await log.recordProofs('7')).flatMap(({ proof }) => (proof.status === 'proven' ? [proof.file] : []));
  const account = verifyAccount(files, trust);
  lines.push(account.ok ? `account: ${account.value.count} records, balance ${account.value.balanceFen} fen` : account.fault.message);
  const advance = await log.advanceFrom(kept.value.size);
  const next = openCheckpoint(advance?.checkpoint ?? '', trust);
  if (!next.ok) throw new Error(next.fault.message);
  lines.push(`only grown: ${verifyAdvance(kept.value, next.value, advance?.proof ?? []).ok}`);
  const hidden = verifyAccount(files.slice(1), trust);
  lines.push(`one record hidden: ${hidden.ok ? 'not noticed' : hidden.fault.message}`);

  // Anybody, from the published files alone.
  const whole = await verifyLog(folderSource(folder), { trust });
  lines.push(whole.ok ? `whole log: ${whole.value.checkpoint.size} entries in ${whole.value.files} files` : whole.fault.message);

  server.close();
  server.closeAllConnections();
  database.close();
  elsewhere.close();
  rmSync(folder, { recursive: true, force: true });
  return lines;
}
