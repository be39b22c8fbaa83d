import { parseVerifierKey, sameKey, type VerifierKey } from './key';
import { accepted, type Checked, refused } from './outcome';

/** Whose cosignatures make a checkpoint acceptable (c2sp.org/tlog-policy). */
export interface WitnessPolicy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  /** Name of a witness or group; `none` asks for no cosignature. */
  readonly quorum: string;
}

export interface PolicyLog {
  readonly key: VerifierKey;
  readonly url?: string;
}

export interface PolicyWitness {
  /** Its name in the policy, not in the key. */
  readonly name: string;
  readonly key: VerifierKey;
  /** Prefix that `/add-checkpoint` is appended to. */
  readonly url?: string;
}

export interface PolicyGroup {
  readonly name: string;
  /** How many of the members must have cosigned. */
  readonly threshold: number;
  readonly members: readonly string[];
}

const NONE = 'none';
const MAX_LINES = 1_000;

interface Draft {
  readonly logs: PolicyLog[];
  readonly witnesses: PolicyWitness[];
  readonly groups: PolicyGroup[];
  quorum: string | undefined;
}

/** Reads a policy file: one item a line, `#` begins a line of comment, names are defined before they are used, each used at most once. */
export function parsePolicy(text: string): Checked<WitnessPolicy> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/u.test(text)) return refused('malformed', 'the policy has a control character');
  const lines = text.split('\n');
  if (lines.length > MAX_LINES) return refused('malformed', 'the policy is too long');
  const draft: Draft = { logs: [], witnesses: [], groups: [], quorum: undefined };
  for (const [position, line] of lines.entries()) {
    const words = line.split(/[ \t]+/u).filter((word) => word !== '');
    if (words.length === 0 || words[0]?.startsWith('#')) continue;
    const complaint = takeLine(draft, words);
    if (complaint !== undefined) return refused('malformed', `policy, line ${position + 1}: ${complaint}`);
  }
  const { quorum, ...rest } = draft;
  return quorum === undefined ? refused('malformed', 'the policy has no quorum') : accepted({ ...rest, quorum });
}

function takeLine(draft: Draft, [keyword, ...words]: readonly string[]): string | undefined {
  switch (keyword) {
    case 'log':
      return takeLog(draft, words);
    case 'witness':
      return takeWitness(draft, words);
    case 'group':
      return takeGroup(draft, words);
    case 'quorum':
      return takeQuorum(draft, words);
    default:
      return `there is no keyword ${keyword}`;
  }
}

function takeLog(draft: Draft, [vkey, url, ...more]: readonly string[]): string | undefined {
  if (vkey === undefined || more.length > 0) return 'a log has a key and perhaps a URL';
  const key = parseVerifierKey(vkey);
  if (!key.ok) return key.fault.message;
  if (key.value.algorithm !== 'ed25519') return 'a log key signs checkpoints, not cosignatures';
  if (draft.logs.some((other) => sameKey(other.key, key.value))) return 'another log has the same key';
  draft.logs.push({ key: key.value, ...(url === undefined ? {} : { url }) });
  return undefined;
}

function takeWitness(draft: Draft, [name, vkey, url, ...more]: readonly string[]): string | undefined {
  if (name === undefined || vkey === undefined || more.length > 0) return 'a witness has a name, a key and perhaps a URL';
  if (isTaken(draft, name)) return `the name ${name} is taken`;
  const key = parseVerifierKey(vkey);
  if (!key.ok) return key.fault.message;
  if (key.value.algorithm !== 'cosignature') return 'the key of a witness signs cosignatures';
  if (draft.witnesses.some((other) => sameKey(other.key, key.value))) return 'another witness has the same key';
  draft.witnesses.push({ name, key: key.value, ...(url === undefined ? {} : { url }) });
  return undefined;
}

function takeGroup(draft: Draft, [name, rule, ...members]: readonly string[]): string | undefined {
  if (name === undefined || rule === undefined || members.length === 0) return 'a group has a name, any, all or a number, and members';
  if (isTaken(draft, name)) return `the name ${name} is taken`;
  const used = new Set(draft.groups.flatMap((group) => group.members));
  for (const [position, member] of members.entries()) {
    if (member === NONE || !isTaken(draft, member)) return `there is no ${member}`;
    if (used.has(member) || members.indexOf(member) !== position) return `${member} is a member already`;
  }
  const threshold = rule === 'any' ? 1 : rule === 'all' ? members.length : /^[1-9][0-9]{0,3}$/.test(rule) ? Number(rule) : 0;
  if (threshold < 1 || threshold > members.length) return 'the threshold is any, all or a number of members';
  draft.groups.push({ name, threshold, members });
  return undefined;
}

function takeQuorum(draft: Draft, [name, ...more]: readonly string[]): string | undefined {
  if (name === undefined || more.length > 0) return 'a quorum has one name';
  if (draft.quorum !== undefined) return 'there is one quorum';
  if (!isTaken(draft, name)) return `there is no ${name}`;
  draft.quorum = name;
  return undefined;
}

const isTaken = ({ witnesses, groups }: Draft, name: string): boolean =>
  name === NONE || [...witnesses, ...groups].some((item) => item.name === name);

/** Whether these witnesses (by their names in the policy) are enough. */
export function isSatisfied(policy: WitnessPolicy, cosigned: ReadonlySet<string>): boolean {
  const holds = (name: string): boolean => {
    const group = policy.groups.find((candidate) => candidate.name === name);
    return group === undefined ? cosigned.has(name) : group.members.filter(holds).length >= group.threshold;
  };
  return policy.quorum === NONE || holds(policy.quorum);
}
