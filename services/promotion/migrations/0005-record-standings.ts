import type { Migration } from '@qianxing/database';

/**
 * Promoters whose movements do not go into the log as they happen: those with movements from before the log, until their records are
 * written, and those whose key was erased.
 */
export const recordStandings: Migration = {
  id: 'promotion/0005-record-standings',
  async up({ execute }) {
    await execute(`CREATE TABLE promotion_record_standings (
      promoterId VARCHAR(40) NOT NULL PRIMARY KEY,
      standing VARCHAR(10) NOT NULL,
      pendingVersion BIGINT NOT NULL,
      availableVersion BIGINT NOT NULL,
      withdrawingVersion BIGINT NOT NULL,
      CONSTRAINT promotion_record_standings_standing CHECK (standing IN ('backlog', 'erased'))
    )`);
    await execute('CREATE INDEX promotion_record_standings_of ON promotion_record_standings (standing, promoterId)');
    await execute(`INSERT INTO promotion_record_standings (promoterId, standing, pendingVersion, availableVersion, withdrawingVersion)
      SELECT DISTINCT ownerId, 'backlog', 0, 0, 0 FROM ledgerAccount WHERE ownerType = 'promoter'`);
  },
};
