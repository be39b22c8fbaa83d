import { type Static, Type } from '@sinclair/typebox';
import { OneOf } from './subjects/fields';
import { SUBJECT_TYPES } from './subjects/subjects';

export const SEVERITIES = ['block', 'warn', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];
/** `never`: there is no way past · `legal`: counsel and a second person sign · `ack`: the operator confirms. */
export type Override = 'never' | 'legal' | 'ack';

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });
const Expression = Type.String({ minLength: 1, maxLength: 2_000 });
const Pointer = Type.String({ pattern: '^(/[^/]+)+$' });
const Confidence = OneOf('statute', 'secondary', 'unverified');
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

/**
 * One step of the lawful alternative: put a value, keep only some items of a list, or put a value into some items of a list. `valueFrom` is an
 * expression over the subject (or over item and subject).
 */
const RepairStepSchema = Type.Union([
  Type.Object({ set: Pointer, value: Type.Unknown() }, closed),
  Type.Object({ set: Pointer, valueFrom: Expression }, closed),
  Type.Object({ keep: Pointer, where: Expression }, closed),
  Type.Object({ each: Pointer, where: Expression, field: Pointer, value: Type.Unknown() }, closed),
  Type.Object({ each: Pointer, where: Expression, field: Pointer, valueFrom: Expression }, closed),
]);
export type RepairStep = Static<typeof RepairStepSchema>;

const RuleSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Z]{2,4}-\\d{2}$' }),
    type: OneOf(...SUBJECT_TYPES),
    severity: OneOf(...SEVERITIES),
    override: OneOf('never', 'legal', 'ack'),
    /** What the rule rests on: a law, decided cases, a platform's terms, or the house's own caution. */
    basis: OneOf('law', 'case', 'platform', 'policy'),
    /** Whether the text of the norm was read, known from others, or only remembered. */
    confidence: Confidence,
    /** First day the rule holds, in the shop's zone. */
    from: Day,
    /** First day it no longer holds. */
    to: Type.Optional(Day),
    /** Predicate over the subject; true is a violation. */
    when: Expression,
    articles: Type.Array(Text, { minItems: 1 }),
    zh: Text,
    en: Text,
    fixZh: Text,
    fixEn: Text,
    repair: Type.Optional(Type.Array(RepairStepSchema, { minItems: 1 })),
  },
  closed,
);
export type Rule = Static<typeof RuleSchema>;

/**
 * What a source says, in short; not its wording. A law is found by its name at the beginning of a citation and its article numbers, a platform's rule or a case by its
 * name anywhere in the citation.
 */
const ArticleSchema = Type.Object(
  {
    kind: OneOf('law', 'platform', 'case'),
    law: Text,
    aliases: Type.Array(Text),
    numbers: Type.Array(Text),
    label: Text,
    zh: Text,
    en: Text,
    confidence: Confidence,
  },
  closed,
);
export type Article = Static<typeof ArticleSchema>;

/** A rule pack as it is signed. */
export const PackDocument = Type.Object(
  {
    packId: Type.String({ pattern: '^[a-z]{2}-\\d{4}\\.\\d{2}(\\.\\d+)?$' }),
    jurisdiction: Text,
    effectiveFrom: Day,
    nameZh: Text,
    nameEn: Text,
    /** Named functions that predicates may call. */
    helpers: Type.Record(Type.String({ pattern: '^[a-zA-Z]{1,40}$' }), Expression),
    sections: Type.Array(Type.Object({ file: Text, nameZh: Text, nameEn: Text, rules: Type.Array(RuleSchema) }, closed)),
    articles: Type.Array(ArticleSchema),
  },
  closed,
);
export type PackDocument = Static<typeof PackDocument>;
