import type { Migration } from '@qianxing/database';

/** What the compliance engine said of a plan version when it was published, and how it stands since. */
export const planJudgement: Migration = {
  id: 'promotion/0004-plan-judgement',
  async up({ execute }) {
    await execute('ALTER TABLE promotion_plan_versions ADD COLUMN blocked SMALLINT NOT NULL DEFAULT 0');
    await execute('ALTER TABLE promotion_plan_versions ADD COLUMN judgedPackId VARCHAR(40)');
    await execute("ALTER TABLE promotion_plan_versions ADD COLUMN standing VARCHAR(10) NOT NULL DEFAULT 'clear'");
    await execute('ALTER TABLE promotion_plan_versions ADD COLUMN graceUntil BIGINT');
  },
};
