import type { LogDialect } from './sql';

/** One forward-only step: statements to run in order, once, each by itself. Ids never change once released. */
export interface LogMigration {
  readonly id: string;
  readonly statements: readonly string[];
}

/** The schema of the log as plain SQL of the dialect. The host records which ids ran and runs the missing ones in order. */
export function logMigrations(dialect: LogDialect): readonly LogMigration[] {
  return [
    { id: 'transparency-log/0001-tables', statements: forDialect(dialect, tables) },
    { id: 'transparency-log/0002-append-only', statements: dialect === 'mysql' ? mysqlTriggers : sqliteTriggers },
    { id: 'transparency-log/0003-records', statements: forDialect(dialect, recordTables) },
  ];
}

/** The schema of a witness, which keeps its state in a database of its own. */
export function witnessMigrations(dialect: LogDialect): readonly LogMigration[] {
  return [{ id: 'transparency-log-witness/0001-tables', statements: forDialect(dialect, witnessTables) }];
}

const MYSQL_OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

function forDialect(dialect: LogDialect, statements: readonly string[]): string[] {
  const isMysql = dialect === 'mysql';
  return statements.map((statement) => {
    const typed = statement
      .replaceAll('{autoKey}', isMysql ? 'BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY' : 'INTEGER PRIMARY KEY AUTOINCREMENT')
      .replaceAll('{text}', isMysql ? 'MEDIUMTEXT' : 'TEXT')
      .replaceAll('{hash}', isMysql ? 'BINARY(32)' : 'BLOB');
    return isMysql && statement.startsWith('CREATE TABLE') ? `${typed} ${MYSQL_OPTIONS}` : typed;
  });
}

const tables: readonly string[] = [
  `CREATE TABLE logEntry (
    id {autoKey},
    leafKey VARCHAR(160) NOT NULL,
    entry BLOB NOT NULL,
    appendedAt BIGINT NOT NULL,
    leafIndex BIGINT NULL,
    CONSTRAINT logEntryKey UNIQUE (leafKey),
    CONSTRAINT logEntryIndex UNIQUE (leafIndex)
  )`,
  `CREATE TABLE logNode (
    tileLevel SMALLINT NOT NULL,
    nodeIndex BIGINT NOT NULL,
    hash {hash} NOT NULL,
    PRIMARY KEY (tileLevel, nodeIndex)
  )`,
  `CREATE TABLE logHead (
    id SMALLINT NOT NULL PRIMARY KEY,
    origin VARCHAR(255) NOT NULL,
    size BIGINT NOT NULL,
    root {hash} NOT NULL,
    edge BLOB NOT NULL,
    checkpoint {text} NOT NULL,
    sequencedAt BIGINT NOT NULL,
    CONSTRAINT logHeadOne CHECK (id = 1)
  )`,
  `CREATE TABLE logPublication (
    id SMALLINT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    checkpoint {text} NOT NULL,
    publishedAt BIGINT NOT NULL,
    CONSTRAINT logPublicationOne CHECK (id = 1)
  )`,
];

const recordTables: readonly string[] = [
  `CREATE TABLE logPromoter (
    promoterId VARCHAR(64) NOT NULL PRIMARY KEY,
    pseudonym CHAR(32) NULL,
    promoterKey {hash} NULL,
    recordCount BIGINT NOT NULL,
    balanceFen BIGINT NOT NULL,
    lastCommitment VARCHAR(44) NOT NULL,
    erasedAt BIGINT NULL,
    CONSTRAINT logPromoterErased CHECK ((erasedAt IS NULL) = (promoterKey IS NOT NULL))
  )`,
  `CREATE TABLE logRecord (
    recordId VARCHAR(160) NOT NULL PRIMARY KEY,
    promoterId VARCHAR(64) NOT NULL,
    recordNumber BIGINT NOT NULL,
    record {text} NULL,
    CONSTRAINT logRecordNumber UNIQUE (promoterId, recordNumber),
    CONSTRAINT logRecordPromoter FOREIGN KEY (promoterId) REFERENCES logPromoter(promoterId)
  )`,
];

const witnessTables: readonly string[] = [
  `CREATE TABLE witnessLog (
    origin VARCHAR(255) NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    root {hash} NOT NULL,
    note {text} NOT NULL
  )`,
];

const APPEND_ONLY = 'the log is append-only';
const isFixed = 'OLD.leafIndex IS NOT NULL OR NEW.id <> OLD.id OR NEW.leafKey <> OLD.leafKey OR NEW.entry <> OLD.entry';

const sqliteRefuse = (name: string, event: string, table: string, when = '') =>
  `CREATE TRIGGER ${name} BEFORE ${event} ON ${table}${when} BEGIN SELECT RAISE(ABORT, '${APPEND_ONLY}'); END`;

/** SQLite's REPLACE deletes rows without firing delete triggers: an insert onto a taken key is ignored before that. */
const sqliteKeep = (name: string, table: string, taken: string) =>
  `CREATE TRIGGER ${name} BEFORE INSERT ON ${table} WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${taken}) BEGIN SELECT RAISE(IGNORE); END`;

const sqliteTriggers: readonly string[] = [
  sqliteRefuse('logEntryNoDelete', 'DELETE', 'logEntry'),
  sqliteRefuse('logEntryNoUpdate', 'UPDATE', 'logEntry', ` WHEN ${isFixed}`),
  sqliteKeep('logEntryNoReplace', 'logEntry', 'leafKey = NEW.leafKey'),
  sqliteRefuse('logNodeNoDelete', 'DELETE', 'logNode'),
  sqliteRefuse('logNodeNoUpdate', 'UPDATE', 'logNode'),
  sqliteRefuse('logHeadNoDelete', 'DELETE', 'logHead'),
];

const mysqlRefuse = (name: string, event: string, table: string, when?: string) => {
  const refuse = `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${APPEND_ONLY}';`;
  const body = when === undefined ? refuse : `IF ${when} THEN ${refuse} END IF;`;
  return `CREATE TRIGGER ${name} BEFORE ${event} ON ${table} FOR EACH ROW BEGIN ${body} END`;
};

const mysqlTriggers: readonly string[] = [
  mysqlRefuse('logEntryNoDelete', 'DELETE', 'logEntry'),
  mysqlRefuse('logEntryNoUpdate', 'UPDATE', 'logEntry', isFixed),
  mysqlRefuse('logNodeNoDelete', 'DELETE', 'logNode'),
  mysqlRefuse('logNodeNoUpdate', 'UPDATE', 'logNode'),
  mysqlRefuse('logHeadNoDelete', 'DELETE', 'logHead'),
];
