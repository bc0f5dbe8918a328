/** Tests of the values that the page shows: hosts, charts, limits and screens. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { open, selectOption, server, statSelector, tab, useTab } from './page-fixture.mjs';
import { CHANNELS, NOON, batch, metric, reply, sendWelcome } from './scripted-server.mjs';

describe('the charts of the page', { timeout: 600_000 }, () => {
  useTab();

  test('shows that it is waiting, then shows batches and single metrics', async () => {
    await open();
    await tab.waitForVisible('#empty');
    assert.equal(await tab.page.locator('#system').isVisible(), false);
    server.send(batch(metric('cpu.percent', 12.5, NOON), metric('cpu.count', 8, NOON), metric('memory.percent', 50, NOON)));
    server.send(metric('cpu.percent', 25, NOON + 1));
    await tab.waitForValue('cpu.percent', 25);
    await tab.waitForText('[data-tile=cpu] .tile-value', '25.0 %');
    await tab.waitForText('[data-tile=cpu] .tile-detail', '8 cores · peak 25.0 %');
    await tab.waitForText('[data-tile=memory] .tile-value', '50.0 %');
    await tab.waitForText('#host-name', 'web-1');
    assert.deepEqual(await tab.values('cpu.percent'), [
      { time: NOON + 1, value: 25, text: '25.0 %' },
      { time: NOON, value: 12.5, text: '12.5 %' },
    ]);
    const isVisible = (selector) => tab.page.locator(selector).isVisible();
    assert.deepEqual([await isVisible('[data-chart=cpu] .chart-empty'), await isVisible('#empty')], [false, false]);
    assert.deepEqual([await isVisible('[data-chart=network]'), await isVisible('[data-tile=network]')], [false, false], 'no network value arrived');
  });

  test('computes network rates from counters, also after a reset', async () => {
    await open();
    [1_000_000, 3_500_000, 400, 1_400].forEach((total, i) =>
      server.send(batch(metric('network.bytes_recv', total, NOON + i), metric('network.bytes_sent', 2 * total, NOON + i))),
    );
    await tab.waitForValue('network.bytes_recv.rate', 1_000);
    const received = await tab.values('network.bytes_recv.rate');
    assert.deepEqual(received.map(({ value }) => value), [1_000, 2_500_000], 'no spike where the counter was reset');
    await tab.waitForText('[data-tile=network] .tile-value', '1.0 kB/s');
    await tab.waitForText('[data-tile=network] .tile-detail', '↓ in · ↑ 2.0 kB/s out');
  });

  test('shows external text as plain text', async () => {
    const hostileText = '<img src=x onerror="document.title=\'owned\'"><b>host</b>';
    await open();
    server.send(batch(metric('cpu.percent', 1, NOON, { host: hostileText, constructor: 'x' })));
    server.send({ type: 'error', message: hostileText, code: hostileText });
    await tab.waitForText('#host-name', hostileText);
    await tab.waitForText('#error-banner-text', hostileText);
    server.send(batch(metric('cpu.percent', 1, NOON, { host: `${hostileText}2` })));
    await tab.waitForVisible('#host-select');
    assert.equal(await tab.page.locator('img').count(), 1, 'only the logo');
    assert.deepEqual([tab.errors, tab.violations], [[], []]);
  });

  test('separates several hosts and lets the user choose', async () => {
    await open();
    server.send(batch(metric('cpu.percent', 10, NOON, { host: 'web-1' }), metric('cpu.percent', 90, NOON, { host: 'web-2' })));
    await tab.waitForVisible('#host-select');
    await tab.waitForValue('cpu.percent', 10);
    await tab.page.selectOption('#host-select', 'web-2');
    await tab.waitForValue('cpu.percent', 90);
    await tab.waitForText('[data-tile=cpu] .tile-value', '90.0 %');
  });

  test('limits the number of hosts', async () => {
    await open();
    server.send(batch(...Array.from({ length: 100 }, (_, i) => metric('cpu.percent', i, NOON, { host: `h${i}` }))));
    await tab.waitForText(statSelector('ignored'), '36');
    assert.equal(await tab.page.locator('#host-select option:not([value="*"])').count(), 64);
  });

  test('shows new channels without a reload and without affecting existing ones', async () => {
    const channels = ['system.metrics'];
    await tab.page.clock.install();
    await open({ onMessage: (socket, message) => reply(socket, message, null, channels) });
    await server.until(() => server.commands('get_history').length === 1);
    server.send(batch(metric('cpu.percent', 5, NOON)));
    await tab.waitForValue('cpu.percent', 5);
    channels.push('late.metrics');
    await tab.page.clock.runFor(15_000);
    await tab.page.waitForSelector('#channels input[value="late.metrics"]:checked');
    await server.until(() => server.commands('subscribe').at(-1).data.channels[0] === 'late.metrics');
    server.send(batch(metric('queue.depth', 7, NOON + 1, { host: 'web-1' }, 'late.metrics')));
    await tab.waitForValue('queue.depth', 7);
    await server.until(() => server.commands('get_history').some(({ data }) => data.channel === 'late.metrics' && data.metrics[0] === 'queue.depth'));
    await tab.waitForRows('cpu', 1);
    server.dropClients(); // the next server has another channel
    channels.push('later.metrics');
    await tab.page.clock.runFor(5_000);
    await tab.page.waitForSelector('#channels input[value="later.metrics"]');
    assert.deepEqual(tab.errors.filter((each) => !/WebSocket/.test(each)), []);
  });

  test('scales values by the unit that the server sends, and shows the description', async () => {
    await open();
    await server.until(() => server.commands('subscribe').length === 2);
    const send = (metrics) => server.send({ type: 'metadata', channel: 'workflow.metrics', metrics });
    send({ depth: { unit: 'By', description: 'Depth of the queue' } });
    server.send(batch(metric('depth', 2048, NOON, {}, 'workflow.metrics')));
    const chart = '[data-chart="workflow.metrics/depth"]';
    await tab.waitForText(`${chart} .chart-legend`, '2.0 KiB');
    assert.equal(await tab.page.locator(`${chart} .chart-title`).getAttribute('title'), 'Depth of the queue');
    send({ depth: { unit: 'ms' } });
    await tab.waitForText(`${chart} .chart-legend`, '2.0 s');
    assert.deepEqual(tab.errors, []);
  });

  test('follows the system theme, respects reduced motion and violates no policy', async () => {
    await tab.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await open();
    server.send(batch(metric('cpu.percent', 42, NOON), metric('cpu.percent', 44, NOON + 1)));
    await tab.waitForValue('cpu.percent', 44);
    const backgroundColor = () => tab.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await backgroundColor();
    await tab.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await tab.page.waitForFunction((before) => getComputedStyle(document.body).backgroundColor !== before, light);
    await tab.page.hover('[data-chart=cpu] .u-over');
    await tab.waitForVisible('[data-chart=cpu] .chart-time');
    const animations = await tab.page.evaluate(() => document.getAnimations().length);
    assert.deepEqual([animations, tab.violations, tab.errors], [0, [], []]);
  });

  test('draws a burst of a thousand frames at most once per frame of the screen', async () => {
    await open();
    await tab.page.evaluate(() => {
      window.redraws = 0;
      window.mostRedraws = 0; // of one canvas, between two frames of the screen
      const drawn = new Map();
      requestAnimationFrame(function next() {
        drawn.clear();
        requestAnimationFrame(next);
      });
      const original = CanvasRenderingContext2D.prototype.clearRect;
      CanvasRenderingContext2D.prototype.clearRect = function (...args) {
        drawn.set(this.canvas, (drawn.get(this.canvas) ?? 0) + 1);
        window.redraws++;
        window.mostRedraws = Math.max(window.mostRedraws, drawn.get(this.canvas));
        return original.apply(this, args);
      };
    });
    for (let i = 0; i < 1_000; i++) {
      server.send(batch(metric('cpu.percent', i % 100, NOON + i / 10)));
    }
    await tab.waitForRows('cpu', 1000);
    await tab.waitForValue('cpu.percent', 99);
    const { redraws, mostRedraws } = await tab.page.evaluate(() => ({ redraws: window.redraws, mostRedraws: window.mostRedraws }));
    assert.ok(redraws > 0 && mostRedraws === 1, `${redraws} redraws for 1,000 frames, at most ${mostRedraws} per frame of the screen`);
  });

  test('fits a phone, also with a long host name and the banner', async () => {
    await tab.page.setViewportSize({ width: 320, height: 640 });
    await open({ onConnect: (socket) => server.attempts.length === 1 && sendWelcome(socket, server) }); // later connections get no welcome, so that the banner stays
    const waitUntilItFits = () => tab.page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth);
    server.send(batch(metric('cpu.percent', 42, NOON, { host: 'a'.repeat(200) }), metric('network.bytes_recv', 1, NOON)));
    await tab.waitForValue('cpu.percent', 42);
    await waitUntilItFits();
    server.send(batch(metric('cpu.percent', 42, NOON, { host: 'b'.repeat(200) })));
    await tab.waitForVisible('#host-select');
    await waitUntilItFits();
    server.send({ type: 'error', message: 'w'.repeat(200), code: 'X' });
    await tab.waitForVisible('#error-banner');
    server.dropClients();
    await tab.waitForVisible('#connection-banner');
    await waitUntilItFits();
  });

  test('shows a chart per metric name with a line per set of tags, for any name', async () => {
    await open();
    const names = ['queue.depth', 'constructor', '__proto__', 'toString'];
    for (let i = 0; i < 3; i++) {
      server.send(batch(...names.flatMap((name) => ['eu', 'us'].map((region) => metric(name, i, NOON + i, { region }, 'workflow.metrics')))));
    }
    await tab.waitForValue('constructor', 2);
    await tab.waitForValue('constructor#1', 2);
    assert.deepEqual((await tab.page.locator('[data-channel="workflow.metrics"] .chart-title').allTextContents()).sort(), [...names].sort());
    await tab.waitForText('[data-chart="workflow.metrics/queue.depth"] .chart-legend', 'eu2us2');
    assert.deepEqual(tab.errors, []);
  });

  test('limits ten thousand series, reports the limit and offers the filter', async () => {
    await open();
    for (let from = 0; from < 10_000; from += 1_000) {
      server.send(batch(...Array.from({ length: 1_000 }, (_, i) => metric(`m${(from + i) % 10}`, i, NOON, { n: String(from + i) }, 'agent.metrics'))));
    }
    await tab.waitForVisible('[data-channel="agent.metrics"] .more');
    await tab.page.waitForSelector('[data-channel="agent.metrics"] td[data-series]', { state: 'attached' }); // tables are drawn less often than charts
    const shown = await tab.page.locator('[data-channel="agent.metrics"] td[data-series]').count();
    assert.ok(shown > 0 && shown <= 200, `${shown} series are shown`);
    await tab.page.click('[data-channel="agent.metrics"] .more button');
    assert.equal(await tab.page.evaluate(() => document.activeElement?.id), 'tag-input');
    assert.deepEqual(tab.errors, []);
  });

  for (const width of [360, 1280]) {
    test(`fits a screen of ${width} pixels with long names`, async () => {
      await tab.page.setViewportSize({ width, height: 740 });
      const longChannel = `${'z'.repeat(100)}.metrics`;
      await open({ onMessage: (socket, message) => reply(socket, message, null, [...CHANNELS, longChannel]) });
      await server.until(() => server.commands('subscribe').length === 2);
      const tags = [{ pod: 'x'.repeat(128) }, { pod: 'שלום' }];
      server.send(batch(...tags.map((each) => metric('y'.repeat(100), 1e300, NOON, each, longChannel))));
      server.send(batch(metric('cpu.percent', 1, NOON, { host: 'h'.repeat(128) })));
      await tab.waitForVisible('[data-channel] [data-rows="1"]');
      await tab.waitForValue('cpu.percent', 1);
      await tab.page.waitForFunction((expected) => document.documentElement.scrollWidth === expected, width);
      const overflowing = await tab.page.$$eval('#dashboard .chart-key, #dashboard .chip, #dashboard h2, header *', (all) =>
        all
          .filter((each) => {
            const { right, width: ownWidth } = each.getBoundingClientRect();
            return (each.closest('#channels') ? ownWidth : right) > innerWidth; // on a phone, the row of the channels scrolls
          })
          .map((each) => each.className));
      assert.deepEqual(overflowing, []);
    });
  }

  test('a host that stamps its metrics an hour ahead moves no chart and is shown at the present', async () => {
    const ahead = { host: 'web-2' };
    const future = (name, value, ...args) => metric(name, value, server.now + 3600, ...args);
    await open({ history: ({ channel }) => (channel === 'system.metrics' ? [metric('cpu.percent', 99, NOON + 4_000, ahead)] : []) });
    await server.until(() => server.commands('get_history').length === 1);
    for (let i = 0; i < 500; i++) {
      server.send(batch(metric('cpu.percent', i % 50, NOON + i / 5), future('cpu.percent', 50 + (i % 50), ahead)));
      server.send(batch(metric('depth', i, NOON + i / 5, { host: 'web-1' }, 'agent.metrics'), future('depth', i, ahead, 'agent.metrics')));
    }
    await tab.waitForValue('cpu.percent', 49);
    await tab.waitForValue('depth#1', 499);
    for (const chart of ['cpu', 'agent.metrics/depth']) {
      const [from, to] = (await tab.page.getAttribute(`[data-chart="${chart}"]`, 'data-range')).split(' ').map(Number);
      assert.ok(from === NOON && to <= server.now, `${chart}: from ${from - NOON} to ${to - NOON}`);
    }
    await tab.page.selectOption('#host-select', 'web-2');
    await tab.waitForValue('cpu.percent', 99);
    const [{ time }] = await tab.values('cpu.percent');
    assert.ok(time > NOON + 119 && time <= server.now, `web-2 at ${time - NOON}`);
    assert.ok(Number(await tab.page.getAttribute('[data-chart=cpu]', 'data-rows')) <= 500);
    await tab.page.reload();
    await tab.waitForState('connected');
    server.send(batch(metric('cpu.percent', 5, NOON + 119)));
    await tab.waitForValue('cpu.percent', 5);
    const [, edge] = (await tab.page.getAttribute('[data-chart=cpu]', 'data-range')).split(' ').map(Number);
    assert.ok(edge <= server.now);
  });

  test('moves the right edge without new metrics, and shades an outage by the time of the server', async () => {
    await open({ onConnect: (socket) => (server.attempts.length === 1 ? sendWelcome(socket, server) : socket.close(1013)) });
    server.send(batch(metric('cpu.percent', 10, NOON + 110)));
    await tab.waitForValue('cpu.percent', 10);
    const isAfter = ([chart, time]) => Number(document.querySelector(`[data-chart=${chart}]`).dataset.range.split(' ')[1]) > time;
    await tab.page.waitForFunction(isAfter, ['cpu', server.now + 1]);
    server.closeClients(1013);
    await tab.waitForState('reconnecting');
    await tab.page.waitForSelector('[data-chart=cpu][data-gaps="1"]');
    await tab.page.waitForFunction(isAfter, ['cpu', server.now + 1]);
  });

  test('the peak is the greatest sample of the visible range, also of windows', async () => {
    await open();
    const window = (value, max, age) => ({ ...metric('cpu.percent', value, server.now - age), interval: '5s', count: 5, min: 1, max });
    server.send(batch(window(16.3, 33.4, 90), window(20.6, 29.1, 5), metric('cpu.percent', 25, server.now)));
    await tab.waitForValue('cpu.percent', 25);
    await tab.waitForText('[data-tile=cpu] .tile-detail', 'peak 33.4 %');
    await selectOption('1m');
    await tab.waitForText('[data-tile=cpu] .tile-detail', 'peak 29.1 %');
  });

  test('reports that a channel is at its limit of series, which is not a gap', async () => {
    await open();
    server.send(batch(metric('cpu.percent', 10, NOON)));
    server.send({ type: 'lagged', channel: 'system.metrics', missed: 1300, reason: 'series_limit' });
    await tab.waitForText('#error-banner-text', "system.metrics has reached the server's limit of series. The server dropped 1,300 metrics of new series.");
    await tab.waitForValue('cpu.percent', 10);
    assert.deepEqual([await tab.page.getAttribute('[data-chart=cpu]', 'data-gaps'), await tab.page.locator(statSelector('missed')).innerText()], ['0', '0']);
  });

  test('shows the other metrics of a frame with a null value or a type of the application', async () => {
    await open();
    server.send(batch({ ...metric('cpu.percent', 0, NOON), value: null }, metric('memory.percent', 40, NOON), { ...metric('trend', 7, NOON, {}, 'agent.metrics'), type: 'trend', channel: 'system.metrics' }));
    await tab.waitForValue('memory.percent', 40);
    await tab.waitForValue('trend', 7);
    await tab.waitForRows('cpu', 0);
    assert.deepEqual([await tab.page.locator('#malformed').isVisible(), tab.errors], [false, []]);
  });

  test('has no chart of a histogram whose statistics have charts', async () => {
    await open();
    const names = ['duration', 'size', ...['avg', 'max', 'min', 'p50', 'p95', 'p99'].map((statistic) => `duration.${statistic}`)];
    const ofWorkflow = (name) => ({ ...metric(name, 5, NOON, {}, 'workflow.metrics'), ...(!name.includes('.') && { type: 'histogram', count: 1, sum: 5, p50: 5 }) });
    server.send(batch(...names.map(ofWorkflow)));
    await tab.waitForValue('duration.p99', 5);
    assert.deepEqual(await tab.page.locator('[data-channel="workflow.metrics"] .chart-title').allTextContents(), names.filter((name) => name !== 'duration').sort());
  });
});
