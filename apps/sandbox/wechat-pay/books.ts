import type { World } from '../world';
import { nextDecimalNumber } from '../world';

/**
 * Where money can be. `available`, `frozen`, `sharing` and `transferring` together are the merchant's basic account;
 * the others are the rest of the world, so that every entry sums to zero.
 */
export const ACCOUNTS = ['available', 'frozen', 'sharing', 'transferring', 'refunding', 'fees', 'users', 'receivers', 'funding'] as const;
export type Account = (typeof ACCOUNTS)[number];
const BASIC: ReadonlySet<Account> = new Set(['available', 'frozen', 'sharing', 'transferring']);

export interface Posting {
  readonly account: Account;
  readonly amountFen: number;
}

/** One line of the fund-flow bill. */
export interface FundFlow {
  readonly flowNumber: string;
  readonly businessNumber: string;
  readonly businessName: string;
  readonly businessType: string;
  /** Signed change of the basic account. */
  readonly amountFen: number;
  readonly balanceFen: number;
  readonly voucher: string;
}

export interface BookEntry {
  readonly entryNumber: number;
  readonly atMs: number;
  readonly kind: string;
  readonly objectKey: string;
  readonly postings: readonly Posting[];
  readonly flows: readonly FundFlow[];
}

export interface FlowOrder {
  readonly businessNumber: string;
  readonly businessName: string;
  readonly businessType: string;
  readonly amountFen: number;
}

export type Balances = Readonly<Record<Account, number>>;

const balancesOf = new WeakMap<BookEntry[], { counted: number; balances: Record<Account, number> }>();

const zeroBalances = (): Record<Account, number> => Object.fromEntries(ACCOUNTS.map((account) => [account, 0])) as Record<Account, number>;

/** Sums of all postings; kept as a running projection of the append-only books. */
export function balances(world: World): Balances {
  const books = world.state.wechatPay.books;
  const projection = balancesOf.get(books) ?? { counted: 0, balances: zeroBalances() };
  for (; projection.counted < books.length; projection.counted += 1)
    for (const posting of books[projection.counted]?.postings ?? []) projection.balances[posting.account] += posting.amountFen;
  balancesOf.set(books, projection);
  return projection.balances;
}

/** Balance of the merchant's basic account, as the fund-flow bill shows it. */
export const basicBalanceFen = (all: Balances): number => all.available + all.frozen + all.sharing + all.transferring;

/**
 * Books one event.
 * @throws Error when the postings do not sum to zero or the flows do not explain the change of the basic account:
 *   both are defects of the sandbox itself
 */
export function book(
  world: World,
  kind: string,
  objectKey: string,
  postings: readonly Posting[],
  flows: readonly FlowOrder[],
  atMs?: number,
): void {
  const sum = postings.reduce((total, posting) => total + posting.amountFen, 0);
  const basic = postings.reduce((total, posting) => total + (BASIC.has(posting.account) ? posting.amountFen : 0), 0);
  const flowSum = flows.reduce((total, flow) => total + flow.amountFen, 0);
  if (sum !== 0 || basic !== flowSum)
    throw new Error(`unbalanced entry ${kind} ${objectKey}: sum ${sum}, basic ${basic}, flows ${flowSum}`);
  let balanceFen = basicBalanceFen(balances(world));
  const entry: BookEntry = {
    entryNumber: world.state.wechatPay.books.length + 1,
    atMs: atMs ?? world.clock.now(),
    kind,
    objectKey,
    postings: postings.filter((posting) => posting.amountFen !== 0),
    flows: flows
      .filter((flow) => flow.amountFen !== 0)
      .map((flow) => {
        balanceFen += flow.amountFen;
        return { ...flow, balanceFen, flowNumber: nextDecimalNumber(world, '1', 28), voucher: objectKey };
      }),
  };
  world.state.wechatPay.books.push(entry);
  world.touch();
}

/** Handling fee of a remaining amount, rounded half up to the fen. */
export const feeOf = (amountFen: number, feeRateBp: number): number =>
  Number((BigInt(amountFen) * BigInt(feeRateBp) * 2n + 10_000n) / 20_000n);

/** Money that the merchant pays in from a bank account. */
export function topUp(world: World, amountFen: number): void {
  book(
    world,
    'topUp',
    'top-up',
    [
      { account: 'funding', amountFen: -amountFen },
      { account: 'available', amountFen },
    ],
    [{ businessNumber: nextDecimalNumber(world, '60', 28), businessName: '充值', businessType: '充值', amountFen }],
  );
}
