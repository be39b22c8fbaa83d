import type { Evaluation } from './evaluate';

/** The result in one sentence. It never says that something complies: a pack knows only the violations that it knows. */
export function summaryOf({ packId, findings }: Pick<Evaluation, 'packId' | 'findings'>): { readonly zh: string; readonly en: string } {
  if (findings.length === 0)
    return {
      zh: `按规则包 ${packId} 未发现已知违规项`,
      en: `No known violation was found under rule pack ${packId}; this is not legal advice`,
    };
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  return {
    zh: `按规则包 ${packId} 发现 ${findings.length} 项：阻止 ${count('block')}、警告 ${count('warn')}、提示 ${count('info')}`,
    en: `${findings.length} findings under rule pack ${packId}: ${count('block')} block, ${count('warn')} warn, ${count('info')} info`,
  };
}
