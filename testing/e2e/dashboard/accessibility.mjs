/** The accessibility rules of WCAG 2.2, A and AA, on the current state of a page. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** An expression, as Firefox has it evaluated. Its value is a text, as that of any expression there. */
const CHECK = `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')).join('\\n'))`;

/**
 * Asserts that axe finds no violation. The page's policy forbids scripts of others, so the browser evaluates axe itself.
 *
 * @param {{page: {evaluate: (expression: string) => Promise<any>}}} tab a tab of Chromium; for Firefox, its tab is the page
 */
export async function checkAccessibility({ page }) {
  await page.evaluate(`${AXE}; true`);
  assert.equal(await page.evaluate(CHECK), '');
}
