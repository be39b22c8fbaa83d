/** Codes are read from the driver's error: `errcode` is SQLite's extended result code, `errno` MySQL's error number. */
interface DriverError {
  readonly code?: unknown;
  readonly errcode?: unknown;
  readonly errno?: unknown;
  readonly fatal?: unknown;
}

function driverError(error: unknown): DriverError {
  return typeof error === 'object' && error !== null ? error : {};
}

/** SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE, _ROWID (sqlite.org/rescode.html). */
const SQLITE_UNIQUE: ReadonlySet<unknown> = new Set([1555, 2067, 2579]);
/** ER_DUP_ENTRY, ER_DUP_ENTRY_WITH_KEY_NAME. */
const MYSQL_UNIQUE: ReadonlySet<unknown> = new Set([1062, 1586]);

/** True when a write failed because a row with the same unique or primary key exists. Other constraints answer false. */
export function isUniqueViolation(error: unknown): boolean {
  const { errcode, errno } = driverError(error);
  return SQLITE_UNIQUE.has(errcode) || MYSQL_UNIQUE.has(errno);
}

/** ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK, ER_CHECKREAD (MariaDB's snapshot isolation), ER_XA_RBDEADLOCK. */
const MYSQL_TRANSIENT: ReadonlySet<unknown> = new Set([1205, 1213, 1020, 1614]);
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

/** ER_CON_COUNT_ERROR, ER_SERVER_SHUTDOWN, ER_NEW_ABORTING_CONNECTION, ER_CONNECTION_KILLED. */
const MYSQL_CONNECTION_LOST: ReadonlySet<unknown> = new Set([1040, 1053, 1184, 1927]);
const LOST_CODES: ReadonlySet<unknown> = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_PACKETS_OUT_OF_ORDER',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
]);

/** True when the connection to the server is gone; the server rolls back what was not committed. */
export function isConnectionLost(error: unknown): boolean {
  const { code, errno, fatal } = driverError(error);
  if (LOST_CODES.has(code) || MYSQL_CONNECTION_LOST.has(errno)) return true;
  // mysql2 marks what ends a connection; what the server itself refused (a wrong password) has a positive number and stays refused.
  return fatal === true && !(typeof errno === 'number' && errno > 0);
}

/** True when the same transaction may succeed if it is run again from its beginning. */
export function isTransient(error: unknown): boolean {
  if (error instanceof CommitUnknownError) return false;
  const { errcode, errno } = driverError(error);
  const primaryCode = typeof errcode === 'number' ? errcode & 0xff : undefined;
  return primaryCode === SQLITE_BUSY || primaryCode === SQLITE_LOCKED || MYSQL_TRANSIENT.has(errno) || isConnectionLost(error);
}

/**
 * The connection broke while COMMIT ran: the transaction may or may not be there. Never repeated automatically; whoever asked
 * finds out by the natural key or sends the same Idempotency-Key again.
 */
export class CommitUnknownError extends Error {
  override readonly name = 'CommitUnknownError';
  constructor(cause: unknown) {
    super('the connection was lost while the transaction was committing; its outcome is unknown', { cause });
  }
}
