import type { Program } from '../runtime/program';

export interface CheckReport {
  readonly checks: number;
  readonly findings: readonly { readonly check: string; readonly subject: string; readonly message: string }[];
}

/** Runs every service's checks on a database at rest. A check that cannot run is a finding, not a success. */
export async function runChecks(program: Program): Promise<CheckReport> {
  const checks = program.services.all.flatMap((service) => service.checks);
  const findings: CheckReport['findings'][number][] = [];
  for (const check of checks) {
    try {
      findings.push(...(await check.run()));
    } catch (error) {
      findings.push({
        check: check.name,
        subject: '-',
        message: `the check could not run: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
  }
  const lag = await program.bus.lag();
  if (lag.deadLetters > 0)
    findings.push({ check: 'events.noDeadLetters', subject: String(lag.deadLetters), message: 'deliveries that nobody could take' });
  return { checks: checks.length + 1, findings };
}

export function printReport(report: CheckReport, write: (text: string) => void): void {
  for (const finding of report.findings) write(`✗ ${finding.check}  ${finding.subject}  ${finding.message}\n`);
  write(
    report.findings.length === 0
      ? `✓ ${report.checks} checks, nothing found 全部通过\n`
      : `${report.findings.length} findings in ${report.checks} checks 发现问题\n`,
  );
}
