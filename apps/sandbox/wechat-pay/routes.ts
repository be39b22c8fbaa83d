import type { FastifyInstance } from 'fastify';
import type { World } from '../world';
import { answer, refuse } from './answers';
import { billContent, requestBill } from './bills';
import { type AddPayRoute, registerGateway } from './gateway';
import { notifyMerchant } from './notifications';
import { applyAbnormalRefund, createRefund, queryRefund } from './refunds';
import * as schemas from './schemas';
import { addReceiver, createSharing, deleteReceiver, querySharing, querySharingAmounts, unfreezeSharing } from './sharing';
import { createSharingReturn, querySharingReturn } from './sharing-returns';
import { decryptOaep } from './signature';
import { type Channel, closeTransaction, createTransaction, findTransaction, queryTransaction } from './transactions';
import { cancelTransfer, createTransfer, queryTransfer } from './transfers';

export function registerWechatPay(app: FastifyInstance, world: World): void {
  registerGateway(app, world, (add) => {
    addPaymentRoutes(add);
    addRefundRoutes(add);
    addSharingRoutes(add);
    addTransferRoutes(add);
    addBillRoutes(add);
  });
}

function addPaymentRoutes(add: AddPayRoute): void {
  const addCreate = <C extends Channel>(channel: C) =>
    add({
      method: 'POST',
      url: `/v3/pay/transactions/${channel}`,
      operation: 'transaction.create',
      body: schemas.paymentBodies[channel],
      objectKey: (call) => (call.body as { out_trade_no: string }).out_trade_no,
      handle: (world, call) => createTransaction(world, channel, call.body as Parameters<typeof createTransaction>[2]),
    });
  for (const channel of ['jsapi', 'app', 'h5', 'native'] as const) addCreate(channel);
  add({
    method: 'GET',
    url: '/v3/pay/transactions/out-trade-no/:number',
    operation: 'transaction.query',
    objectKey: (call) => call.params.number,
    handle: (world, call) =>
      call.query.mchid === undefined
        ? refuse(400, 'PARAM_ERROR', 'mchid必填')
        : queryTransaction(world, findTransaction(world, { outTradeNo: call.params.number ?? '' })),
  });
  add({
    method: 'GET',
    url: '/v3/pay/transactions/id/:number',
    operation: 'transaction.query',
    objectKey: (call) => call.params.number,
    handle: (world, call) =>
      call.query.mchid === undefined
        ? refuse(400, 'PARAM_ERROR', 'mchid必填')
        : queryTransaction(world, findTransaction(world, { transactionId: call.params.number ?? '' })),
  });
  add({
    method: 'POST',
    url: '/v3/pay/transactions/out-trade-no/:number/close',
    operation: 'transaction.close',
    body: schemas.closeBody,
    objectKey: (call) => call.params.number,
    handle: (world, call) =>
      call.body.mchid === world.credentials.wechatPay.mchid
        ? closeTransaction(world, findTransaction(world, { outTradeNo: call.params.number ?? '' }))
        : refuse(400, 'PARAM_ERROR', '商户号与签名商户号不一致'),
  });
}

function addRefundRoutes(add: AddPayRoute): void {
  add({
    method: 'POST',
    url: '/v3/refund/domestic/refunds',
    operation: 'refund.create',
    body: schemas.refundBody,
    objectKey: (call) => call.body.out_refund_no,
    handle: (world, call) => createRefund(world, call.body),
  });
  add({
    method: 'GET',
    url: '/v3/refund/domestic/refunds/:number',
    operation: 'refund.query',
    objectKey: (call) => call.params.number,
    handle: (world, call) => queryRefund(world, call.params.number ?? ''),
  });
  add({
    method: 'POST',
    url: '/v3/refund/domestic/refunds/:number/apply-abnormal-refund',
    operation: 'refund.abnormal',
    body: schemas.abnormalRefundBody,
    objectKey: (call) => call.body.out_refund_no,
    handle: (world, call) => applyAbnormalRefund(world, call.params.number ?? '', call.body.out_refund_no),
  });
}

