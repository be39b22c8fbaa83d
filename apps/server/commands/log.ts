import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  type Checked,
  type Fault,
  findCheckpoint,
  folderSource,
  fromBase64,
  httpSource,
  type LogSource,
  type OpenedCheckpoint,
  openCheckpoint,
  parsePolicy,
  parseProofFile,
  parseVerifierKey,
  proveFromSource,
  type Trust,
  toBase64,
  verifyAdvance,
  verifyAdvanceFromSource,
  verifyEntryProof,
  verifyLog,
  verifyRecordProof,
} from '@qianxing/transparency-log';
import { makeKeyFile } from './log-key';

type Say = (text: string) => void;

const DONE = 0;
const FAULT = 1;
const USAGE = 2;

const LOG_HELP = `qianxing log — 透明日志的独立核验  verify a transparency log independently

  qianxing log verify DIR|URL --vkey KEY [--from CHECKPOINT-FILE] [--policy FILE]
      读取检查点、全部条目与哈希瓦片并重新计算  read checkpoint, entries and tiles, recompute everything
  qianxing log proof DIR|URL --vkey KEY --index N [--out FILE]
      为第 N 条（从 0 起）生成证明文件  make a .tlog-proof file for entry N, counted from 0
  qianxing log proof FILE --vkey KEY [--entry BASE64] [--policy FILE]
      核验证明文件  verify a .tlog-proof file; --entry for files that do not carry their record
  qianxing log consistency A B --vkey KEY
      B 是否以 A 开头；A 为检查点文件或日志，B 为日志  does log B begin with A (a checkpoint file or a log)
  qianxing log key NAME --out FILE
      生成日志签名密钥，显示公钥  make a signing key for a log, show the public key

  --vkey KEY       日志的公钥  the log's verifier key, name+id+base64
  --origin ORIGIN  日志名称，缺省为公钥的名称  the log's origin, the name of the key unless given
  退出码 exit codes: 0 无误 holds · 1 有误，指出第一处 the first fault is named · 2 用法有误 wrong usage
`;

/** `qianxing log …`: needs no configuration and no database. */
export async function runLogCommand(args: readonly string[], say: Say, complain: Say): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      vkey: { type: 'string' },
      origin: { type: 'string' },
      from: { type: 'string' },
      policy: { type: 'string' },
      index: { type: 'string' },
      entry: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const [action, first, second] = positionals;
  if (values.help || action === undefined) {
    say(LOG_HELP);
    return DONE;
  }
  const usage = (message: string) => {
    complain(`${message}\n\n${LOG_HELP}`);
    return USAGE;
  };
  if (first === undefined) return usage('缺少参数 an argument is missing');
  if (action === 'key') return values.out === undefined ? usage('--out FILE') : makeKeyFile(first, 'ed25519', values.out, say, complain);
  const trust = await readTrust(values);
  if (!trust.ok) return usage(trust.fault.message);
  const report = reporter(say, complain);
  switch (action) {
    case 'verify':
      return report(await verifyWhole(first, trust.value, values.from));
    case 'proof':
      if (values.index !== undefined) return report(await makeProof(first, trust.value, values.index, values.out, say));
      return report(await verifyProof(first, trust.value, values.entry));
    case 'consistency':
      return second === undefined ? usage('缺少参数 an argument is missing') : report(await compare(first, second, trust.value));
    default:
      return usage(`没有这个命令 there is no command: log ${action}`);
  }
}

const reporter =
  (say: Say, complain: Say) =>
  (outcome: Checked<string>): number => {
    if (outcome.ok) say(outcome.value);
    else complain(`✗ ${inChinese(outcome.fault)} ${outcome.fault.code}: ${outcome.fault.message}\n`);
    return outcome.ok ? DONE : FAULT;
  };

function inChinese({ code }: Fault): string {
  switch (code) {
    case 'malformed':
      return '格式有误';
    case 'wrongOrigin':
      return '不是这个日志';
    case 'notSigned':
      return '没有可信签名';
    case 'badSignature':
      return '签名不成立';
    case 'quorumMissing':
      return '见证人不足';
    case 'badProof':
      return '哈希不符';
    case 'inconsistent':
      return '历史被改写';
    case 'rolledBack':
      return '日志变短';
    case 'badRecord':
      return '记录不符';
    case 'missing':
      return '文件缺失';
    case 'notOpen':
      return '尚未开放';
    default:
      return code satisfies never;
  }
}

interface TrustFlags {
  readonly vkey?: string | undefined;
  readonly origin?: string | undefined;
  readonly policy?: string | undefined;
}

