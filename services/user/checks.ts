import type { Database } from '@qianxing/database';
import type { Check } from '@qianxing/service';
import { sql } from 'kysely';

function queryCheck(database: Database, name: string, message: string, statement: string): Check {
  return {
    name,
    run: async () => {
      const { rows } = await sql.raw<{ subject: string }>(statement).execute(database.query);
      return rows.map((row) => ({ check: name, subject: String(row.subject), message }));
    },
  };
}

export function userChecks(database: Database): Check[] {
  return [
    queryCheck(
      database,
      'user.memberHasConsent',
      'a member without recorded consent to terms and privacy policy',
      `SELECT m.memberId AS subject FROM user_members m WHERE
         NOT EXISTS (SELECT 1 FROM user_consents c WHERE c.memberId = m.memberId AND c.kind = 'terms' AND c.granted = 1)
         OR NOT EXISTS (SELECT 1 FROM user_consents c WHERE c.memberId = m.memberId AND c.kind = 'privacy' AND c.granted = 1)`,
    ),
    queryCheck(
      database,
      'user.phoneCanBeFound',
      'a member’s phone has no hash, or a hash has no phone',
      `SELECT m.memberId AS subject FROM user_members m WHERE
         (m.phoneSealed IS NULL) = EXISTS (SELECT 1 FROM user_phone_hashes h WHERE h.memberId = m.memberId)`,
    ),
    queryCheck(
      database,
      'user.oneDefaultAddress',
      'a member with addresses needs exactly one default',
      'SELECT memberId AS subject FROM user_addresses GROUP BY memberId HAVING SUM(isDefault) <> 1',
    ),
    queryCheck(
      database,
      'user.erasedIsErased',
      'personal data of an erased member is left',
      `SELECT m.memberId AS subject FROM user_members m WHERE m.status = 'erased' AND (
         EXISTS (SELECT 1 FROM user_addresses a WHERE a.memberId = m.memberId) OR EXISTS (SELECT 1 FROM user_wechat_identities w WHERE w.memberId = m.memberId))`,
    ),
  ];
}
