import type { CatalogContext } from '../context';
import { productChanged } from '../contract';
import { differences } from '../imports/differences';
import { placeOf, saveProduct, toldOfProduct } from '../imports/saving';
import { importedProduct } from '../mapping';
import { delistOutside, dueForSync, productByExternalId, skusOfProducts, touchSynced } from '../store';
import { changesDone, waitingChanges } from './inbox';

export type SyncResult = 'changed' | 'same' | 'unknownHere' | 'later';

/** Brings one product up to date with the Channels shop. Products that were never imported are left alone: importing is a decision. */
export async function synchronise(context: CatalogContext, externalProductId: string): Promise<SyncResult> {
  const { database, clock } = context.platform;
  const known = await productByExternalId(database.query, externalProductId);
  if (!known) return 'unknownHere';
  const before = await toldOfProduct(context, externalProductId);
  const answer = await context.options.channelsShop.getProduct({ productId: externalProductId });
  if (answer.kind !== 'ok' && !(answer.kind === 'rejected' && answer.retryable !== true)) return 'later';
  const shopProduct = answer.kind === 'ok' ? answer.value.online : undefined;
  const product = shopProduct && importedProduct(shopProduct);
  if (!product) return delist(context, known.productId);
  const place = await placeOf(context, product);
  if (differences(product, known, await skusOfProducts(database.query, [known.productId]), place?.warehouseId).length === 0) {
    await database.transaction((transaction) => touchSynced(transaction, known.productId, clock.now()));
    return 'same';
  }
  const saved = await saveProduct(context, product, before);
  if (saved.kind === 'refused') {
    const codes = saved.reasons.map((reason) => reason.code).join(' ');
    context.platform.log.warn({ productId: known.productId, codes }, 'a product of the Channels shop cannot be sold here any more');
    return delist(context, known.productId);
  }
  context.forget(`product/${known.productId}`);
  return 'changed';
}

/** Off sale until the Channels shop sells it again. */
async function delist(context: CatalogContext, productId: string): Promise<SyncResult> {
  const { database, clock, events } = context.platform;
  const changed = await database.transaction(async (transaction) => {
    const delisted = await delistOutside(transaction, productId, clock.now());
    await touchSynced(transaction, productId, clock.now());
    if (delisted)
      await events.emit(transaction, productChanged, { aggregateId: productId, occurredAt: clock.now(), payload: { productId } });
    return delisted;
  });
  context.forget(`product/${productId}`);
  return changed ? 'changed' : 'same';
}

/** Works off what pushes told; a product that cannot be read now stays in the inbox. */
export async function workOffChanges(context: CatalogContext, limit: number): Promise<number> {
  const { database, clock } = context.platform;
  const waiting = await waitingChanges(database.query, limit);
  let done = 0;
  for (const externalProductId of new Set(waiting.map((change) => change.externalProductId))) {
    const result = await synchronise(context, externalProductId);
    if (result === 'later') continue;
    const worked = waiting.filter((change) => change.externalProductId === externalProductId);
    await database.transaction((transaction) => changesDone(transaction, worked, clock.now()));
    done += worked.length;
  }
  return done;
}

/** So many products in a row that cannot be read mean that the shop cannot be reached. */
const LATER_AT_MOST = 3;

/** Looks at the products not looked at for longest. */
export async function poll(context: CatalogContext, limit: number): Promise<void> {
  const { database, clock } = context.platform;
  let later = 0;
  for (const externalProductId of await dueForSync(database.query, clock.now() - context.options.pollEveryMs, limit)) {
    later = (await synchronise(context, externalProductId)) === 'later' ? later + 1 : 0;
    if (later === LATER_AT_MOST) return;
  }
}
