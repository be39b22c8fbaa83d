import type { Sku } from './api/types';

/** What is chosen so far: value by name of the specification. */
export type Choice = Readonly<Record<string, string>>;

export interface ChoiceValue {
  readonly value: string;
  readonly chosen: boolean;
  /** With the rest of the choice as it is, some SKU with this value can be bought. */
  readonly possible: boolean;
}
export interface ChoiceGroup {
  readonly nameZh: string;
  readonly nameEn: string;
  readonly values: readonly ChoiceValue[];
}

const canBuy = (sku: Sku) => sku.status === 'listed' && sku.available > 0;
const valueIn = (sku: Sku, name: string) => sku.specifications.find(({ nameZh }) => nameZh === name)?.value;
const fits = (sku: Sku, choice: Choice) => Object.entries(choice).every(([name, value]) => valueIn(sku, name) === value);

/** Groups of values to choose from, in the order in which the SKUs name them. */
export function choiceGroups(skus: readonly Sku[], choice: Choice): ChoiceGroup[] {
  const names = new Map<string, { nameEn: string; values: string[] }>();
  for (const sku of skus)
    for (const { nameZh, nameEn, value } of sku.specifications) {
      const group = names.get(nameZh) ?? { nameEn, values: [] };
      if (!group.values.includes(value)) group.values.push(value);
      names.set(nameZh, group);
    }
  return [...names].map(([nameZh, { nameEn, values }]) => {
    const { [nameZh]: chosen, ...others } = choice;
    return {
      nameZh,
      nameEn,
      values: values.map((value) => ({
        value,
        chosen: chosen === value,
        possible: skus.some((sku) => canBuy(sku) && valueIn(sku, nameZh) === value && fits(sku, others)),
      })),
    };
  });
}

/** Chooses a value, or takes the choice back if it was chosen; values that no longer fit together with it are dropped. */
export function pick(skus: readonly Sku[], choice: Choice, name: string, value: string): Choice {
  if (choice[name] === value) {
    const { [name]: _, ...rest } = choice;
    return rest;
  }
  let kept: Choice = { [name]: value };
  for (const [otherName, otherValue] of Object.entries(choice)) {
    if (otherName === name) continue;
    const tried = { ...kept, [otherName]: otherValue };
    if (skus.some((sku) => fits(sku, tried))) kept = tried;
  }
  return kept;
}

/** The SKU that is fully chosen, or null. */
export function chosenSku(skus: readonly Sku[], choice: Choice): Sku | null {
  return skus.find((sku) => sku.specifications.every(({ nameZh, value }) => choice[nameZh] === value) && fits(sku, choice)) ?? null;
}

/** The choice to begin with: a wanted SKU if it is there, else the only SKU, else nothing. */
export function firstChoice(skus: readonly Sku[], wantedSkuId?: string): Choice {
  const wanted = skus.find(({ skuId }) => skuId === wantedSkuId) ?? (skus.length === 1 ? skus[0] : undefined);
  return wanted === undefined ? {} : Object.fromEntries(wanted.specifications.map(({ nameZh, value }) => [nameZh, value]));
}
