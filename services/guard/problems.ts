import { defineProblems } from '@qianxing/errors';

export const { catalogue: guardProblems, fail } = defineProblems('guard', {
  unreadable: { status: 422, zh: '无法读取所提交的内容：{fault}', en: 'The subject cannot be read: {fault}' },
  ruleNotFound: { status: 404, zh: '规则包中没有这条规则', en: 'There is no such rule in the pack' },
  evaluationNotFound: { status: 404, zh: '没有找到该次评估', en: 'Evaluation not found' },
  planNotFound: { status: 404, zh: '没有找到该方案版本', en: 'Plan version not found' },
  signOffNotFound: { status: 404, zh: '没有找到该签署记录', en: 'Sign-off not found' },
  signOffRefused: { status: 422, zh: '签署不能成立：{reasonZh}', en: 'The sign-off does not count: {reasonEn}' },
  secondPersonNeeded: {
    status: 409,
    zh: '第一签署人不能再次签署，须由另一位同事签署',
    en: 'You signed first: a second, different person has to sign',
  },
  notProposed: {
    status: 409,
    zh: '该签署已生效、已撤回或已过期，请刷新后查看',
    en: 'This sign-off is in effect, withdrawn or expired: refresh',
  },
  monthsNotAscending: { status: 422, zh: '月份须按先后排列且不重复', en: 'The months must be ascending, each once' },
  notAcknowledgeable: {
    status: 422,
    zh: '规则 {ruleId} 不能仅凭确认放行',
    en: 'The rule {ruleId} cannot be answered by confirmation alone',
  },
});
