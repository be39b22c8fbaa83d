import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fillMessage, platformProblems, type Result } from '@qianxing/errors';
import {
  type Evaluation,
  effectivePlan,
  evaluate,
  type Finding,
  type ReadSubject,
  readSubject,
  repairSubject,
  SUBJECT_TYPES,
  type SubjectType,
  summaryOf,
  textDiff,
} from '@qianxing/guard/engine';
import { CURRENT_PACK_ID, readPack } from '@qianxing/guard/packs';
import { parseJsonBody } from '@qianxing/http';

/** Where a command writes, and what time it takes for now (UTC milliseconds). */
export interface Terminal {
  say(text: string): void;
  complain(text: string): void;
  readonly now: number;
}

/** Exit codes: the verdict, or that there is none. */
const EXIT = { clean: 0, info: 0, warn: 1, block: 2 } as const;
const UNREADABLE = 3;

const MAX_FILE_BYTES = 1_048_576;

type Fault = { readonly fault: string };

/** `qianxing plan check FILE` and `qianxing plan repair FILE`; answers the exit code. */
export function planCommand(args: readonly string[], terminal: Terminal): number {
  try {
    const outcome = run(args, terminal);
    if (typeof outcome === 'number') return outcome;
    terminal.complain(`无法读取 cannot be read: ${outcome.fault}\n`);
  } catch (error) {
    if (!(error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error;
    terminal.complain(`${error.message}\n`);
  }
  return UNREADABLE;
}

function run(args: readonly string[], terminal: Terminal): number | Fault {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      type: { type: 'string', default: 'plan' },
      pack: { type: 'string', default: CURRENT_PACK_ID },
      with: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      rules: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const [action, file, ...more] = positionals;
  if ((action !== 'check' && action !== 'repair') || file === undefined || more.length > 0)
    return { fault: 'usage: qianxing plan check FILE | qianxing plan repair FILE' };
  const type = SUBJECT_TYPES.find((candidate) => candidate === values.type);
  if (type === undefined) return { fault: `--type ${values.type}; there are: ${SUBJECT_TYPES.join(', ')}` };
  if (values.with.length > 0 && (type !== 'plan' || action !== 'check')) return { fault: '--with: only plans are judged together' };
  const pack = readPack(values.pack);
  if ('fault' in pack) return pack;
  const subject = readFiles(type, [file, ...values.with]);
  if ('fault' in subject) return subject;
  for (const path of subject.unjudged) terminal.complain(`未作判断（规则包不认识的字段）not judged, no rule knows it: ${path}\n`);
  if (action === 'check') return check(evaluate(pack, subject, terminal.now), values.json, terminal);

  const { repaired, after } = repairSubject(pack, subject, terminal.now, values.rules?.split(','));
  if (values.write) writeFileSync(file, `${JSON.stringify(repaired, null, 2)}\n`);
  terminal.say(textDiff(subject.value, repaired, file, `${file} (repaired)`));
  return check(after, false, terminal);
}

function readFiles(type: SubjectType, files: readonly string[]): ReadSubject | Fault {
  const parts: object[] = [];
  for (const file of files) {
    const part = readFile(file);
    if ('fault' in part) return part;
    // Each part may be incomplete, but what is in it must be of the right type.
    const read = readSubject(type, part.value);
    if ('fault' in read) return { fault: `${file}: ${read.fault}` };
    parts.push(read.value);
  }
  return readSubject(type, type === 'plan' ? effectivePlan(parts) : parts[0]);
}

function readFile(file: string): { readonly value: unknown } | Fault {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) return { fault: `${file}: larger than ${MAX_FILE_BYTES} bytes` };
    const parsed: Result<unknown> = parseJsonBody(readFileSync(file, 'utf8'));
    if (parsed.ok) return { value: parsed.value };
    const { code, params } = parsed.problem;
    return { fault: `${file}: ${fillMessage(platformProblems.catalogue[code]?.en ?? code, params)}` };
  } catch (error) {
    return { fault: `${file}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function check(evaluation: Evaluation, asJson: boolean, { say }: Terminal): number {
  say(asJson ? `${JSON.stringify(reportOf(evaluation), null, 2)}\n` : textOf(evaluation));
  return EXIT[evaluation.verdict];
}

/** The report for programs. */
function reportOf({ packId, verdict, findings }: Evaluation) {
  return {
    pack: packId,
    verdict,
    findings: findings.map((finding) => ({
      ruleId: finding.ruleId,
      severity: finding.severity,
      override: finding.override,
      articles: finding.articles,
      ...wordsOf(finding),
      ...(finding.patch === undefined ? {} : { patch: finding.patch }),
    })),
  };
}

/** The explanation, with what is missing where the rule could not be decided. */
function wordsOf({ zh, en, undecided, severity }: Finding): { readonly zh: string; readonly en: string } {
  if (undecided === undefined) return { zh, en };
  const [zhMeaning, enMeaning] = severity === 'block' ? ['按违规处理', 'counts as a violation'] : ['无法判断', 'undecided'];
  return { zh: `${zh}（缺少 ${undecided}，${zhMeaning}）`, en: `${en} (missing ${undecided}: ${enMeaning})` };
}

const OVERRIDES: Readonly<Record<Finding['override'], string>> = {
  never: '不可放行 no override',
  legal: '法务双人签署可放行 counsel and a second person may sign',
  ack: '确认后可放行 may be confirmed',
};
const SEVERITIES: Readonly<Record<Finding['severity'], string>> = { block: '阻止 block', warn: '警告 warn', info: '提示 info' };

/** The report for people, worst first. */
function textOf(evaluation: Evaluation): string {
  const summary = summaryOf(evaluation);
  const order = Object.keys(SEVERITIES);
  const findings = [...evaluation.findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return `${[...findings.map(paragraphOf), `${summary.zh}\n${summary.en}`].join('\n\n')}\n`;
}

function paragraphOf(finding: Finding): string {
  const { zh, en } = wordsOf(finding);
  const lines = [
    `${finding.ruleId}  ${SEVERITIES[finding.severity]} · ${OVERRIDES[finding.override]}`,
    ...[zh, en],
    `依据 basis: ${finding.articles.join('；')}`,
    `替代 alternative: ${finding.fixZh}`,
    `${finding.fixEn}${finding.patch === undefined ? '' : '（可自动修复 can be repaired）'}`,
  ];
  return lines.join('\n  ');
}
