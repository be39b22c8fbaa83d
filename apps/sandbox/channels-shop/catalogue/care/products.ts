import { ACCESSORY_GOODS } from './accessories';
import { type CareRecord, parseCare } from './format';
import { PART_GOODS } from './parts';
import { WASH_GOODS } from './wash';

export const CARE_RECORDS: readonly CareRecord[] = [WASH_GOODS, PART_GOODS, ACCESSORY_GOODS].flatMap(parseCare);
