export type { Database, Dialect, Migration, MigrationContext, Query, Transaction } from './port';