async function readTrust({ vkey, origin, policy }: TrustFlags): Promise<Checked<Trust>> {
  const logKey = parseVerifierKey(vkey ?? '');
  if (!logKey.ok) return { ok: false, fault: { ...logKey.fault, message: `--vkey: ${logKey.fault.message}` } };
  const read = policy === undefined ? undefined : parsePolicy(await readFile(policy, 'utf8'));
  if (read !== undefined && !read.ok) return { ok: false, fault: { ...read.fault, message: `--policy: ${read.fault.message}` } };
  return {
    ok: true,
    value: { origin: origin ?? logKey.value.name, logKey: logKey.value, ...(read === undefined ? {} : { policy: read.value }) },
  };
}

const isUrl = (place: string) => /^https?:\/\//.test(place);
const sourceOf = (place: string): LogSource => (isUrl(place) ? httpSource(place) : folderSource(place));
const map = <T>(checked: Checked<T>, describe: (value: T) => string): Checked<string> =>
  checked.ok ? { ok: true, value: describe(checked.value) } : checked;
const treeOf = ({ size, root }: OpenedCheckpoint) => `${size} 条 entries, root ${toBase64(root)}`;
const witnessesOf = ({ witnesses }: OpenedCheckpoint) =>
  witnesses.map(({ name, timeSeconds }) => `  见证 cosigned by ${name} ${new Date(Number(timeSeconds) * 1_000).toISOString()}\n`).join('');

async function verifyWhole(place: string, trust: Trust, from: string | undefined): Promise<Checked<string>> {
  const outcome = await verifyLog(sourceOf(place), { trust, ...(from === undefined ? {} : { from: await readFile(from) }) });
  return map(outcome, ({ checkpoint, files, fromSize }) => {
    const growth = fromSize === undefined ? '' : `  以先前的 ${fromSize} 条开头 begins with the ${fromSize} kept from earlier\n`;
    return `✓ ${treeOf(checkpoint)}（${files} 个文件 files）\n${growth}${witnessesOf(checkpoint)}`;
  });
}

async function makeProof(place: string, trust: Trust, index: string, out: string | undefined, say: Say): Promise<Checked<string>> {
  if (!/^\d{1,18}$/.test(index)) return { ok: false, fault: { code: 'malformed', message: '--index' } };
  const file = await proveFromSource(sourceOf(place), BigInt(index), trust);
  if (!file.ok) return file;
  if (out === undefined) say(file.value);
  else await writeFile(out, file.value);
  return { ok: true, value: out === undefined ? '' : `✓ ${out}\n` };
}

async function verifyProof(path: string, trust: Trust, entryText: string | undefined): Promise<Checked<string>> {
  const text = await readFile(path, 'utf8');
  if (entryText !== undefined) {
    const entry = fromBase64(entryText);
    if (entry === undefined) return { ok: false, fault: { code: 'malformed', message: '--entry is not base64' } };
    const index = parseProofFile(text);
    return map(
      verifyEntryProof(text, entry, trust),
      (checkpoint) => `✓ 第 entry ${index.ok ? index.value.index : ''} / ${treeOf(checkpoint)}\n${witnessesOf(checkpoint)}`,
    );
  }
  return map(
    verifyRecordProof(text, trust),
    ({ record, index, checkpoint }) =>
      `✓ 第 entry ${index} / ${treeOf(checkpoint)}\n${witnessesOf(checkpoint)}${JSON.stringify(record, null, 2)}\n`,
  );
}

async function compare(first: string, second: string, trust: Trust): Promise<Checked<string>> {
  const kept = await keptCheckpoint(first, trust);
  if (!kept.ok) return kept;
  const file = await checkpointFile(second);
  const next = file === undefined ? undefined : openCheckpoint(file, trust);
  if (next !== undefined && !next.ok) return next;
  // Two checkpoint files can only be compared where no proof is needed.
  const outcome =
    next === undefined ? await verifyAdvanceFromSource(kept.value, sourceOf(second), trust) : verifyAdvance(kept.value, next.value, []);
  return map(outcome, (checkpoint) => `✓ ${treeOf(checkpoint)}\n  以 ${kept.value.size} 条开头 begins with ${kept.value.size}\n`);
}

async function keptCheckpoint(place: string, trust: Trust): Promise<Checked<OpenedCheckpoint>> {
  const file = await checkpointFile(place);
  if (file !== undefined) return openCheckpoint(file, trust);
  const found = await findCheckpoint(sourceOf(place), trust);
  return found.ok ? { ok: true, value: found.value.opened } : found;
}

/** The bytes when the place is a file, undefined when it is a folder or a URL. */
async function checkpointFile(place: string): Promise<Uint8Array | undefined> {
  if (isUrl(place)) return undefined;
  try {
    return await readFile(place);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return undefined;
    throw error;
  }
}
