export { type BillCells, type BillResult, type BillTable, parseBillTable } from './bill-table';
export type { BillLink, BillOperations, FundFlowBillRequest, SharingBillRequest, TradeBillRequest } from './bills';
export type { AppCallParameters, JsapiCallParameters, MiniProgramCallParameters, TransferCallParameters } from './call-parameters';
export type { PlatformCertificate } from './certificates';
export { createWechatPay, type WechatPay } from './client';
export type { ExchangeReport, WechatPayConfiguration } from './configuration';
export { type FundFlowBill, type FundFlowRow, type FundFlowSummary, firstBalanceBreak, parseFundFlowBill } from './fund-flow-bill';
export { createKeyRing, type KeyRing, type PlatformKeySource, type RenewableKeyRing } from './keys';
export type { NotificationContent, RefundNotice, SharingNotice, TransferNotice } from './notification-content';
export {
  answerToNotification,
  type Notification,
  type NotificationAnswer,
  type NotificationRefusal,
  type NotificationResult,
  type ReceivedNotification,
} from './notifications';
export {
  mapOutcome,
  type OkOutcome,
  type Outcome,
  type RejectedOutcome,
  type RejectionAdvice,
  type UnknownOutcome,
  type UnknownReason,
} from './outcome';
export type { PaymentAmount, PaymentTransaction, TradeState, TradeType } from './payment-transaction';
export type { H5PrepayInput, JsapiPrepayInput, PaymentOperations, PrepayInput } from './payments';
export type { Refund, RefundAmount, RefundInput, RefundOperations, RefundState } from './refunds';
export type {
  AddReceiverInput,
  ReceiverName,
  ReceiverRelation,
  ReceiverType,
  ShareResult,
  SharingInput,
  SharingOperations,
  SharingOrder,
  SharingReceiver,
  SharingReturn,
  SharingReturnInput,
} from './sharing';
export { SHARE_FAIL_REASONS } from './sharing';
export { parseTradeBill, type TradeBill, type TradeBillRow, type TradeBillSummary } from './trade-bill';
export type {
  AcceptedTransfer,
  CancelledTransfer,
  Transfer,
  TransferInput,
  TransferOperations,
  TransferSceneReport,
  TransferState,
} from './transfers';
export { TRANSFER_NAME_FROM_FEN } from './transfers';
