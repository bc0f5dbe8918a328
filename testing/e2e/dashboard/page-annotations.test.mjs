/** Tests of the marks on the time axis: events of the application, starts of processes, and losses. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { open, reopenTab, selectOption, server, showPast, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';
const DEPTH = `[data-chart="${CHANNEL}/depth"]`;
const EVENT = 'Deployment: Release 1.4.2';
const depth = (time) => metric('depth', time % 7, NOON + time, { host: 'a' }, CHANNEL);
const event = (time, tags = { text: 'Release 1.4.2', kind: 'deployment' }) => metric('annotation', 1, NOON + time, tags, CHANNEL);
/** A minute of values and one event, if the request names them. */
const history = ({ channel, metrics }) => (channel !== CHANNEL ? [] : [
  ...(metrics.includes('depth') ? Array.from({ length: 60 }, (_, i) => depth(60 + i)) : []),
  ...(metrics.includes('annotation') ? [event(100, { text: 'Cache cleared' })] : []),
]);

const requests = (name) => server.commands('get_history').filter(({ data }) => data.metrics.includes(name));
const waitForEvents = (expected) =>
  tab.page.waitForFunction((wanted) => [...document.querySelectorAll('.events .event-text')].map((each) => each.textContent).join() === wanted, expected.join());

/** Records the places of the lines at the marks in the last picture of the page. */
function recordMarks() {
  return tab.page.addInitScript(() => {
    window.marks = [];
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...area) {
      window.marks = [];
      return clear.apply(this, area);
    };
    const moveTo = CanvasRenderingContext2D.prototype.moveTo;
    CanvasRenderingContext2D.prototype.moveTo = function (x, y) {
      this.globalAlpha > 0.59 && this.globalAlpha < 0.61 && window.marks.push(x);
      return moveTo.call(this, x, y);
    };
  });
}

async function openChart(options = {}) {
  await recordMarks();
  await open({ history, ...options });
  server.send(batch(depth(119), event(119)));
  await tab.page.waitForSelector(`${DEPTH}[data-rows="60"] canvas`, { state: 'attached' });
}

