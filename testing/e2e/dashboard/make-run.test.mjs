/** Tests of the README's first commands: they build and start the server, and the dashboard shows live data. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sender, measureUntilBelow, printedVariables } from '../otlp.mjs';
import { startServer } from '../server.mjs';
import { launch, openTab } from './browser.mjs';

const MAX_MILLIS = 3_000;
const MAX_LOADS = 10;
const MAX_EXPORT_MILLIS = 1_000;
const MAX_ROUNDS = 30;

test('after make run, the first chart moves within three seconds of opening the page', { timeout: 600_000 }, async (t) => {
  const server = await startServer({ command: 'make run' });
  t.after(() => server.kill());
  const browser = await launch();
  t.after(() => browser.close());
  const durations = await measureUntilBelow(MAX_MILLIS, MAX_LOADS, async () => {
    const tab = await openTab(browser);
    const start = performance.now();
    await tab.page.goto(server.url);
    const rows = () => tab.page.evaluate(() => Number(document.querySelector('[data-chart=memory]').dataset.rows));
    await tab.waitForValues('memory.percent', 1);
    await tab.page.waitForFunction((before) => Number(document.querySelector('[data-chart=memory]').dataset.rows) > before, await rows());
    const duration = performance.now() - start;
    await tab.close();
    return duration;
  });
  t.diagnostic(`${durations.join(', ')} ms`);
  assert.ok(durations.at(-1) < MAX_MILLIS, `${durations} ms until the chart moved`);
});

test('after OTLP=on make run, the dashboard shows a value of another program within a second', { timeout: 600_000 }, async (t) => {
  const server = await startServer({ command: 'make run', env: { OTLP: 'on' } });
  t.after(() => server.kill());
  const browser = await launch();
  t.after(() => browser.close());
  const { page } = await openTab(browser);
  await page.goto(server.url);
  const sender = new Sender('proto', { ...(await printedVariables(server)), OTEL_SERVICE_NAME: 'shop' });
  t.after(() => sender.kill());
  const durations = await measureUntilBelow(MAX_EXPORT_MILLIS, MAX_ROUNDS, async (round) => {
    const began = await sender.round();
    await page.waitForSelector(`[data-chart="application.metrics/round"] td[data-value="${round}"]`, { state: 'attached' });
    return Date.now() - began;
  });
  t.diagnostic(`${durations.join(', ')} ms`);
  assert.ok(durations.at(-1) < MAX_EXPORT_MILLIS, `${durations} ms until the dashboard showed the value`);
});
