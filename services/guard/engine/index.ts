/** The engine by itself: pure functions over a rule pack and a subject, without a database, a clock or a service. */
export { effectivePlan } from './effective-plan';
export { type Evaluation, evaluate, type Finding } from './evaluate';
export type { Pack } from './pack';
export { repairSubject } from './repair-subject';
export { type ReadSubject, readSubject } from './subjects/read';
export { SUBJECT_TYPES, type SubjectType } from './subjects/subjects';
export { textDiff } from './text-diff';
export { summaryOf } from './wording';
