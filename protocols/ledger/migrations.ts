import type { LedgerDialect } from './sql';

/** One forward-only step: statements to run in order, once, each by itself. Ids never change once released. */
export interface LedgerMigration {
  readonly id: string;
  readonly statements: readonly string[];
}

/**
 * The schema as plain SQL of the dialect. The host records which ids ran and runs the missing ones in order.
 * On MySQL with binary logging, creating triggers needs `log_bin_trust_function_creators=1` or the privilege for it.
 */
export function ledgerMigrations(dialect: LedgerDialect): readonly LedgerMigration[] {
  const isMysql = dialect === 'mysql';
  const autoKey = isMysql ? 'BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY' : 'INTEGER PRIMARY KEY AUTOINCREMENT';
  const clustered = isMysql ? '' : ' WITHOUT ROWID';
  const longText = isMysql ? 'MEDIUMTEXT' : 'TEXT';
  const tables = createTables(autoKey, longText, clustered).map((statement) =>
    isMysql && statement.startsWith('CREATE TABLE') ? `${statement} ${MYSQL_OPTIONS}` : statement,
  );
  return [
    { id: 'ledger/0001-tables', statements: tables },
    { id: 'ledger/0002-append-only', statements: isMysql ? mysqlTriggers : sqliteTriggers },
  ];
}

const MYSQL_OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

const createTables = (autoKey: string, longText: string, clustered: string): string[] => [
  `CREATE TABLE ledgerAccount (
    id ${autoKey},
    ownerType VARCHAR(16) NOT NULL,
    ownerId VARCHAR(40) NOT NULL,
    kind VARCHAR(24) NOT NULL,
    address VARCHAR(84) NOT NULL,
    folded SMALLINT NOT NULL,
    floorFen BIGINT NULL,
    balanceFen BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 0,
    lastPostedAt BIGINT NULL,
    CONSTRAINT ledgerAccountAddress UNIQUE (address),
    CONSTRAINT ledgerAccountFloor CHECK (floorFen IS NULL OR balanceFen >= floorFen),
    CONSTRAINT ledgerAccountFolded CHECK (folded IN (0, 1) AND (folded = 0 OR (balanceFen = 0 AND floorFen IS NULL)))
  )`,
  `CREATE TABLE ledgerTransaction (
    id CHAR(26) NOT NULL PRIMARY KEY,
    idempotencyKey VARCHAR(96) NOT NULL,
    requestHash CHAR(64) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    referenceType VARCHAR(24) NOT NULL,
    referenceId VARCHAR(64) NOT NULL,
    requiresKey VARCHAR(96) NULL,
    reversesId CHAR(26) NULL,
    detail ${longText} NULL,
    entryCount SMALLINT NOT NULL,
    postedAt BIGINT NOT NULL,
    CONSTRAINT ledgerTransactionKey UNIQUE (idempotencyKey),
    CONSTRAINT ledgerTransactionReverses UNIQUE (reversesId),
    CONSTRAINT ledgerTransactionReversed FOREIGN KEY (reversesId) REFERENCES ledgerTransaction(id),
    CONSTRAINT ledgerTransactionEntries CHECK (entryCount BETWEEN 2 AND 64)
  )`,
  'CREATE INDEX ledgerTransactionReference ON ledgerTransaction(referenceType, referenceId)',
  `CREATE TABLE ledgerEntry (
    transactionId CHAR(26) NOT NULL,
    seq SMALLINT NOT NULL,
    accountId BIGINT NOT NULL,
    amountFen BIGINT NOT NULL,
    balanceAfterFen BIGINT NULL,
    accountVersion BIGINT NULL,
    postedAt BIGINT NOT NULL,
    PRIMARY KEY (transactionId, seq),
    CONSTRAINT ledgerEntryAmount CHECK (amountFen <> 0 AND amountFen BETWEEN -900000000000 AND 900000000000),
    CONSTRAINT ledgerEntryTransaction FOREIGN KEY (transactionId) REFERENCES ledgerTransaction(id),
    CONSTRAINT ledgerEntryAccount FOREIGN KEY (accountId) REFERENCES ledgerAccount(id)
  )${clustered}`,
  'CREATE INDEX ledgerEntryStatement ON ledgerEntry(accountId, postedAt, accountVersion, transactionId, seq, amountFen)',
  `CREATE TABLE ledgerDelta (
    id CHAR(26) NOT NULL,
    accountId BIGINT NOT NULL,
    amountFen BIGINT NOT NULL,
    entryCount BIGINT NOT NULL,
    lastPostedAt BIGINT NULL,
    PRIMARY KEY (accountId, id),
    CONSTRAINT ledgerDeltaAccount FOREIGN KEY (accountId) REFERENCES ledgerAccount(id)
  )${clustered}`,
];

