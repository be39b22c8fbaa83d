import { catalogWords } from './catalog';
import { complianceWords } from './compliance';
import { frameWords } from './frame';
import { fulfilmentWords } from './fulfilment';
import { orderWords } from './orders';
import { paymentWords } from './payments';
import { promotionWords } from './promotion';
import { statusWords } from './status';
import { systemWords } from './system';
import { catalogueOf, type Words } from './words';

export const words: Words = {
  ...frameWords,
  ...statusWords,
  ...catalogWords,
  ...orderWords,
  ...fulfilmentWords,
  ...paymentWords,
  ...promotionWords,
  ...complianceWords,
  ...systemWords,
};

export const messages = { zh: catalogueOf(words, 0), en: catalogueOf(words, 1) };
