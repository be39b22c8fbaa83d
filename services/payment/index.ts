import { defineService, type Platform, type Service } from '@qianxing/service';
import { paymentChecks } from './checks';
import type { PaymentContext } from './context';
import type { PaymentApi } from './contract';
import { paymentJobs } from './jobs';
import { payments } from './migrations/0001-payments';
import { openCounts } from './migrations/0002-open-counts';
import { OPEN_PAYMENT, OPEN_REFUND, OPEN_TRANSFER, type PaymentOptions } from './model';
import type { PaymentNeeds } from './needs';
import { processNotices } from './notices';
import { paymentProblems } from './problems';
import { paymentReactions } from './reactions';
import { buyerRoutes } from './routes/buyer';
import { hookRoutes } from './routes/hooks';
import { staffRoutes } from './routes/staff';
import { countOpen, findPayment, succeededOfTrades } from './store';
import { findTransferByKey } from './transfers/store';

export type { PaymentOptions } from './model';
export type { PaymentNeeds } from './needs';

const NOTICES_AT_ONCE = 50;

/** Payments, refunds, payouts and reconciliation. See README.md. */
export function createPaymentService(platform: Platform, needs: PaymentNeeds, options: PaymentOptions): Service<PaymentApi> {
  const context: PaymentContext = { platform, needs, options };
  const noticeWorker = wakeable(context);
  return defineService<PaymentApi>({
    name: 'payment',
    migrations: [payments, openCounts],
    problems: paymentProblems,
    routes: [...buyerRoutes(context), ...hookRoutes(context, noticeWorker.wake), ...staffRoutes(context)],
    reactions: paymentReactions(context),
    jobs: paymentJobs(context),
    checks: paymentChecks(platform.database),
    api: paymentApi(context),
    close: noticeWorker.close,
  });
}

/** Processes notices right after they were taken; the job of the same name takes what is left after a crash. */
function wakeable(context: PaymentContext) {
  let running: Promise<void> | undefined;
  let again = false;
  const work = async (): Promise<void> => {
    do {
      again = false;
      await processNotices(context, NOTICES_AT_ONCE);
    } while (again);
  };
  return {
    wake: (): void => {
      again = true;
      running ??= work()
        .catch((error: unknown) => context.platform.log.error({ error: String(error) }, 'notices wait for the next sweep'))
        .finally(() => {
          running = undefined;
        });
    },
    close: async (): Promise<void> => {
      again = false;
      await running;
    },
  };
}

function paymentApi(context: PaymentContext): PaymentApi {
  const { database } = context.platform;
  const { merchantId, appIds, transferConfirmUrl } = context.options;
  return {
    transferConfirmation: async (payoutKey) => {
      const transfer = await findTransferByKey(database.query, payoutKey);
      if (transfer?.status !== 'awaiting_confirmation' || transfer.packageInfo === null) return undefined;
      return {
        transferNo: transfer.transferNo,
        packageInfo: transfer.packageInfo,
        appId: appIds.transfer,
        merchantId,
        confirmUrl: transferConfirmUrl(transfer.packageInfo),
      };
    },
    shareablePayments: async (tradeIds) => {
      const rows = await succeededOfTrades(database.query, tradeIds);
      const shareable = rows.filter((row) => row.profitSharing === 1 && row.unfrozenAt === null);
      return new Map(
        shareable.map((row) => [
          row.tradeId,
          { paymentId: row.paymentId, shareableFen: Math.max(0, row.amountFen - row.refundedFen - row.sharedFen) },
        ]),
      );
    },
    paymentFacts: async (paymentId) => {
      const row = await findPayment(database.query, paymentId);
      return row && { channel: row.channel, providerTransactionId: row.providerTransactionId, openId: row.openId };
    },
    countsByStatus: async () => ({
      payments: await countOpen(database.query, 'payment_payments', OPEN_PAYMENT),
      refunds: await countOpen(database.query, 'payment_refunds', OPEN_REFUND),
      transfers: await countOpen(database.query, 'payment_transfers', OPEN_TRANSFER),
    }),
  };
}