const APPEND_ONLY = 'the ledger is append-only: post a reversal instead';
const FIXED_ACCOUNT = 'an account keeps its identity for ever';

const sqliteRefuse = (name: string, event: string, table: string, message: string, when = '') =>
  `CREATE TRIGGER ${name} BEFORE ${event} ON ${table}${when === '' ? '' : ` WHEN ${when}`} BEGIN SELECT RAISE(ABORT, '${message}'); END`;

/**
 * SQLite's REPLACE deletes rows without firing delete triggers, so an insert onto a taken key is ignored before REPLACE can
 * remove the old row; `ON CONFLICT DO NOTHING` sees the same effect.
 */
const sqliteKeep = (name: string, table: string, taken: string) =>
  `CREATE TRIGGER ${name} BEFORE INSERT ON ${table} WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${taken}) BEGIN SELECT RAISE(IGNORE); END`;

const identityChanged =
  'NEW.id <> OLD.id OR NEW.address <> OLD.address OR NEW.ownerType <> OLD.ownerType OR NEW.ownerId <> OLD.ownerId OR NEW.kind <> OLD.kind OR NEW.folded <> OLD.folded';

const sqliteTriggers: readonly string[] = [
  sqliteRefuse('ledgerTransactionNoUpdate', 'UPDATE', 'ledgerTransaction', APPEND_ONLY),
  sqliteRefuse('ledgerTransactionNoDelete', 'DELETE', 'ledgerTransaction', APPEND_ONLY),
  sqliteKeep('ledgerTransactionNoReplaceId', 'ledgerTransaction', 'id = NEW.id'),
  sqliteKeep('ledgerTransactionNoReplaceKey', 'ledgerTransaction', 'idempotencyKey = NEW.idempotencyKey'),
  sqliteKeep('ledgerTransactionNoReplaceReversal', 'ledgerTransaction', 'reversesId = NEW.reversesId'),
  sqliteRefuse('ledgerEntryNoUpdate', 'UPDATE', 'ledgerEntry', APPEND_ONLY),
  sqliteRefuse('ledgerEntryNoDelete', 'DELETE', 'ledgerEntry', APPEND_ONLY),
  sqliteKeep('ledgerEntryNoReplace', 'ledgerEntry', 'transactionId = NEW.transactionId AND seq = NEW.seq'),
  sqliteRefuse('ledgerAccountNoDelete', 'DELETE', 'ledgerAccount', FIXED_ACCOUNT),
  sqliteRefuse('ledgerAccountNoRename', 'UPDATE', 'ledgerAccount', FIXED_ACCOUNT, identityChanged),
];

const mysqlRefuse = (name: string, event: string, table: string, message: string) =>
  `CREATE TRIGGER ${name} BEFORE ${event} ON ${table} FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${message}'`;

const mysqlTriggers: readonly string[] = [
  mysqlRefuse('ledgerTransactionNoUpdate', 'UPDATE', 'ledgerTransaction', APPEND_ONLY),
  mysqlRefuse('ledgerTransactionNoDelete', 'DELETE', 'ledgerTransaction', APPEND_ONLY),
  mysqlRefuse('ledgerEntryNoUpdate', 'UPDATE', 'ledgerEntry', APPEND_ONLY),
  mysqlRefuse('ledgerEntryNoDelete', 'DELETE', 'ledgerEntry', APPEND_ONLY),
  mysqlRefuse('ledgerAccountNoDelete', 'DELETE', 'ledgerAccount', FIXED_ACCOUNT),
  `CREATE TRIGGER ledgerAccountNoRename BEFORE UPDATE ON ledgerAccount FOR EACH ROW
    IF ${identityChanged} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${FIXED_ACCOUNT}'; END IF`,
];
