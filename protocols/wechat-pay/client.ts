import { type BillOperations, billOperations } from './bills';
import { type CallParameterOperations, callParameterOperations } from './call-parameters';
import { type CertificateOperations, certificateOperations } from './certificates';
import { decryptSensitive } from './cipher';
import { loadContext, type WechatPayConfiguration } from './configuration';
import { type NotificationOperations, notificationOperations } from './notifications';
import { type PaymentOperations, paymentOperations } from './payments';
import { type RefundOperations, refundOperations } from './refunds';
import { type SharingOperations, sharingOperations } from './sharing';
import { type TransferOperations, transferOperations } from './transfers';

export interface WechatPay {
  readonly payments: PaymentOperations;
  readonly callParameters: CallParameterOperations;
  readonly refunds: RefundOperations;
  readonly notifications: NotificationOperations;
  readonly sharing: SharingOperations;
  readonly transfers: TransferOperations;
  readonly bills: BillOperations;
  readonly certificates: CertificateOperations;
  /** Opens a sensitive field of an answer with the merchant key; `undefined` when it is not for us. */
  decryptSensitive(ciphertextBase64: string): string | undefined;
}

/**
 * A client for one merchant number. Holds no state besides the keys: create it once and use it from anywhere.
 *
 * @throws when the configuration cannot be right. After that no method throws for anything that happens outside.
 */
export function createWechatPay(configuration: WechatPayConfiguration): WechatPay {
  const context = loadContext(configuration);
  return {
    payments: paymentOperations(context),
    callParameters: callParameterOperations(context),
    refunds: refundOperations(context),
    notifications: notificationOperations(context),
    sharing: sharingOperations(context),
    transfers: transferOperations(context),
    bills: billOperations(context),
    certificates: certificateOperations(context),
    decryptSensitive: (ciphertextBase64) => decryptSensitive(ciphertextBase64, context.privateKey),
  };
}
