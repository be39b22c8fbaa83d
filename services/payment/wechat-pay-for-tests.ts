import { type Fen, fen } from '@qianxing/money';
import type { Clock } from '@qianxing/time';
import type {
  Notification,
  Outcome,
  PaymentTransaction,
  PrepayInput,
  Refund,
  RefundState,
  RejectionAdvice,
  ShareResult,
  SharingOrder,
  Transfer,
  TransferState,
  WechatPay,
} from '@qianxing/wechat-pay';

export const APP_IDS = { h5: 'wxH5', jsapi: 'wxMp', mini_program: 'wxMini', app: 'wxApp', native: 'wxNative', transfer: 'wxMp' } as const;
export const MERCHANT_ID = '1900000109';
export const PROMOTER = 'openid-promoter';

export const rejected = (code: string, advice: RejectionAdvice): Outcome<never> => ({
  kind: 'rejected',
  httpStatus: 400,
  code,
  message: code,
  advice,
});
export const unknown: Outcome<never> = { kind: 'unknown', reason: 'timeout', message: 'no answer' };
const okOf = <T>(value: T): Outcome<T> => ({ kind: 'ok', value });
const notFound = rejected('ORDER_NOT_EXIST', 'createAgain');

type Operation =
  | 'prepay'
  | 'query'
  | 'close'
  | 'refund'
  | 'queryRefund'
  | 'transfer'
  | 'queryTransfer'
  | 'addReceiver'
  | 'share'
  | 'queryShare'
  | 'unfreeze'
  | 'bill';

