import type { Migration } from '@qianxing/database';

/** Applications for the approval that a plan may ask for, and appeals against a pause or removal. */
export const standing: Migration = {
  id: 'promotion/0003-standing',
  async up({ execute }) {
    await execute(`CREATE TABLE promotion_applications (
      memberId VARCHAR(26) NOT NULL PRIMARY KEY,
      memberNo BIGINT NOT NULL,
      status VARCHAR(10) NOT NULL,
      note VARCHAR(200) NOT NULL,
      reason VARCHAR(200),
      staffName VARCHAR(80),
      requestedAt BIGINT NOT NULL,
      decidedAt BIGINT,
      CONSTRAINT promotion_applications_status CHECK (status IN ('requested', 'approved', 'refused')),
      CONSTRAINT promotion_applications_decided CHECK ((status = 'requested') = (decidedAt IS NULL) AND (decidedAt IS NULL) = (reason IS NULL))
    )`);
    await execute('CREATE INDEX promotion_applications_status ON promotion_applications (status, requestedAt, memberId)');
    await execute('CREATE INDEX promotion_applications_waiting ON promotion_applications (requestedAt, memberId)');
    await execute(`CREATE TABLE promotion_appeals (
      entryId VARCHAR(26) NOT NULL PRIMARY KEY,
      promoterId VARCHAR(26) NOT NULL,
      text VARCHAR(500) NOT NULL,
      at BIGINT NOT NULL
    )`);
    await execute('CREATE INDEX promotion_appeals_of ON promotion_appeals (promoterId, at)');
  },
};