describe('the marks on the time axis', { timeout: 600_000 }, () => {
  useTab();

  test('event_published_isAMarkAndAnEntryAndAnAnnouncementButNoChart', async () => {
    await openChart();
    await tab.waitForText('#announcement', `Event: ${EVENT}`);
    await tab.page.waitForFunction(() => window.marks.length === 2);
    await tab.waitForText('#events summary', 'Events in this range: 2');
    await waitForEvents([EVENT, 'Cache cleared']);
    assert.equal(await tab.page.locator('[data-chart="agent.metrics/annotation"]').count(), 0);
    assert.equal(requests('annotation').length, 1, 'its history is loaded once');
    await tab.page.click('#events summary');
    assert.match(await tab.page.locator('.events li').first().innerText(), /^\d\d:01:59\s+Deployment: Release 1\.4\.2\s+agent\.metrics$/);
    await checkAccessibility(tab);
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });

  test('pointerAndKeyboardAtAMark_showAndReadItsText', async () => {
    await openChart({ fragment: `#token=a.b.c&from=${new Date((NOON + 60) * 1000).toISOString()}&to=${new Date((NOON + 120) * 1000).toISOString()}` });
    await tab.page.waitForFunction(() => window.marks.length === 2);
    const plot = tab.page.locator(`${DEPTH} .u-over`);
    const box = await plot.boundingBox();
    await tab.page.mouse.move(box.x + (box.width * 40) / 60, box.y + 60);
    await tab.page.waitForFunction((chart) => /:01:40 Cache cleared$/.test(document.querySelector(`${chart} .chart-note`)?.textContent), DEPTH);
    assert.equal(await tab.page.locator('.chart-note:visible').count(), 1, 'only in the chart at the pointer');
    await checkAccessibility(tab);
    await tab.page.mouse.move(box.x + (box.width * 20) / 60, box.y + 60);
    await tab.page.waitForSelector(`${DEPTH} .chart-note`, { state: 'hidden' });
    await tab.page.mouse.move(0, 0);
    await tab.page.focus(`${DEPTH} .chart-plot`);
    for (let i = 0; i < 20; i++) {
      await tab.page.keyboard.press('ArrowLeft');
    }
    await tab.page.waitForFunction(() => /Cache cleared$/.test(document.querySelector('#announcement').textContent));
    assert.match(await tab.page.locator(`${DEPTH} .chart-note`).innerText(), /Cache cleared$/);
    await tab.page.keyboard.press('ArrowLeft');
    await tab.page.keyboard.press('ArrowLeft');
    await tab.page.waitForFunction(() => !/Cache cleared/.test(document.querySelector('#announcement').textContent));
  });

  test('processWithAnUptime_hasItsStartsAlsoFromHistory', async () => {
    const uptime = (time, value) => metric('process.uptime', value, NOON + time);
    await open({ history: ({ metrics }) => (metrics.includes('process.uptime') ? [uptime(20, 500), uptime(50, 20), uptime(60, 30)] : []) });
    server.send(batch(uptime(119, 9)));
    await waitForEvents(['Process started on web-1', 'Process started on web-1']);
    await tab.page.click('#events summary');
    const times = await tab.page.locator('.event-time').allInnerTexts();
    assert.deepEqual(times.map((time) => time.slice(3)), ['01:50', '00:30']);
  });

  const interruption = () => [...document.querySelectorAll('.event-text')].some((each) => /^Connection interrupted for [1-9]\d? s$/.test(each.textContent));
  const reconnect = async () => {
    const before = server.attempts.length;
    server.dropClients();
    await server.until(() => server.attempts.length > before);
  };

  test('lossesAndInterruptions_areEntries', async () => {
    await openChart();
    server.send({ type: 'lagged', channel: CHANNEL, missed: 1_234 });
    await waitForEvents(['1,234 metrics of agent.metrics were not received', EVENT, 'Cache cleared']);
    server.send({ type: 'lagged', channel: CHANNEL, missed: null });
    await waitForEvents(['Some metrics of agent.metrics were not received', '1,234 metrics of agent.metrics were not received', EVENT, 'Cache cleared']);
    await reconnect();
    await tab.page.waitForFunction(interruption);
  });

  test('interruptionInALongRange_lastsAsLongAsItDid', async () => {
    await open({ fragment: '#token=a.b.c&window=24h' });
    await server.until(() => server.commands('subscribe').some(({ data }) => data.aggregation_interval === '5m'));
    server.send(batch({ ...depth(-480), interval: '5m', count: 300, min: 1, max: 6 }));
    await tab.page.waitForSelector(`${DEPTH}[data-rows="1"]`, { state: 'attached' });
    await reconnect();
    await tab.page.waitForFunction(interruption);
  });

  test('lossesOfAnOwnDashboard_areEntriesAndCounted', async () => {
    const dashboard = { name: 'Agents', charts: [{ title: 'Depth', channel: CHANNEL, metrics: ['depth'] }, { title: 'By host', channel: CHANNEL, metrics: ['depth'], tags: { host: 'a' } }] };
    await open({ files: { 'dashboards/index.json': '["agents.json"]', 'dashboards/agents.json': JSON.stringify(dashboard) }, fragment: '#token=a.b.c&dashboard=Agents' });
    await server.until(() => server.commands('subscribe').filter(({ data }) => data.metrics?.includes('depth')).length === 2); // one for each filter
    server.send(batch(metric('depth', 1, server.now, {}, CHANNEL)));
    await tab.page.waitForFunction(() => /^\d+$/.test(document.querySelector('#delay').textContent));
    server.send({ type: 'lagged', channel: CHANNEL, missed: 20 });
    await tab.waitForText('[data-stat=missed]', '60'); // this server sends it also to the connection without subscriptions
    const lost = '20 metrics of agent.metrics were not received';
    await waitForEvents([lost, lost, lost]);
    server.dropClients();
    await tab.page.waitForFunction(interruption);
    const texts = await tab.page.locator('.event-text').allTextContents();
    assert.equal(texts.filter((text) => text === lost).length, 3, `${texts}`);
  });

  test('groupOfSeries_hasTheEventsOfHistory', async () => {
    await openChart();
    await waitForEvents([EVENT, 'Cache cleared']);
    const before = requests('annotation').length;
    await tab.page.selectOption('#group-by', 'host');
    await server.until(() => server.commands('subscribe').findLast(({ data }) => data.channels.includes(CHANNEL)).data.group_by);
    server.send(batch({ ...metric('annotation', 1, NOON + 119, {}, CHANNEL), interval: '1s', count: 1, min: 1, max: 1 }, { ...depth(119), interval: '1s', count: 1, min: 1, max: 1 }));
    await server.until(() => requests('annotation').length > before);
    await waitForEvents(['Cache cleared']);
    assert.equal(await tab.page.locator('[data-chart="agent.metrics/annotation"]').count(), 0);
  });

  test('eventsOfAHiddenChannelOrAnotherRange_areNotShown', async () => {
    await openChart();
    await waitForEvents([EVENT, 'Cache cleared']);
    await tab.page.uncheck(`#channels input[value="${CHANNEL}"]`);
    await tab.page.waitForSelector('#events', { state: 'hidden' });
    await tab.page.check(`#channels input[value="${CHANNEL}"]`);
    server.send(batch(depth(119)));
    await tab.page.waitForSelector('#events', { state: 'visible' });
    await selectOption('1m');
    await tab.page.waitForFunction(() => document.querySelectorAll('.event-text').length >= 1);
    await showPast(NOON - 7_200, NOON - 3_600);
    await tab.page.waitForSelector('#events', { state: 'hidden' });
  });

  test('ownDashboard_hasTheEventsOfItsChannels', async () => {
    const dashboard = { name: 'Agents', charts: [{ title: 'Depth', channel: CHANNEL, metrics: ['depth'] }] };
    await recordMarks();
    await open({ history, files: { 'dashboards/index.json': '["agents.json"]', 'dashboards/agents.json': JSON.stringify(dashboard) }, fragment: '#token=a.b.c&dashboard=Agents' });
    await server.until(() => server.commands('get_history').some(({ data }) => data.metrics?.includes('annotation')));
    server.send(batch(depth(119), event(119)));
    await waitForEvents([EVENT, 'Cache cleared']);
    await tab.page.waitForFunction(() => window.marks.length === 2);
    assert.equal(await tab.page.locator('#own-charts .chart').count(), 1, 'an event has no chart');
    await checkAccessibility(tab);
  });

  test('codeNotLoaded_pageWorksWithoutEvents', async () => {
    await tab.page.route('**/annotations.js', (route) => route.abort());
    await openChart();
    server.send({ type: 'lagged', channel: CHANNEL, missed: 1_234 });
    server.send(batch(metric('depth', 1, NOON + 119, { host: 'b' }, CHANNEL), event(115)));
    await tab.page.waitForFunction((chart) => document.querySelectorAll(`${chart} .chart-legend [data-line]`).length === 2, DEPTH);
    assert.equal(await tab.page.locator('#events').count(), 0);
    assert.deepEqual(tab.errors.filter((each) => !/Failed to load resource/.test(each)), [], 'no rejection is unhandled');
  });

  test('marks_onAPhoneInTheDark_areDrawnAndFit', async () => {
    await reopenTab({ viewport: { width: 360, height: 740 }, colorScheme: 'dark', forcedColors: 'active', reducedMotion: 'reduce' });
    await openChart();
    server.send(batch(event(119, { text: 'a-very-long-text-without-a-space-'.repeat(7) })));
    await tab.page.waitForFunction(() => document.querySelectorAll('.event-text').length === 3);
    await tab.page.click('#events summary');
    await tab.page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth); // no horizontal scrolling
    await checkAccessibility(tab);
  });
});
