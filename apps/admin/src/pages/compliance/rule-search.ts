import type { Rule } from './guard-types';

/** Rules whose fields are those wanted; `text` is looked for in id, explanation and alternative of both languages. */
export function matchingRules(rules: readonly Rule[], { text = '', ...wanted }: Readonly<Record<string, string>>): Rule[] {
  const sought = text.trim().toLowerCase();
  return rules
    .filter((rule) => [rule.ruleId, rule.zh, rule.en, rule.fixZh, rule.fixEn].some((part) => part.toLowerCase().includes(sought)))
    .filter((rule) => Object.entries(wanted).every(([key, value]) => String(rule[key as keyof Rule]) === value));
}