/** What happens to the next call of an operation: something before it, another answer, and whether it is carried out all the same. */
export interface Script {
  readonly before?: () => Promise<unknown>;
  readonly answer?: Outcome<never>;
  readonly carriedOut?: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A WeChat Pay of plain maps, told by the test what to lose, refuse or change. Notices are JSON with `signature: 'good'` in a header. */
export function fakeWechatPay(clock: Clock) {
  const calls: { operation: Operation; number: string }[] = [];
  const scripts: { operation: Operation; script: Script }[] = [];
  const orders = new Map<string, Mutable<PaymentTransaction>>();
  const refunds = new Map<string, Mutable<Refund>>();
  const transfers = new Map<string, Mutable<Transfer>>();
  const shares = new Map<string, { transactionId: string; orderId: string; receivers: Mutable<ShareResult>[] }>();
  const bills = new Map<string, string>();
  const namesSent: (string | undefined)[] = [];

  async function perform<T>(operation: Operation, number: string, carryOut: () => Outcome<T>): Promise<Outcome<T>> {
    calls.push({ operation, number });
    const index = scripts.findIndex((entry) => entry.operation === operation);
    const script = index < 0 ? undefined : scripts.splice(index, 1)[0]?.script;
    await script?.before?.();
    if (script?.answer === undefined) return carryOut();
    if (script.carriedOut) carryOut();
    return script.answer;
  }

  const found = <V extends object>(map: Map<string, V>, number: string): Outcome<V> | undefined => {
    const value = map.get(number);
    return value && okOf({ ...value });
  };

  function openOrder(input: PrepayInput): Outcome<string> {
    const known = orders.get(input.outTradeNo);
    if (known && known.tradeState !== 'NOTPAY')
      return known.tradeState === 'CLOSED' ? rejected('ORDER_CLOSED', 'newNumber') : rejected('ORDER_PAID', 'query');
    orders.set(input.outTradeNo, {
      appId: input.appId,
      mchId: MERCHANT_ID,
      outTradeNo: input.outTradeNo,
      tradeState: 'NOTPAY',
      amount: { totalFen: input.totalFen, currency: 'CNY' },
      promotions: [],
    });
    return okOf(`prepay-${input.outTradeNo}`);
  }
  const prepay = <T>(input: PrepayInput, read: (id: string) => T) =>
    perform('prepay', input.outTradeNo, () => {
      const opened = openOrder(input);
      return opened.kind === 'ok' ? okOf(read(opened.value)) : opened;
    });

  const sharingOrder = (outOrderNo: string): Outcome<SharingOrder> => {
    const share = shares.get(outOrderNo);
    if (!share) return rejected('RESOURCE_NOT_EXISTS', 'createAgain');
    const pending = share.receivers.some((receiver) => receiver.result === 'PENDING');
    return okOf({ ...share, outOrderNo, state: pending ? 'PROCESSING' : 'FINISHED' });
  };
  const bill = (kind: string, day: string) =>
    perform('bill', `${kind}:${day}`, () =>
      bills.has(`${kind}:${day}`)
        ? okOf({ downloadUrl: `${kind}:${day}`, sha1: '', isGzip: false })
        : rejected('NO_STATEMENT_EXIST', 'nothingThere'),
    );
  const unused = async (): Promise<never> => {
    throw new Error('not used by the payment service');
  };

  const client: WechatPay = {
    payments: {
      prepayJsapi: (input) => prepay(input, (prepayId) => ({ prepayId })),
      prepayApp: (input) => prepay(input, (prepayId) => ({ prepayId })),
      prepayH5: (input) => prepay(input, (id) => ({ h5Url: `https://wx.tenpay.com/h5?id=${id}` })),
      prepayNative: (input) => prepay(input, (id) => ({ codeUrl: `weixin://pay/${id}` })),
      queryByOutTradeNo: (number) => perform('query', number, () => found(orders, number) ?? notFound),
      queryByTransactionId: unused,
      close: (number) =>
        perform('close', number, () => {
          const order = orders.get(number);
          if (!order) return notFound;
          if (order.tradeState === 'SUCCESS') return rejected('ORDER_PAID', 'query');
          order.tradeState = 'CLOSED';
          return okOf(undefined);
        }),
    },
    callParameters: {
      jsapi: (call) => ({
        appId: call.appId,
        timeStamp: '1',
        nonceStr: 'n',
        package: `prepay_id=${call.prepayId}`,
        signType: 'RSA',
        paySign: 's',
      }),
      miniProgram: (call) => ({ timeStamp: '1', nonceStr: 'n', package: `prepay_id=${call.prepayId}`, signType: 'RSA', paySign: 's' }),
      app: (call) => ({
        appId: call.appId,
        partnerId: MERCHANT_ID,
        prepayId: call.prepayId,
        package: 'Sign=WXPay',
        nonceStr: 'n',
        timeStamp: '1',
        sign: 's',
      }),
      transfer: (call) => ({ mchId: MERCHANT_ID, appId: call.appId, package: call.packageInfo }),
    },
    refunds: {
      create: (input) =>
        perform('refund', input.outRefundNo, () => {
          const known = refunds.get(input.outRefundNo);
          if (known) return okOf({ ...known });
          const refund: Mutable<Refund> = {
            refundId: `W${input.outRefundNo}`,
            outRefundNo: input.outRefundNo,
            transactionId: 't',
            outTradeNo: input.outTradeNo ?? '',
            state: 'PROCESSING',
            createdAt: clock.now(),
            amount: {
              totalFen: input.totalFen,
              refundFen: input.refundFen,
              payerTotalFen: input.totalFen,
              payerRefundFen: input.refundFen,
              currency: 'CNY',
            },
          };
          refunds.set(input.outRefundNo, refund);
          return okOf({ ...refund });
        }),
      query: (number) => perform('queryRefund', number, () => found(refunds, number) ?? rejected('RESOURCE_NOT_EXISTS', 'createAgain')),
      resolveAbnormal: unused,
    },
    transfers: {
      create: (input) => {
        namesSent.push(input.userName);
        return perform('transfer', input.outBillNo, () => {
          if (transfers.has(input.outBillNo)) return rejected('ALREADY_EXISTS', 'query');
          const transfer: Mutable<Transfer> = {
            mchId: MERCHANT_ID,
            outBillNo: input.outBillNo,
            transferBillNo: `B${input.outBillNo}`,
            state: 'WAIT_USER_CONFIRM',
            amountFen: input.amountFen,
            openId: input.openId,
            createdAt: clock.now(),
            packageInfo: `package-${input.outBillNo}`,
          };
          transfers.set(input.outBillNo, transfer);
          return okOf({ ...transfer });
        });
      },
      queryByOutBillNo: (number) =>
        perform('queryTransfer', number, () => found(transfers, number) ?? rejected('NOT_FOUND', 'createAgain')),
      queryByTransferBillNo: unused,
      cancel: unused,
    },
    sharing: {
      addReceiver: (input) => perform('addReceiver', input.account, () => okOf(undefined)),
      deleteReceiver: unused,
      createOrder: (input) =>
        perform('share', input.outOrderNo, () => {
          if (!shares.has(input.outOrderNo))
            shares.set(input.outOrderNo, {
              transactionId: input.transactionId,
              orderId: `S${input.outOrderNo}`,
              receivers: input.receivers.map(({ type, account, amountFen }) => ({ type, account, amountFen, result: 'PENDING' })),
            });
          return sharingOrder(input.outOrderNo);
        }),
      queryOrder: (names) => perform('queryShare', names.outOrderNo, () => sharingOrder(names.outOrderNo)),
      unfreeze: (input) =>
        perform('unfreeze', input.outOrderNo, () =>
          okOf({ transactionId: input.transactionId, outOrderNo: input.outOrderNo, orderId: 'u', state: 'FINISHED', receivers: [] }),
        ),
      createReturn: unused,
      queryReturn: unused,
      remaining: unused,
    },
    bills: {
      requestTradeBill: ({ billDate }) => bill('trade', billDate),
      requestFundFlowBill: ({ billDate }) => bill('flow', billDate),
      requestSharingBill: unused,
      download: async (link) => okOf(Buffer.from(bills.get(link.downloadUrl) ?? '')),
    },
    notifications: {
      open: ({ headers, body }) => {
        if (headers.signature !== 'good') return { ok: false, code: 'signatureWrong', message: 'forged' };
        return { ok: true, value: JSON.parse(Buffer.from(body).toString()) as Notification };
      },
    },
    certificates: { download: unused },
    decryptSensitive: () => undefined,
  };

  const mutable = <V>(map: Map<string, V>, number: string): V => {
    const value = map.get(number);
    if (!value) throw new Error(`WeChat Pay does not know ${number}`);
    return value;
  };

  return {
    client,
    calls,
    /** Real names as they came with transfers. */
    namesSent: (): readonly (string | undefined)[] => namesSent,
    numbersOf: (operation: Operation): string[] => calls.filter((call) => call.operation === operation).map((call) => call.number),
    /** Scripts the next call of an operation that is not scripted yet; call again for the one after it. */
    next: (operation: Operation, script: Script): void => {
      scripts.push({ operation, script });
    },
    knows: (number: string): boolean => orders.has(number),
    /** The buyer pays. `change` makes the transaction one that was not asked for. */
    pay: (number: string, change: Partial<PaymentTransaction> = {}): void => {
      Object.assign(mutable(orders, number), { tradeState: 'SUCCESS', transactionId: `4200-${number}`, successAt: clock.now(), ...change });
    },
    refundEnds: (number: string, state: RefundState): void => {
      Object.assign(mutable(refunds, number), { state, ...(state === 'SUCCESS' ? { successAt: clock.now() } : {}) });
    },
    transferEnds: (number: string, state: TransferState, failReason?: string, amountFen?: Fen): void => {
      const change = { ...(failReason ? { failReason } : {}), ...(amountFen === undefined ? {} : { amountFen }) };
      Object.assign(mutable(transfers, number), { state, updatedAt: clock.now(), ...change });
    },
    shareEnds: (number: string, result: 'SUCCESS' | 'CLOSED'): void => {
      for (const receiver of mutable(shares, number).receivers)
        Object.assign(receiver, { result, ...(result === 'CLOSED' ? { failReason: 'NO_RELATION' } : {}) });
    },
    bills,
    amountOf: (number: string): Fen => mutable(orders, number).amount?.totalFen ?? fen(0),
  };
}
