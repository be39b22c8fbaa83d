export { CommitUnknownError, isUniqueViolation } from './failures';
export { type BatchFacts, createGroupCommit, type GroupCommit, type GroupCommitOptions } from './group-commit';
export { createIdempotencyStore, type IdempotencyOptions, type TransactionalIdempotencyStore } from './idempotency';
export { createLeases, type Leases } from './leases';
export { type MigrationStatus, migrate, migrationStatus } from './migrations';
export { type MysqlOptions, openMysql } from './mysql';
export type { Database, Dialect, Migration, MigrationContext, Query, Transaction } from './port';
export { insertIfAbsent, insertMany, sumInteger, textBegins, textContains } from './portable-sql';
export { openSqlite, type SqliteOptions } from './sqlite';
