import type { Migration } from '@qianxing/database';

export const payments: Migration = {
  id: 'payment/0001-payments',
  async up({ execute }) {
    await execute(`CREATE TABLE payment_payments (
      paymentId VARCHAR(26) NOT NULL PRIMARY KEY,
      paymentNo VARCHAR(32) NOT NULL,
      tradeId VARCHAR(26) NOT NULL,
      tradeNo VARCHAR(20) NOT NULL,
      memberId VARCHAR(26) NOT NULL,
      channel VARCHAR(20) NOT NULL,
      status VARCHAR(20) NOT NULL,
      openKey VARCHAR(26),
      amountFen BIGINT NOT NULL,
      refundedFen BIGINT NOT NULL DEFAULT 0,
      sharedFen BIGINT NOT NULL DEFAULT 0,
      description VARCHAR(200) NOT NULL,
      openId VARCHAR(128),
      payerIp VARCHAR(45) NOT NULL,
      prepayId VARCHAR(128),
      handoverUrl VARCHAR(1000),
      providerTransactionId VARCHAR(40),
      problem VARCHAR(200),
      profitSharing SMALLINT NOT NULL,
      unfreezeFrom BIGINT,
      unfrozenAt BIGINT,
      closeWanted SMALLINT NOT NULL DEFAULT 0,
      attempts BIGINT NOT NULL DEFAULT 0,
      nextQueryAt BIGINT,
      createdAt BIGINT NOT NULL,
      expiresAt BIGINT NOT NULL,
      paidAt BIGINT,
      closedAt BIGINT,
      CONSTRAINT payment_payments_no UNIQUE (paymentNo),
      CONSTRAINT payment_payments_open UNIQUE (openKey),
      CONSTRAINT payment_payments_amount CHECK (amountFen > 0 AND refundedFen >= 0 AND refundedFen <= amountFen),
      CONSTRAINT payment_payments_shared CHECK (sharedFen >= 0 AND sharedFen <= amountFen),
      CONSTRAINT payment_payments_status CHECK (status IN ('created', 'pending', 'succeeded', 'closed', 'failed', 'unknown')),
      CONSTRAINT payment_payments_paid CHECK (status <> 'succeeded' OR (providerTransactionId IS NOT NULL AND paidAt IS NOT NULL))
    )`);
    await execute('CREATE INDEX payment_payments_trade ON payment_payments (tradeId)');
    await execute('CREATE INDEX payment_payments_due ON payment_payments (nextQueryAt)');
    await execute('CREATE INDEX payment_payments_status ON payment_payments (status, paymentId)');
    await execute('CREATE INDEX payment_payments_unfreeze ON payment_payments (unfreezeFrom)');
    await execute('CREATE INDEX payment_payments_paid_at ON payment_payments (paidAt)');
    await execute(`CREATE TABLE payment_refunds (
      refundId VARCHAR(26) NOT NULL PRIMARY KEY,
      refundNo VARCHAR(32) NOT NULL,
      refundKey VARCHAR(80) NOT NULL,
      paymentId VARCHAR(26) NOT NULL,
      amountFen BIGINT NOT NULL,
      status VARCHAR(20) NOT NULL,
      reason VARCHAR(200) NOT NULL,
      problem VARCHAR(200),
      attempts BIGINT NOT NULL DEFAULT 0,
      nextAttemptAt BIGINT,
      createdAt BIGINT NOT NULL,
      acceptedAt BIGINT,
      succeededAt BIGINT,
      CONSTRAINT payment_refunds_no UNIQUE (refundNo),
      CONSTRAINT payment_refunds_key UNIQUE (refundKey),
      CONSTRAINT payment_refunds_amount CHECK (amountFen > 0),
      CONSTRAINT payment_refunds_status CHECK (status IN ('created', 'processing', 'succeeded', 'failed', 'unknown'))
    )`);
    await execute('CREATE INDEX payment_refunds_payment ON payment_refunds (paymentId)');
    await execute('CREATE INDEX payment_refunds_due ON payment_refunds (nextAttemptAt)');
    await execute('CREATE INDEX payment_refunds_accepted ON payment_refunds (acceptedAt)');
    await execute(`CREATE TABLE payment_transfers (
      transferId VARCHAR(26) NOT NULL PRIMARY KEY,
      transferNo VARCHAR(32) NOT NULL,
      payoutKey VARCHAR(80) NOT NULL,
      rail VARCHAR(20) NOT NULL,
      memberId VARCHAR(26) NOT NULL,
      openId VARCHAR(128) NOT NULL,
      amountFen BIGINT NOT NULL,
      paidFen BIGINT NOT NULL DEFAULT 0,
      status VARCHAR(24) NOT NULL,
      remark VARCHAR(64) NOT NULL,
      packageInfo VARCHAR(500),
      providerBillNo VARCHAR(64),
      problem VARCHAR(200),
      attempts BIGINT NOT NULL DEFAULT 0,
      nextAttemptAt BIGINT,
      createdAt BIGINT NOT NULL,
      finishedAt BIGINT,
      CONSTRAINT payment_transfers_no UNIQUE (transferNo),
      CONSTRAINT payment_transfers_key UNIQUE (payoutKey),
      CONSTRAINT payment_transfers_amount CHECK (amountFen > 0 AND paidFen >= 0 AND paidFen <= amountFen),
      CONSTRAINT payment_transfers_status CHECK (status IN ('created', 'processing', 'awaiting_confirmation', 'succeeded', 'failed', 'cancelled', 'unknown'))
    )`);
    await execute('CREATE INDEX payment_transfers_due ON payment_transfers (nextAttemptAt)');
    await execute('CREATE INDEX payment_transfers_finished ON payment_transfers (finishedAt)');
    await execute(`CREATE TABLE payment_shares (
      shareId VARCHAR(26) NOT NULL PRIMARY KEY,
      shareNo VARCHAR(64) NOT NULL,
      transferId VARCHAR(26) NOT NULL,
      paymentId VARCHAR(26) NOT NULL,
      amountFen BIGINT NOT NULL,
      status VARCHAR(20) NOT NULL,
      problem VARCHAR(200),
      CONSTRAINT payment_shares_no UNIQUE (shareNo),
      CONSTRAINT payment_shares_part UNIQUE (transferId, paymentId),
      CONSTRAINT payment_shares_amount CHECK (amountFen > 0),
      CONSTRAINT payment_shares_status CHECK (status IN ('created', 'processing', 'succeeded', 'failed', 'unknown'))
    )`);
    await execute(`CREATE TABLE payment_notices (
      noticeId VARCHAR(64) NOT NULL PRIMARY KEY,
      kind VARCHAR(20) NOT NULL,
      eventType VARCHAR(60) NOT NULL,
      number VARCHAR(64) NOT NULL,
      receivedAt BIGINT NOT NULL,
      processedAt BIGINT,
      result VARCHAR(100)
    )`);
    await execute('CREATE INDEX payment_notices_waiting ON payment_notices (processedAt, receivedAt)');
    await execute('CREATE INDEX payment_notices_number ON payment_notices (number)');
    await execute(`CREATE TABLE payment_attempts (
      attemptId VARCHAR(26) NOT NULL PRIMARY KEY,
      subjectId VARCHAR(26) NOT NULL,
      operation VARCHAR(40) NOT NULL,
      outcome VARCHAR(10) NOT NULL,
      code VARCHAR(60),
      message VARCHAR(300),
      at BIGINT NOT NULL
    )`);
    await execute('CREATE INDEX payment_attempts_subject ON payment_attempts (subjectId, attemptId)');
    await execute(`CREATE TABLE payment_reconciliations (
      reconciliationId VARCHAR(26) NOT NULL PRIMARY KEY,
      day VARCHAR(10) NOT NULL,
      status VARCHAR(20) NOT NULL,
      payments BIGINT NOT NULL DEFAULT 0,
      paymentsFen BIGINT NOT NULL DEFAULT 0,
      refunds BIGINT NOT NULL DEFAULT 0,
      refundsFen BIGINT NOT NULL DEFAULT 0,
      transfers BIGINT NOT NULL DEFAULT 0,
      transfersFen BIGINT NOT NULL DEFAULT 0,
      feesFen BIGINT NOT NULL DEFAULT 0,
      problem VARCHAR(200),
      createdAt BIGINT NOT NULL,
      finishedAt BIGINT,
      CONSTRAINT payment_reconciliations_day UNIQUE (day)
    )`);
    await execute(`CREATE TABLE payment_discrepancies (
      discrepancyId VARCHAR(26) NOT NULL PRIMARY KEY,
      reconciliationId VARCHAR(26) NOT NULL,
      kind VARCHAR(30) NOT NULL,
      billKind VARCHAR(20) NOT NULL,
      number VARCHAR(64) NOT NULL,
      oursFen BIGINT,
      theirsFen BIGINT,
      resolution VARCHAR(1000),
      resolvedAt BIGINT,
      CONSTRAINT payment_discrepancies_once UNIQUE (reconciliationId, billKind, kind, number)
    )`);
  },
};
