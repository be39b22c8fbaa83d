export { CommitUnknownError, isUniqueViolation } from './failures';
export { createLeases, type Leases } from './leases';
export { type MigrationStatus, migrate, migrationStatus } from './migrations';
export { type MysqlOptions, openMysql } from './mysql';
export type { Database, Dialect, Migration, MigrationContext, Query, Transaction } from './port';
export { insertIfAbsent, insertMany, sumInteger } from './portable-sql';
export { openSqlite, type SqliteOptions } from './sqlite';
