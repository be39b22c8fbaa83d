import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Faults of WCAG 2.1 A and AA on a page that keep people out: `impact rule: elements`. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const tags = JSON.stringify(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']);
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, { runOnly: { type: 'tag', values: ${tags} } })`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, impact, nodes }) =>
        `${impact} ${id}: ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 160))
          .join(' | ')} (${nodes.length})`,
    );
}
