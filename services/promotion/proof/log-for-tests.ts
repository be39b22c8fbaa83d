import type { ResponseOf } from '@qianxing/http';
import { parseVerifierKey, type Trust, verifyAccount } from '@qianxing/transparency-log/verify';
import { promotionContract } from '../contract';
import type { Room } from '../testing/room';

type Records = ResponseOf<typeof promotionContract.promoterRecords>;
export type Promoter = Awaited<ReturnType<Room['rich']>>;

/** What tests of the log do in a room. */
export function logIn(room: Room) {
  const run = async (name: string): Promise<number> => {
    const job = room.service.jobs.find((candidate) => candidate.name === name);
    if (job === undefined) throw new Error(`no job ${name}`);
    return job.run();
  };
  const trust = async (): Promise<Trust> => {
    const answered = await room.call(promotionContract.transparencyLog, { kind: 'anonymous' });
    if (!answered.ok) throw new Error(answered.problem.code);
    const logKey = parseVerifierKey(answered.value.verifierKey);
    if (!logKey.ok) throw new Error(logKey.fault.message);
    return { origin: answered.value.origin, logKey: logKey.value };
  };
  return {
    run,
    publish: () => run('promotion.publishLog'),
    trust,
    async recordsOf(promoter: Pick<Promoter, 'actor'>, query = {}): Promise<Records> {
      const answered = await room.call(promotionContract.promoterRecords, promoter.actor, { query });
      if (!answered.ok) throw new Error(answered.problem.code);
      return answered.value;
    },
    /** All proofs of a page, verified as the promoter would. */
    async verify({ items }: Records) {
      const account = verifyAccount(
        items.map(({ proof }) => proof ?? ''),
        await trust(),
      );
      if (!account.ok) throw new Error(`${account.fault.code}: ${account.fault.message}`);
      return account.value;
    },
    async withdraw(promoter: Promoter, amountFen: number): Promise<string> {
      const answered = await room.call(promotionContract.requestWithdrawal, promoter.actor, { body: { amountFen, rail: 'transfer' } });
      if (!answered.ok) throw new Error(answered.problem.code);
      return answered.value.withdrawalId;
    },
  };
}
