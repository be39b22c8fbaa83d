import type { Answer, Body, ItemOf } from '../../api/client';

/** One judgement with its findings. */
export type Evaluation = Answer<'/staff/v1/guard/evaluations', 'post'>;
export type EvaluationRow = ItemOf<'/staff/v1/guard/evaluations'>;
export type Finding = Evaluation['groups'][number]['findings'][number];
export type SubjectType = Evaluation['subjectType'];

export type Repair = Answer<'/staff/v1/guard/repairs', 'post'>;
export type SignOff = ItemOf<'/staff/v1/guard/sign-offs'>;
export type SignOffProposal = Body<'/staff/v1/guard/sign-offs', 'post'>;
export type Channel = SignOffProposal['channels'][number];
export type Rule = Answer<'/staff/v1/guard/rules', 'get'>['items'][number];
export type Plan = Answer<'/staff/v1/plans', 'get'>['items'][number];

/** What can be checked, in the order of the screens. */
export const SUBJECT_TYPES: readonly SubjectType[] = ['plan', 'draw', 'content', 'sku', 'live', 'platform', 'ledger', 'behaviour'];
export const CHANNELS: readonly Channel[] = ['app', 'h5', 'wechat_mp', 'wechat_oa', 'wechat_channels'];

/** All findings of a judgement, the worst first. */
export const findingsOf = (evaluation: Evaluation): Finding[] => evaluation.groups.flatMap((group) => group.findings);
