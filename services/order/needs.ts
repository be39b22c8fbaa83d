import type { BeneficiaryChain } from './contract';

/** What a SKU is and costs, from the catalogue. */
export interface OrderableSku {
  readonly skuId: string;
  readonly productId: string;
  readonly title: string;
  readonly label: string;
  readonly pictureUrl: string;
  readonly priceFen: number;
  readonly weightGrams: number;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly warehouseId: string;
  readonly warehouseName: string;
  readonly warehouseProvinceCode: string;
  readonly listed: boolean;
}

export interface DeliveryAddress {
  readonly recipient: string;
  readonly phone: string;
  readonly provinceCode: string;
  readonly provinceName: string;
  readonly cityName: string;
  readonly countyName: string;
  readonly detail: string;
}

/** The few functions the order service needs from others. */
export interface OrderNeeds {
  /** Facts by SKU id; unknown ids are left out. */
  skuFacts(skuIds: readonly string[]): Promise<Map<string, OrderableSku>>;
  /** A delivery address of this member, or undefined if it is not theirs. */
  address(memberId: string, addressId: string): Promise<DeliveryAddress | undefined>;
  members(memberIds: readonly string[]): Promise<Map<string, { memberNo: number; nickname: string }>>;
  memberIdByNo(memberNo: number): Promise<string | undefined>;
  /** Who earns if this member buys now; frozen into the lines. */
  beneficiaries(memberId: string): Promise<BeneficiaryChain | null>;
  /** Whether it is not known yet if somebody brought this member. */
  isBindingPending(memberId: string): Promise<boolean>;
}
