import type { Program } from '../runtime/program';

/** After a restored backup: takes the leaves that the database lost back from the published files. Answers whether the log goes on. */
export async function recoverLog(program: Program, say: (text: string) => void): Promise<boolean> {
  await program.migrate();
  const outcome = await program.services.promotion.recoverLog();
  if ('refused' in outcome) {
    say(`无法恢复 not recovered: ${outcome.refused}\n`);
    return false;
  }
  say(`已从公开文件取回 taken back from the published files: ${outcome.recovered}\n`);
  return true;
}
