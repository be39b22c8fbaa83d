import type { Migration } from '@qianxing/database';

export const promotion: Migration = {
  id: 'promotion/0001-promotion',
  async up({ execute }) {
    await execute(`CREATE TABLE promotion_members (
      memberId VARCHAR(26) NOT NULL PRIMARY KEY,
      memberNo BIGINT,
      referrerNo BIGINT,
      boundAt BIGINT,
      visitChannel VARCHAR(20),
      visitedAt BIGINT,
      visitId VARCHAR(26),
      depth BIGINT NOT NULL DEFAULT 0,
      directCustomers BIGINT NOT NULL DEFAULT 0,
      orders BIGINT NOT NULL DEFAULT 0,
      netSalesFen BIGINT NOT NULL DEFAULT 0,
      CONSTRAINT promotion_members_no UNIQUE (memberNo),
      CONSTRAINT promotion_members_self CHECK (referrerNo IS NULL OR referrerNo <> memberNo),
      CONSTRAINT promotion_members_bound CHECK ((referrerNo IS NULL) = (boundAt IS NULL)),
      CONSTRAINT promotion_members_counters CHECK (directCustomers >= 0 AND orders >= 0 AND netSalesFen >= 0)
    )`);
    await execute('CREATE INDEX promotion_members_referrer ON promotion_members (referrerNo, boundAt, memberNo)');
    await execute(`CREATE TABLE promotion_ancestors (
      memberNo BIGINT NOT NULL,
      layer SMALLINT NOT NULL,
      ancestorNo BIGINT NOT NULL,
      PRIMARY KEY (memberNo, layer),
      CONSTRAINT promotion_ancestors_layer CHECK (layer BETWEEN 1 AND 10),
      CONSTRAINT promotion_ancestors_self CHECK (ancestorNo <> memberNo)
    )`);
    await execute('CREATE INDEX promotion_ancestors_team ON promotion_ancestors (ancestorNo, layer)');
    await execute(`CREATE TABLE promotion_teams (
      ancestorNo BIGINT NOT NULL,
      layer SMALLINT NOT NULL,
      members BIGINT NOT NULL DEFAULT 0,
      buyers BIGINT NOT NULL DEFAULT 0,
      orders BIGINT NOT NULL DEFAULT 0,
      netSalesFen BIGINT NOT NULL DEFAULT 0,
      PRIMARY KEY (ancestorNo, layer),
      CONSTRAINT promotion_teams_layer CHECK (layer BETWEEN 1 AND 10),
      CONSTRAINT promotion_teams_counters CHECK (members >= 0 AND buyers >= 0 AND orders >= 0 AND netSalesFen >= 0 AND buyers <= members)
    )`);
    await execute(`CREATE TABLE promotion_promoters (
      promoterId VARCHAR(26) NOT NULL PRIMARY KEY,
      promoterNo BIGINT NOT NULL,
      memberId VARCHAR(26) NOT NULL,
      status VARCHAR(10) NOT NULL,
      referralCode VARCHAR(8) NOT NULL,
      agreementVersion VARCHAR(20) NOT NULL,
      adultConfirmedAt BIGINT NOT NULL,
      enrolledAt BIGINT NOT NULL,
      paidFen BIGINT NOT NULL DEFAULT 0,
      taxWithheldFen BIGINT NOT NULL DEFAULT 0,
      CONSTRAINT promotion_promoters_no UNIQUE (promoterNo),
      CONSTRAINT promotion_promoters_member UNIQUE (memberId),
      CONSTRAINT promotion_promoters_code UNIQUE (referralCode),
      CONSTRAINT promotion_promoters_status CHECK (status IN ('active', 'paused', 'removed')),
      CONSTRAINT promotion_promoters_paid CHECK (paidFen >= 0 AND taxWithheldFen >= 0)
    )`);
    await execute(`CREATE TABLE promotion_promoter_history (
      entryId VARCHAR(26) NOT NULL PRIMARY KEY,
      promoterId VARCHAR(26) NOT NULL,
      status VARCHAR(10) NOT NULL,
      reason VARCHAR(200) NOT NULL,
      staffName VARCHAR(80),
      at BIGINT NOT NULL
    )`);
    await execute('CREATE INDEX promotion_promoter_history_of ON promotion_promoter_history (promoterId, at)');
    await execute(`CREATE TABLE promotion_plan_versions (
      planVersionId VARCHAR(26) NOT NULL PRIMARY KEY,
      planId VARCHAR(26) NOT NULL,
      code VARCHAR(40) NOT NULL,
      version BIGINT NOT NULL,
      nameZh VARCHAR(80) NOT NULL,
      nameEn VARCHAR(80) NOT NULL,
      status VARCHAR(10) NOT NULL,
      active SMALLINT,
      document MEDIUMTEXT NOT NULL,
      publishedAt BIGINT,
      CONSTRAINT promotion_plan_versions_code UNIQUE (code, version),
      CONSTRAINT promotion_plan_versions_one_active UNIQUE (active),
      CONSTRAINT promotion_plan_versions_status CHECK (status IN ('draft', 'published', 'retired')),
      CONSTRAINT promotion_plan_versions_active CHECK (active IS NULL OR (active = 1 AND status = 'published' AND publishedAt IS NOT NULL))
    )`);
    await execute(`CREATE TABLE promotion_plan_levels (
      planVersionId VARCHAR(26) NOT NULL,
      level SMALLINT NOT NULL,
      rateBp BIGINT NOT NULL,
      PRIMARY KEY (planVersionId, level),
      CONSTRAINT promotion_plan_levels_level CHECK (level BETWEEN 1 AND 3),
      CONSTRAINT promotion_plan_levels_rate CHECK (rateBp BETWEEN 0 AND 10000)
    )`);
    await commissionTables(execute);
    await withdrawalTables(execute);
  },
};

