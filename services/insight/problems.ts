import { defineProblems } from '@qianxing/errors';

export const { catalogue: insightProblems, fail } = defineProblems('insight', {
  dayUnknown: { status: 422, zh: '日期「{day}」不存在，请重新选择', en: 'There is no day {day}: choose another' },
  rangeReversed: { status: 422, zh: '开始日期不能晚于结束日期', en: 'The first day must not be after the last day' },
  rangeTooLong: { status: 422, zh: '一次最多查看 {limit} 天，请缩小范围', en: 'At most {limit} days at a time: choose a shorter period' },
});
