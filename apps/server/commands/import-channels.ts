import type { Program } from '../runtime/program';

/** Fetches, previews and applies the Channels shop in one go, without a running server. Answers whether everything acceptable was applied. */
export async function importChannels(program: Program, say: (text: string) => void): Promise<boolean> {
  const outcome = await program.services.catalog.importChannels((progress) => {
    say(`\r${progress.status} ${progress.percent}% `);
  });
  say(
    `\n新增 new ${outcome.new} · 更新 changed ${outcome.changed} · 未变 unchanged ${outcome.unchanged} · 拒绝 refused ${outcome.refused} · 失败 failed ${outcome.failed}\n`,
  );
  for (const refused of outcome.refusals)
    say(`  ✗ ${refused.title}: ${refused.reasons.map((reason) => `${reason.zh} / ${reason.en}`).join('; ')}\n`);
  return outcome.failed === 0;
}
