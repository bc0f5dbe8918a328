/**
 * A soak test of the dashboard: `make soak-dashboard`, or `MINUTES=1 node dashboard/soak.mjs`.
 *
 * The dashboard shows 50 series at 10 Hz for ten minutes. The browser measures the cost: the processor time of the page's process,
 * the heap after a garbage collection, and the longest frame. An empty page in a separate browser measures its frames too. Its
 * delays are caused by the machine, not by the dashboard.
 */

import assert from 'node:assert/strict';
import { launch, openTab } from './browser.mjs';
import { ScriptedServer, batch, metric } from './scripted-server.mjs';

const MINUTES = Number(process.env.MINUTES ?? 10);
const HERTZ = 10;
const WARM_UP_SECONDS = 30;
const MAX_CORE_SHARE = 0.25;
const MAX_FRAME_MILLIS = 100;
const MAX_HEAP_GROWTH_BYTES = 5e6;
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

const server = await new ScriptedServer({ clock: () => Date.now() / 1000 }).listen();
const [browser, idleBrowser] = [await launch(), await launch()];
const idleTab = await openTab(idleBrowser);
const tab = await openTab(browser);
await tab.page.goto(server.url());
await tab.waitForState('connected');
const sendTimer = setInterval(sendMetrics, 1000 / HERTZ);
const pageSession = await tab.page.context().newCDPSession(tab.page);
const browserSession = await browser.newBrowserCDPSession();
await pageSession.send('Performance.enable');

await tab.page.waitForTimeout(WARM_UP_SECONDS * 1000);
await Promise.all([tab, idleTab].map(({ page }) => page.evaluate(measureFrames)));
const [startProcessorSeconds, start] = [await processorSeconds(), performance.now()];
const heapSizes = [];
for (let minute = 0; minute < MINUTES; minute++) {
  await sleep(60_000);
  heapSizes.push(await heapSize());
  console.log(`minute ${minute + 1}: heap ${(heapSizes.at(-1) / 1e6).toFixed(1)} MB, longest frame ${await longestFrame(tab)} ms, ${await longestFrame(idleTab)} ms in an empty page`);
}
const seconds = (performance.now() - start) / 1000;
const coreShare = ((await processorSeconds()) - startProcessorSeconds) / seconds;
const [longest, longestIdle] = [await longestFrame(tab), await longestFrame(idleTab)];
const rows = await tab.page.getAttribute('[data-channel="workflow.metrics"] [data-chart]', 'data-rows');
clearInterval(sendTimer);
// The first minutes are excluded: the window must fill up before the heap can be compared.
const growth = heapSizes.at(-1) - heapSizes[Math.min(5, heapSizes.length - 1)];
console.log(`50 series at ${HERTZ} Hz for ${MINUTES} min: ${(100 * coreShare).toFixed(1)} % of a core, longest frame ${longest} ms (${longestIdle} ms in an empty page), heap growth ${(growth / 1e6).toFixed(1)} MB after the window was full, ${rows} rows per chart`);
await tab.close();
await Promise.all([browser.close(), idleBrowser.close()]);
await server.close();
assert.deepEqual(tab.errors, []);
assert.ok(coreShare < MAX_CORE_SHARE, `${coreShare} of a core`);
assert.ok(longest <= Math.max(MAX_FRAME_MILLIS, 1.5 * longestIdle), `longest frame ${longest} ms, compared with ${longestIdle} ms in an empty page`);
assert.ok(growth < MAX_HEAP_GROWTH_BYTES, `the heap grew by ${growth} bytes`);

/** Sends ten metric names with five series each. */
function sendMetrics() {
  const now = Date.now() / 1000;
  const metrics = Array.from({ length: 50 }, (_, i) =>
    metric(`load.${i % 10}`, 50 + 40 * Math.sin(now / 10 + i), now, { region: `r${Math.floor(i / 10)}` }, 'workflow.metrics'),
  );
  server.send(batch(...metrics));
}

/** Measures the longest frame. Runs in the page. Ignores frames while `window.isExcluded` is set. */
function measureFrames() {
  window.longest = 0;
  let last = performance.now();
  const frame = (now) => {
    window.longest = Math.max(window.longest, window.isExcluded ? 0 : now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

async function longestFrame({ page }) {
  return Math.round(await page.evaluate(() => window.longest));
}

/** Returns the processor time of the page's process. */
async function processorSeconds() {
  const { processInfo } = await browserSession.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Returns the heap size after a full garbage collection. Frames during the collection are excluded, as the test causes it. */
async function heapSize() {
  await tab.page.evaluate(() => { window.isExcluded = true; });
  await pageSession.send('HeapProfiler.collectGarbage');
  await tab.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(window.isExcluded = false))));
  const { metrics } = await pageSession.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize').value;
}
