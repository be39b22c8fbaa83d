import { storage } from './platform/storage';

const STORED = 'chosenAddressId';

/** The address page hands the choice to the checkout page that opened it. */
export const leaveChosenAddressId = (addressId: string): void => storage.write(STORED, addressId);

export function takeChosenAddressId(): string | null {
  const addressId = storage.read<string>(STORED);
  storage.remove(STORED);
  return addressId;
}
