export { createLedgerWithGuards } from '../create';
export { mysqlDatabase, mysqlSql } from './mysql';
export { inTransaction, type TestDatabase, type TestSession } from './port';
export { sqliteDatabase, sqliteSql } from './sqlite';
