/** A test of the README's first command: it builds and starts the server, and the dashboard shows live data. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../server.mjs';
import { launch, openTab } from './browser.mjs';

const MAX_MILLIS = 3_000;
const LOADS = 3; // the fastest load counts, because the machine may be busy during one of them

test('after make run, the first chart moves within three seconds of opening the page', { timeout: 400_000 }, async (t) => {
  const server = await startServer({ command: 'make run' });
  t.after(() => server.kill());
  const browser = await launch();
  t.after(() => browser.close());
  const durations = [];
  for (let i = 0; i < LOADS; i++) {
    const tab = await openTab(browser);
    const start = performance.now();
    await tab.page.goto(server.url);
    const rows = () => tab.page.evaluate(() => Number(document.querySelector('[data-chart=memory]').dataset.rows));
    await tab.waitForValues('memory.percent', 1);
    await tab.page.waitForFunction((before) => Number(document.querySelector('[data-chart=memory]').dataset.rows) > before, await rows());
    durations.push(Math.round(performance.now() - start));
    await tab.close();
  }
  t.diagnostic(`${durations.join(', ')} ms`);
  assert.ok(Math.min(...durations) < MAX_MILLIS, `${durations} ms until the chart moved`);
});
