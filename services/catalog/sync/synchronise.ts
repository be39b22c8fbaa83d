import type { CatalogContext } from '../context';
import { differences } from '../imports/differences';
import { saveProduct } from '../imports/run';
import { importedProduct } from '../mapping';
import { dueForSync, productByExternalId, setListing, skusOfProducts, touchSynced } from '../store';
import { changesDone, waitingChanges } from './inbox';

export type SyncResult = 'changed' | 'same' | 'unknownHere' | 'later';

/** Brings one product up to date with the Channels shop. Products that were never imported are left alone: importing is a decision. */
async function synchronise(context: CatalogContext, externalProductId: string): Promise<SyncResult> {
  const { database, clock } = context.platform;
  const known = await productByExternalId(database.query, externalProductId);
  if (!known) return 'unknownHere';
  const answer = await context.options.channelsShop.getProduct({ productId: externalProductId });
  if (answer.kind !== 'ok' && !(answer.kind === 'rejected' && answer.retryable !== true)) return 'later';
  const shopProduct = answer.kind === 'ok' ? answer.value.online : undefined;
  const product = shopProduct && importedProduct(shopProduct);
  if (!product) {
    await database.transaction(async (transaction) => {
      await setListing(transaction, [known.productId], 'delisted', clock.now());
      await touchSynced(transaction, known.productId, clock.now());
    });
    return 'changed';
  }
  if (differences(product, known, await skusOfProducts(database.query, [known.productId])).length === 0) {
    await database.transaction((transaction) => touchSynced(transaction, known.productId, clock.now()));
    return 'same';
  }
  const saved = await saveProduct(context, product);
  if (!saved) await database.transaction((transaction) => touchSynced(transaction, known.productId, clock.now()));
  context.forget(`product/${known.productId}`);
  return saved ? 'changed' : 'same';
}

/** Works off what pushes told; a product that cannot be read now stays in the inbox. */
export async function workOffChanges(context: CatalogContext, limit: number): Promise<number> {
  const { database, clock } = context.platform;
  const waiting = await waitingChanges(database.query, limit);
  let done = 0;
  for (const externalProductId of new Set(waiting.map((change) => change.externalProductId))) {
    const result = await synchronise(context, externalProductId);
    if (result === 'later') continue;
    const keys = waiting.filter((change) => change.externalProductId === externalProductId).map((change) => change.messageKey);
    await database.transaction((transaction) => changesDone(transaction, keys, clock.now()));
    done += keys.length;
  }
  return done;
}

/** Looks at the products not looked at for longest. */
export async function poll(context: CatalogContext, limit: number): Promise<void> {
  const { database, clock } = context.platform;
  for (const externalProductId of await dueForSync(database.query, clock.now() - context.options.pollEveryMs, limit)) {
    if ((await synchronise(context, externalProductId)) === 'later') return;
  }
}
