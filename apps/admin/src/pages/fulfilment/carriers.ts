import { api } from '../../api/client';

export type Carrier = { carrierCode: string; nameZh: string; nameEn: string };
let known: Promise<Carrier[]> | null = null;

/** The carriers, asked for once; after a failure the next call asks again. */
export function loadCarriers(): Promise<Carrier[]> {
  known ??= api.get('/api/v1/carriers', {}).then(
    (answer) => answer.items,
    (thrown: unknown) => {
      known = null;
      throw thrown;
    },
  );
  return known;
}