function addSharingRoutes(add: AddPayRoute): void {
  add({
    method: 'POST',
    url: '/v3/profitsharing/receivers/add',
    operation: 'receiver.add',
    body: schemas.addReceiverBody,
    objectKey: (call) => call.body.account,
    handle: (world, call) => addReceiver(world, call.body),
  });
  add({
    method: 'POST',
    url: '/v3/profitsharing/receivers/delete',
    operation: 'receiver.delete',
    body: schemas.deleteReceiverBody,
    objectKey: (call) => call.body.account,
    handle: (world, call) => deleteReceiver(world, call.body),
  });
  add({
    method: 'POST',
    url: '/v3/profitsharing/orders',
    operation: 'sharing.create',
    body: schemas.sharingBody,
    objectKey: (call) => call.body.out_order_no,
    handle: (world, call) => createSharing(world, call.body),
  });
  add({
    method: 'GET',
    url: '/v3/profitsharing/orders/:number',
    operation: 'sharing.query',
    objectKey: (call) => call.params.number,
    handle: (world, call) => querySharing(world, call.params.number ?? '', call.query.transaction_id),
  });
  add({
    method: 'POST',
    url: '/v3/profitsharing/orders/unfreeze',
    operation: 'sharing.unfreeze',
    body: schemas.unfreezeBody,
    objectKey: (call) => call.body.out_order_no,
    handle: (world, call) => unfreezeSharing(world, call.body),
  });
  add({
    method: 'POST',
    url: '/v3/profitsharing/return-orders',
    operation: 'sharing.return',
    body: schemas.sharingReturnBody,
    objectKey: (call) => call.body.out_return_no,
    handle: (world, call) => createSharingReturn(world, call.body),
  });
  add({
    method: 'GET',
    url: '/v3/profitsharing/return-orders/:number',
    operation: 'sharing.returnQuery',
    objectKey: (call) => call.params.number,
    handle: (world, call) => querySharingReturn(world, call.params.number ?? '', call.query.out_order_no),
  });
  add({
    method: 'GET',
    url: '/v3/profitsharing/transactions/:number/amounts',
    operation: 'sharing.amounts',
    objectKey: (call) => call.params.number,
    handle: (world, call) => querySharingAmounts(world, call.params.number ?? ''),
  });
}

function addTransferRoutes(add: AddPayRoute): void {
  const base = '/v3/fund-app/mch-transfer/transfer-bills';
  add({
    method: 'POST',
    url: base,
    operation: 'transfer.create',
    body: schemas.transferBody,
    objectKey: (call) => call.body.out_bill_no,
    handle: (world, call) => createTransfer(world, call.body, call.headers['wechatpay-serial']),
  });
  add({
    method: 'GET',
    url: `${base}/out-bill-no/:number`,
    operation: 'transfer.query',
    objectKey: (call) => call.params.number,
    handle: (world, call) => queryTransfer(world, { outBillNo: call.params.number ?? '' }),
  });
  add({
    method: 'GET',
    url: `${base}/transfer-bill-no/:number`,
    operation: 'transfer.query',
    objectKey: (call) => call.params.number,
    handle: (world, call) => queryTransfer(world, { transferBillNo: call.params.number ?? '' }),
  });
  add({
    method: 'POST',
    url: `${base}/out-bill-no/:number/cancel`,
    operation: 'transfer.cancel',
    objectKey: (call) => call.params.number,
    handle: (world, call) => cancelTransfer(world, call.params.number ?? ''),
  });
}

function addBillRoutes(add: AddPayRoute): void {
  add({
    method: 'GET',
    url: '/v3/bill/tradebill',
    operation: 'bill.trade',
    handle: (world, call) => requestBill(world, 'trade', call.query),
  });
  add({
    method: 'GET',
    url: '/v3/bill/fundflowbill',
    operation: 'bill.fundFlow',
    handle: (world, call) => requestBill(world, 'fundFlow', call.query),
  });
  add({
    method: 'GET',
    url: '/v3/billdownload/file',
    operation: 'bill.download',
    handle: (world, call) => {
      const file = billContent(world, call.query.token);
      return file === undefined ? refuse(400, 'INVALID_REQUEST', '下载链接已失效') : { status: 200, body: null, file };
    },
  });
  add({
    method: 'POST',
    url: '/v3/security/echo',
    operation: 'security.echo',
    body: schemas.echoBody,
    handle: (world, call) => {
      const { encrypted_echo_message: encrypted, echo_message: message, notify_url: url } = call.body;
      if (encrypted !== undefined && decryptOaep(world.platformKeys.wechatPayPrivateKeyPem, encrypted) === undefined)
        return refuse(400, 'PARAM_ERROR', '敏感字段解密失败，请检查加密所用的公钥');
      notifyMerchant(world, {
        operation: 'echo.notice',
        objectKey: message,
        url: url ?? null,
        eventType: 'SECURITY_ECHO.SUCCESS',
        originalType: 'security',
        associatedData: 'security',
        summary: '安全回显',
        plaintext: { echo_message: message },
      });
      return answer({ echo_message: message, ...(encrypted === undefined ? {} : { encrypted_echo_message: encrypted }) });
    },
  });
}
