import type { Migration } from '@qianxing/database';

/**
 * A phone is found under every key of the ring, so that the key can be exchanged: hashes move into a table of their own, one row for each
 * key. Which key made the present ones is not known here; the job `user.rekeyPhones` fills it in. `user_members.phoneHash` stays empty.
 */
export const phoneHashesTable: Migration = {
  id: 'user/0002-phone-hashes',
  async up({ execute }) {
    await execute(`CREATE TABLE user_phone_hashes (
      phoneHash VARCHAR(120) NOT NULL PRIMARY KEY,
      memberId VARCHAR(26) NOT NULL,
      keyId VARCHAR(32) NOT NULL
    )`);
    await execute('CREATE INDEX user_phone_hashes_member ON user_phone_hashes (memberId)');
    await execute('CREATE TABLE user_phone_keys (keyId VARCHAR(32) NOT NULL PRIMARY KEY, firstSeenAt BIGINT NOT NULL)');
    await execute(`INSERT INTO user_phone_hashes (phoneHash, memberId, keyId)
      SELECT phoneHash, memberId, '' FROM user_members WHERE phoneHash IS NOT NULL`);
    await execute('UPDATE user_members SET phoneHash = NULL WHERE phoneHash IS NOT NULL');
  },
};
