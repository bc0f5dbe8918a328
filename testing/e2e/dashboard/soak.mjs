/**
 * The dashboard under load for a while: `make soak-dashboard`, or `MINUTES=1 node dashboard/soak.mjs`.
 *
 * 50 series at 10 Hz for ten minutes. What it costs is told by the browser: the processor time of the page's process, the
 * heap after a collection, and the longest frame. Beside it an empty page in a browser of its own counts its frames: what that
 * one waits for is the machine's doing, not ours.
 */

import assert from 'node:assert/strict';
import { launch, openTab } from './browser.mjs';
import { ScriptedServer, batch, metric } from './scripted-server.mjs';

const MINUTES = Number(process.env.MINUTES ?? 10);
const HERTZ = 10;
const WARM_UP_SECONDS = 30;
const MAX_CORE = 0.25;
const MAX_FRAME_MILLIS = 100;
const MAX_HEAP_GROWTH_BYTES = 5e6;
const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

const server = await new ScriptedServer().listen();
const [browser, other] = [await launch(), await launch()];
const idle = await openTab(other);
const tab = await openTab(browser);
await tab.page.goto(server.url());
await tab.state('connected');
const stream = setInterval(send, 1000 / HERTZ);
const cdp = await tab.page.context().newCDPSession(tab.page);
const whole = await browser.newBrowserCDPSession();
await cdp.send('Performance.enable');

await tab.page.waitForTimeout(WARM_UP_SECONDS * 1000);
await Promise.all([tab, idle].map(({ page }) => page.evaluate(countFrames)));
const [before, began] = [await processorSeconds(), performance.now()];
const heaps = [];
for (let minute = 0; minute < MINUTES; minute++) {
  await pause(60_000);
  heaps.push(await heap());
  console.log(`minute ${minute + 1}: heap ${(heaps.at(-1) / 1e6).toFixed(1)} MB, longest frame ${await longestFrame(tab)} ms, of an empty page ${await longestFrame(idle)} ms`);
}
const seconds = (performance.now() - began) / 1000;
const core = ((await processorSeconds()) - before) / seconds;
const [longest, longestIdle] = [await longestFrame(tab), await longestFrame(idle)];
const rows = await tab.page.getAttribute('[data-channel="workflow.metrics"] [data-chart]', 'data-rows');
clearInterval(stream);
// The collections of garbage for the heap's sake are ours; so the growth is told from the second minute's on.
const growth = heaps.at(-1) - heaps[Math.min(5, heaps.length - 1)];
console.log(`50 series at ${HERTZ} Hz for ${MINUTES} min: ${(100 * core).toFixed(1)} % of a core, the longest frame ${longest} ms (of an empty page ${longestIdle} ms), heap ${(growth / 1e6).toFixed(1)} MB more after the window was full, ${rows} rows a chart`);
await tab.close();
await Promise.all([browser.close(), other.close()]);
await server.close();
assert.deepEqual(tab.errors, []);
assert.ok(core < MAX_CORE, `${core} of a core`);
assert.ok(longest <= Math.max(MAX_FRAME_MILLIS, 1.5 * longestIdle), `a frame of ${longest} ms, where an empty page has one of ${longestIdle} ms`);
assert.ok(growth < MAX_HEAP_GROWTH_BYTES, `the heap grew by ${growth} bytes`);

/** Ten names with five series each. */
function send() {
  const now = Date.now() / 1000;
  const metrics = Array.from({ length: 50 }, (_, i) =>
    metric(`load.${i % 10}`, 50 + 40 * Math.sin(now / 10 + i), now, { region: `r${Math.floor(i / 10)}` }, 'workflow.metrics'),
  );
  server.send(batch(...metrics));
}

/** Runs in the page. Frames are not counted while `window.excused`. */
function countFrames() {
  window.longest = 0;
  let last = performance.now();
  const frame = (now) => {
    window.longest = Math.max(window.longest, window.excused ? 0 : now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

async function longestFrame({ page }) {
  return Math.round(await page.evaluate(() => window.longest));
}

/** Of the page's process. */
async function processorSeconds() {
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** The whole heap is collected for this, which nobody but us asks for: frames that wait for it are excused. */
async function heap() {
  await tab.page.evaluate(() => { window.excused = true; });
  await cdp.send('HeapProfiler.collectGarbage');
  await tab.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(window.excused = false))));
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize').value;
}
