import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, type Migration, migrate } from '@qianxing/database';
import { testDatabases } from '@qianxing/testing';
import { HOUR_MS } from '@qianxing/time';
import {
  createSigner,
  createWitness,
  formatVerifierKey,
  openCheckpoint,
  parsePolicy,
  parseVerifierKey,
  signerKey,
  witnessListener,
  witnessMigrations,
  witnessStore,
} from '@qianxing/transparency-log';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { promotionContract } from '../contract';
import { openRoom, type Room, testOptions } from '../testing/room';
import { logSql } from './log';

const [kind] = testDatabases();
const WITNESS = signerKey('witness.example', 'cosignature', new Uint8Array(32).fill(5));
const witnessSchema: Migration[] = witnessMigrations('sqlite').map(({ id, statements }) => ({
  id,
  async up({ query }) {
    for (const statement of statements) await sql.raw(statement).execute(query);
  },
}));

describe('a log that a witness cosigns', () => {
  let room: Room;
  let folder: string;
  let server: Server;
  let witnessDatabase: Database;
  let isAway: boolean;

  beforeEach(async () => {
    if (kind === undefined) throw new Error('no database');
    folder = mkdtempSync(join(tmpdir(), 'witnessed-log-'));
    isAway = false;
    let listener: ReturnType<typeof witnessListener> | undefined;
    server = createServer((request, answer) => {
      if (isAway || listener === undefined) answer.writeHead(503).end();
      else listener(request, answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const text = `witness w ${formatVerifierKey(WITNESS)} http://127.0.0.1:${port}\nquorum w\n`;
    const policy = parsePolicy(text);
    if (!policy.ok) throw new Error(policy.fault.message);
    room = await openRoom(kind, { transparencyLog: { ...testOptions.transparencyLog, folder, policy: { text, policy: policy.value } } });
    const logKey = parseVerifierKey(room.proofLog.verifierKey);
    if (!logKey.ok) throw new Error(logKey.fault.message);
    witnessDatabase = await kind.open();
    await migrate(witnessDatabase, witnessSchema, room.clock);
    const store = witnessStore({
      reading: logSql(witnessDatabase.query, witnessDatabase.dialect),
      transaction: (work) => witnessDatabase.transaction((transaction) => work(logSql(transaction, witnessDatabase.dialect))),
    });
    const logs = [{ origin: room.proofLog.origin, key: logKey.value }];
    listener = witnessListener(createWitness({ signer: createSigner(WITNESS, () => 1_790_000_000), logs, store }));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await witnessDatabase.close();
    await room.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const publish = async () => room.service.jobs.find(({ name }) => name === 'promotion.publishLog')?.run();
  /** Size and witnesses of the checkpoint in force, verified as the policy asks. */
  const inForce = async () => {
    const answered = await room.call(promotionContract.transparencyLog, { kind: 'anonymous' });
    if (!answered.ok || answered.value.checkpoint === null) return undefined;
    const logKey = parseVerifierKey(answered.value.verifierKey);
    const policy = parsePolicy(answered.value.policy ?? '');
    if (!logKey.ok || !policy.ok) throw new Error('not a key or not a policy');
    const trust = { origin: answered.value.origin, logKey: logKey.value, policy: policy.value };
    const opened = openCheckpoint(answered.value.checkpoint, trust);
    if (!opened.ok) throw new Error(opened.fault.message);
    return [Number(opened.value.size), opened.value.witnesses.map(({ name }) => name)];
  };

  it('tells who the witnesses are, and every checkpoint carries their word', async () => {
    await room.rich(1_000);
    await publish();
    expect(await inForce()).toEqual([2, ['w']]);
    expect(await room.findings()).toEqual([]);
  });

  it('given the witness is away, then the last checkpoint stays in force, and the rest follows when it is back', async () => {
    await room.rich(1_000);
    await publish();
    isAway = true;
    await room.rich(500);
    await publish();
    expect(await inForce()).toEqual([2, ['w']]);
    expect(await room.service.api.logLag()).toMatchObject({ waitingRecords: 0, unpublishedLeaves: 2 });
    isAway = false;
    room.clock.advance(HOUR_MS); // one that did not answer is left in peace for a while
    await publish();
    expect(await inForce()).toEqual([4, ['w']]);
    expect(await room.findings()).toEqual([]);
  });
});
