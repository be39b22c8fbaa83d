import type { Migration } from '@qianxing/database';

export const guard: Migration = {
  id: 'guard/0001-guard',
  async up({ execute }) {
    await execute(`CREATE TABLE guard_evaluations (
      evaluationId VARCHAR(26) NOT NULL PRIMARY KEY,
      scope VARCHAR(120) NOT NULL,
      subjectType VARCHAR(20) NOT NULL,
      subject MEDIUMTEXT NOT NULL,
      subjectHash VARCHAR(64) NOT NULL,
      packId VARCHAR(40) NOT NULL,
      packHash VARCHAR(64) NOT NULL,
      verdict VARCHAR(10) NOT NULL,
      blocked SMALLINT NOT NULL,
      blocks BIGINT NOT NULL,
      warns BIGINT NOT NULL,
      infos BIGINT NOT NULL,
      rulesAsked BIGINT NOT NULL,
      findings MEDIUMTEXT NOT NULL,
      cause VARCHAR(20) NOT NULL,
      staffName VARCHAR(80),
      evaluatedAt BIGINT NOT NULL,
      CONSTRAINT guard_evaluations_verdict CHECK (verdict IN ('clean', 'info', 'warn', 'block')),
      CONSTRAINT guard_evaluations_blocked CHECK (blocked = 0 OR verdict = 'block')
    )`);
    await execute('CREATE INDEX guard_evaluations_scope ON guard_evaluations (scope, evaluationId)');
    await execute(`CREATE TABLE guard_sign_offs (
      signOffId VARCHAR(26) NOT NULL PRIMARY KEY,
      scope VARCHAR(120) NOT NULL,
      packId VARCHAR(40) NOT NULL,
      ruleIds VARCHAR(400) NOT NULL,
      opinionId VARCHAR(80) NOT NULL,
      counselName VARCHAR(40) NOT NULL,
      counselLicenceNo VARCHAR(40) NOT NULL,
      channels VARCHAR(200) NOT NULL,
      platformApprovalId VARCHAR(80),
      riskTextHash VARCHAR(64) NOT NULL,
      status VARCHAR(12) NOT NULL,
      proposedBy VARCHAR(26) NOT NULL,
      proposedByName VARCHAR(80) NOT NULL,
      proposedAt BIGINT NOT NULL,
      approvedBy VARCHAR(26),
      approvedByName VARCHAR(80),
      approvedAt BIGINT,
      withdrawnByName VARCHAR(80),
      withdrawnReason VARCHAR(200),
      withdrawnAt BIGINT,
      validUntil BIGINT NOT NULL,
      CONSTRAINT guard_sign_offs_two_people CHECK (approvedBy IS NULL OR approvedBy <> proposedBy),
      CONSTRAINT guard_sign_offs_effective CHECK (status <> 'effective' OR approvedBy IS NOT NULL),
      CONSTRAINT guard_sign_offs_term CHECK (validUntil > proposedAt AND validUntil - proposedAt <= 15552000000),
      CONSTRAINT guard_sign_offs_status CHECK (status IN ('proposed', 'effective', 'withdrawn'))
    )`);
    await execute('CREATE INDEX guard_sign_offs_scope ON guard_sign_offs (scope, signOffId)');
    await execute(`CREATE TABLE guard_acknowledgements (
      scope VARCHAR(120) NOT NULL,
      ruleId VARCHAR(10) NOT NULL,
      staffId VARCHAR(26) NOT NULL,
      staffName VARCHAR(80) NOT NULL,
      acknowledgedAt BIGINT NOT NULL,
      PRIMARY KEY (scope, ruleId)
    )`);
    await execute(`CREATE TABLE guard_subjects (
      scope VARCHAR(120) NOT NULL PRIMARY KEY,
      subjectType VARCHAR(20) NOT NULL,
      subject MEDIUMTEXT NOT NULL,
      packId VARCHAR(40) NOT NULL,
      packHash VARCHAR(64) NOT NULL,
      verdict VARCHAR(10) NOT NULL,
      standing VARCHAR(10) NOT NULL,
      graceUntil BIGINT,
      reviewAt BIGINT,
      inForceSince BIGINT NOT NULL,
      retiredAt BIGINT,
      evaluatedAt BIGINT NOT NULL,
      revision BIGINT NOT NULL DEFAULT 0,
      CONSTRAINT guard_subjects_standing CHECK (standing IN ('clear', 'grace', 'stopped')),
      CONSTRAINT guard_subjects_grace CHECK ((standing = 'grace') = (graceUntil IS NOT NULL))
    )`);
    await execute('CREATE INDEX guard_subjects_retired ON guard_subjects (retiredAt, scope)');
  },
};