type Execute = (statement: string) => Promise<void>;

async function commissionTables(execute: Execute): Promise<void> {
  await execute(`CREATE TABLE promotion_lines (
    orderLineId VARCHAR(26) NOT NULL PRIMARY KEY,
    orderId VARCHAR(26) NOT NULL,
    memberId VARCHAR(26) NOT NULL,
    paidFen BIGINT NOT NULL,
    refundedFen BIGINT NOT NULL DEFAULT 0,
    afterSaleId VARCHAR(26),
    paidAt BIGINT,
    receivedAt BIGINT,
    completedAt BIGINT,
    cancelledAt BIGINT,
    CONSTRAINT promotion_lines_refunded CHECK (paidFen >= 0 AND refundedFen BETWEEN 0 AND paidFen)
  )`);
  await execute('CREATE INDEX promotion_lines_order ON promotion_lines (orderId)');
  await execute(`CREATE TABLE promotion_sales (
    orderId VARCHAR(26) NOT NULL PRIMARY KEY,
    memberId VARCHAR(26) NOT NULL,
    netFen BIGINT NOT NULL,
    counted SMALLINT NOT NULL,
    CONSTRAINT promotion_sales_net CHECK (netFen >= 0 AND counted IN (0, 1))
  )`);
  await execute('CREATE INDEX promotion_sales_member ON promotion_sales (memberId)');
  await execute(`CREATE TABLE promotion_commissions (
    commissionId VARCHAR(26) NOT NULL PRIMARY KEY,
    orderLineId VARCHAR(26) NOT NULL,
    level SMALLINT NOT NULL,
    promoterId VARCHAR(26) NOT NULL,
    promoterNo BIGINT NOT NULL,
    tradeId VARCHAR(26) NOT NULL,
    orderId VARCHAR(26) NOT NULL,
    orderNo VARCHAR(20) NOT NULL,
    buyerId VARCHAR(26) NOT NULL,
    title VARCHAR(200) NOT NULL,
    planVersionId VARCHAR(26) NOT NULL,
    rateBp BIGINT NOT NULL,
    baseFen BIGINT NOT NULL,
    refundedBaseFen BIGINT NOT NULL DEFAULT 0,
    originalFen BIGINT NOT NULL,
    dueFen BIGINT NOT NULL,
    status VARCHAR(12) NOT NULL,
    availableFrom BIGINT,
    createdAt BIGINT NOT NULL,
    earnedAt BIGINT,
    availableAt BIGINT,
    paidAt BIGINT,
    voidedAt BIGINT,
    CONSTRAINT promotion_commissions_level UNIQUE (orderLineId, level),
    CONSTRAINT promotion_commissions_promoter UNIQUE (orderLineId, promoterId),
    CONSTRAINT promotion_commissions_three CHECK (level BETWEEN 1 AND 3),
    CONSTRAINT promotion_commissions_rate CHECK (rateBp BETWEEN 0 AND 10000),
    CONSTRAINT promotion_commissions_base CHECK (refundedBaseFen BETWEEN 0 AND baseFen),
    CONSTRAINT promotion_commissions_due CHECK (dueFen BETWEEN 0 AND originalFen),
    CONSTRAINT promotion_commissions_status CHECK (status IN ('estimated', 'pending', 'available', 'paid', 'reversed'))
  )`);
  await execute('CREATE INDEX promotion_commissions_mine ON promotion_commissions (promoterId, status, availableAt)');
  await execute('CREATE INDEX promotion_commissions_order ON promotion_commissions (orderId)');
  await execute('CREATE INDEX promotion_commissions_trade ON promotion_commissions (promoterId, tradeId)');
  await execute('CREATE INDEX promotion_commissions_number ON promotion_commissions (orderNo)');
}

