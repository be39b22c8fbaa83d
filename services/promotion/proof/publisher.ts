import { DAY_MS, MINUTE_MS } from '@qianxing/time';
import type { LogFinding, TickOutcome } from '@qianxing/transparency-log';
import type { PromotionContext } from '../context';

const AUDIT_EVERY_MS = DAY_MS;
/** A start is busy enough. */
const FIRST_AUDIT_AFTER_MS = 10 * MINUTE_MS;

/**
 * The log's job: start-up guard, sequencing, publication, and once a day the audit, one after the other so that the audit does not watch a
 * publication in the middle. Says once, not at every turn, when the log may not sign. Answers how many leaves it numbered.
 */
export function createPublisher({ proofLog, platform }: Pick<PromotionContext, 'proofLog' | 'platform'>): () => Promise<number> {
  const { clock, log: lines } = platform;
  let lastComplaint: string | undefined;
  let auditDueAt = clock.now() + FIRST_AUDIT_AFTER_MS;

  return async () => {
    const outcome = await proofLog.log.tick();
    const complaint = complaintOf(outcome);
    if (complaint !== lastComplaint) {
      if (complaint !== undefined) lines.error({ origin: proofLog.origin, complaint }, 'the transparency log is not published');
      else lines.info({ origin: proofLog.origin }, 'the transparency log is published again');
    }
    lastComplaint = complaint;
    if (clock.now() >= auditDueAt) {
      auditDueAt = clock.now() + AUDIT_EVERY_MS;
      for (const finding of await findingsOfTwoAudits(() => proofLog.log.audit()))
        lines.error({ origin: proofLog.origin, ...finding }, 'the transparency log does not agree with itself');
    }
    return outcome.status === 'done' ? outcome.sequenced : 0;
  };
}

/** Why the newest leaves are not published; undefined when they are. */
function complaintOf(outcome: TickOutcome): string | undefined {
  const latest = outcome.status === 'done' ? outcome.published : outcome;
  switch (latest.status) {
    case 'published':
      return undefined;
    case 'waiting':
      return latest.reason;
    case 'refused':
      return latest.fault.message;
    default:
      return latest satisfies never;
  }
}

/** What one audit finds may be a movement that was being recorded at that instant; what two find is there. */
export async function findingsOfTwoAudits(audit: () => Promise<readonly LogFinding[]>): Promise<readonly LogFinding[]> {
  const first = await audit();
  if (first.length === 0) return [];
  const second = await audit();
  return second.filter((finding) => first.some((other) => other.check === finding.check && other.subject === finding.subject));
}
