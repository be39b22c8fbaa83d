import type { Migration } from '@qianxing/database';

export const members: Migration = {
  id: 'user/0001-members',
  async up({ execute, dialect }) {
    await execute(`CREATE TABLE user_members (
      memberNo {autoKey},
      memberId VARCHAR(26) NOT NULL,
      status VARCHAR(10) NOT NULL,
      nickname VARCHAR(60) NOT NULL,
      avatarUrl VARCHAR(300),
      phoneHash VARCHAR(120),
      phoneSealed VARCHAR(200),
      language VARCHAR(2) NOT NULL,
      personalised SMALLINT NOT NULL DEFAULT 1,
      createdAt BIGINT NOT NULL,
      erasedAt BIGINT,
      CONSTRAINT user_members_id UNIQUE (memberId),
      CONSTRAINT user_members_phone UNIQUE (phoneHash),
      CONSTRAINT user_members_status CHECK (status IN ('active', 'suspended', 'erased')),
      CONSTRAINT user_members_erased CHECK (status <> 'erased' OR (phoneHash IS NULL AND phoneSealed IS NULL))
    )`);
    await execute(`CREATE TABLE user_wechat_identities (
      appId VARCHAR(40) NOT NULL,
      openId VARCHAR(128) NOT NULL,
      unionId VARCHAR(128),
      memberId VARCHAR(26) NOT NULL,
      boundAt BIGINT NOT NULL,
      PRIMARY KEY (appId, openId),
      CONSTRAINT user_wechat_member UNIQUE (memberId, appId)
    )`);
    await execute('CREATE INDEX user_wechat_union ON user_wechat_identities (unionId)');
    await execute(`CREATE TABLE user_login_codes (
      codeId VARCHAR(26) NOT NULL PRIMARY KEY,
      phoneHash VARCHAR(120) NOT NULL,
      codeHash VARCHAR(120) NOT NULL,
      ipHash VARCHAR(120) NOT NULL,
      attempts BIGINT NOT NULL DEFAULT 0,
      createdAt BIGINT NOT NULL,
      expiresAt BIGINT NOT NULL,
      usedAt BIGINT
    )`);
    await execute('CREATE INDEX user_login_codes_phone ON user_login_codes (phoneHash, createdAt)');
    await execute('CREATE INDEX user_login_codes_ip ON user_login_codes (ipHash, createdAt)');
    await execute('CREATE INDEX user_login_codes_age ON user_login_codes (createdAt)');
    await execute('CREATE TABLE user_code_phones (phoneHash VARCHAR(120) NOT NULL PRIMARY KEY, lastSentAt BIGINT NOT NULL)');
    await execute(`CREATE TABLE user_sessions (
      sessionId VARCHAR(26) NOT NULL PRIMARY KEY,
      kind VARCHAR(10) NOT NULL,
      subjectId VARCHAR(26) NOT NULL,
      createdAt BIGINT NOT NULL,
      revokedAt BIGINT,
      revokedFor VARCHAR(20)
    )`);
    await execute('CREATE INDEX user_sessions_subject ON user_sessions (subjectId)');
    await execute(`CREATE TABLE user_refresh_tokens (
      tokenHash VARCHAR(64) NOT NULL PRIMARY KEY,
      sessionId VARCHAR(26) NOT NULL,
      expiresAt BIGINT NOT NULL,
      usedAt BIGINT
    )`);
    await execute('CREATE INDEX user_refresh_tokens_expiry ON user_refresh_tokens (expiresAt)');
    await execute('CREATE INDEX user_refresh_tokens_session ON user_refresh_tokens (sessionId)');
    await execute(`CREATE TABLE user_addresses (
      addressId VARCHAR(26) NOT NULL PRIMARY KEY,
      memberId VARCHAR(26) NOT NULL,
      recipient VARCHAR(80) NOT NULL,
      phone VARCHAR(20) NOT NULL,
      countyCode VARCHAR(6) NOT NULL,
      detail VARCHAR(240) NOT NULL,
      isDefault SMALLINT NOT NULL,
      createdAt BIGINT NOT NULL
    )`);
    await execute('CREATE INDEX user_addresses_member ON user_addresses (memberId)');
    await execute(`CREATE TABLE user_consents (
      consentId VARCHAR(26) NOT NULL PRIMARY KEY,
      memberId VARCHAR(26) NOT NULL,
      kind VARCHAR(30) NOT NULL,
      version VARCHAR(20) NOT NULL,
      granted SMALLINT NOT NULL,
      recordedAt BIGINT NOT NULL
    )`);
    await execute('CREATE INDEX user_consents_member ON user_consents (memberId, kind, consentId)');
    await execute(`CREATE TABLE user_staff (
      staffId VARCHAR(26) NOT NULL PRIMARY KEY,
      username VARCHAR(40) NOT NULL,
      displayName VARCHAR(80) NOT NULL,
      status VARCHAR(10) NOT NULL,
      passwordHash VARCHAR(200) NOT NULL,
      totpSealed VARCHAR(300),
      totpConfirmed SMALLINT NOT NULL DEFAULT 0,
      totpStep BIGINT,
      lastLoginAt BIGINT,
      createdAt BIGINT NOT NULL,
      CONSTRAINT user_staff_name UNIQUE (username)
    )`);
    await execute(`CREATE TABLE user_sign_in_attempts (
      nameHash VARCHAR(64) NOT NULL PRIMARY KEY,
      failures BIGINT NOT NULL,
      lockedUntil BIGINT,
      lastAt BIGINT NOT NULL
    )`);
    await execute(`CREATE TABLE user_roles (
      roleCode VARCHAR(40) NOT NULL PRIMARY KEY,
      nameZh VARCHAR(80) NOT NULL,
      nameEn VARCHAR(80) NOT NULL,
      permissions MEDIUMTEXT NOT NULL,
      builtIn SMALLINT NOT NULL
    )`);
    await execute(
      'CREATE TABLE user_staff_roles (staffId VARCHAR(26) NOT NULL, roleCode VARCHAR(40) NOT NULL, PRIMARY KEY (staffId, roleCode))',
    );
    await execute(`CREATE TABLE user_audit (
      auditId VARCHAR(26) NOT NULL PRIMARY KEY,
      staffId VARCHAR(26),
      staffName VARCHAR(80) NOT NULL,
      action VARCHAR(120) NOT NULL,
      subjectKind VARCHAR(60) NOT NULL,
      subjectId VARCHAR(60) NOT NULL,
      reason VARCHAR(500),
      facts MEDIUMTEXT NOT NULL,
      ip VARCHAR(45) NOT NULL,
      requestId VARCHAR(100) NOT NULL,
      recordedAt BIGINT NOT NULL
    )`);
    await execute('CREATE INDEX user_audit_staff ON user_audit (staffId, auditId)');
    await execute('CREATE INDEX user_audit_subject ON user_audit (subjectId, auditId)');
    for (const verb of ['UPDATE', 'DELETE']) await execute(refusal(dialect, verb));
  },
};

/** Audit lines are written once: the database itself refuses to change or delete one. */
function refusal(dialect: 'sqlite' | 'mysql', verb: string): string {
  const name = `user_audit_no_${verb.toLowerCase()}`;
  return dialect === 'sqlite'
    ? `CREATE TRIGGER ${name} BEFORE ${verb} ON user_audit BEGIN SELECT RAISE(ABORT, 'audit lines are final'); END`
    : `CREATE TRIGGER ${name} BEFORE ${verb} ON user_audit FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit lines are final'`;
}