async function withdrawalTables(execute: Execute): Promise<void> {
  await execute(`CREATE TABLE promotion_withdrawals (
    withdrawalId VARCHAR(26) NOT NULL PRIMARY KEY,
    withdrawalNo VARCHAR(21) NOT NULL,
    promoterId VARCHAR(26) NOT NULL,
    memberId VARCHAR(26) NOT NULL,
    requestKey VARCHAR(128) NOT NULL,
    requestHash VARCHAR(64) NOT NULL,
    rail VARCHAR(20) NOT NULL,
    status VARCHAR(24) NOT NULL,
    amountFen BIGINT NOT NULL,
    taxFen BIGINT NOT NULL,
    netFen BIGINT NOT NULL,
    receivedFen BIGINT NOT NULL DEFAULT 0,
    problemCode VARCHAR(80),
    reason VARCHAR(200),
    approvalsNeeded SMALLINT NOT NULL,
    day VARCHAR(10) NOT NULL,
    createdAt BIGINT NOT NULL,
    finishedAt BIGINT,
    CONSTRAINT promotion_withdrawals_no UNIQUE (withdrawalNo),
    CONSTRAINT promotion_withdrawals_request UNIQUE (promoterId, requestKey),
    CONSTRAINT promotion_withdrawals_amount CHECK (amountFen > 0 AND taxFen >= 0 AND netFen = amountFen - taxFen AND receivedFen BETWEEN 0 AND netFen),
    CONSTRAINT promotion_withdrawals_approvals CHECK (approvalsNeeded IN (1, 2)),
    CONSTRAINT promotion_withdrawals_rail CHECK (rail IN ('transfer', 'profit_sharing'))
  )`);
  await execute('CREATE INDEX promotion_withdrawals_day ON promotion_withdrawals (promoterId, day)');
  await execute('CREATE INDEX promotion_withdrawals_status ON promotion_withdrawals (status, withdrawalId)');
  await execute(`CREATE TABLE promotion_withdrawal_history (
    entryId VARCHAR(26) NOT NULL PRIMARY KEY,
    withdrawalId VARCHAR(26) NOT NULL,
    status VARCHAR(24) NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT promotion_withdrawal_history_once UNIQUE (withdrawalId, status)
  )`);
  await execute(`CREATE TABLE promotion_approvals (
    withdrawalId VARCHAR(26) NOT NULL,
    staffId VARCHAR(26) NOT NULL,
    staffName VARCHAR(80) NOT NULL,
    note VARCHAR(200),
    at BIGINT NOT NULL,
    PRIMARY KEY (withdrawalId, staffId)
  )`);
  await execute(`CREATE TABLE promotion_payout_parts (
    withdrawalId VARCHAR(26) NOT NULL,
    tradeId VARCHAR(26) NOT NULL,
    promoterId VARCHAR(26) NOT NULL,
    paymentId VARCHAR(26) NOT NULL,
    amountFen BIGINT NOT NULL,
    returned SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (withdrawalId, tradeId),
    CONSTRAINT promotion_payout_parts_amount CHECK (amountFen > 0)
  )`);
  await execute('CREATE INDEX promotion_payout_parts_trade ON promotion_payout_parts (promoterId, tradeId)');
  await execute(`CREATE TABLE promotion_tax_lines (
    withdrawalId VARCHAR(26) NOT NULL PRIMARY KEY,
    promoterId VARCHAR(26) NOT NULL,
    month VARCHAR(7) NOT NULL,
    incomeFen BIGINT NOT NULL,
    taxFen BIGINT NOT NULL,
    CONSTRAINT promotion_tax_lines_amount CHECK (taxFen >= 0 AND incomeFen >= taxFen)
  )`);
  await execute('CREATE INDEX promotion_tax_lines_month ON promotion_tax_lines (promoterId, month)');
}
