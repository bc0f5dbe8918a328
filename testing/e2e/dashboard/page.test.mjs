/** Tests of the page against a scripted server: everything that a real server does not do on request. */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { launch, openTab } from './browser.mjs';
import { CHANNELS, NOON, ScriptedServer, batch, metric, reply, sendWelcome } from './scripted-server.mjs';

describe('the page', { timeout: 120_000 }, () => {
  let browser;
  let server;
  let tab;

  before(async () => (browser = await launch()));
  after(() => browser?.close());
  beforeEach(async () => (tab = await openTab(browser)));
  afterEach(async () => {
    await tab.close();
    await server?.close();
  });

  /** Opens the page on a server that follows a script, and delays for a state, by default `connected`. */
  async function open({ fragment, state = 'connected', ...script } = {}) {
    server = await new ScriptedServer(script).listen();
    await tab.page.goto(server.url(fragment));
    await tab.waitForState(state);
  }

  /** Pauses the page's clock. From then on only the test advances it, so no retry happens unobserved. */
  async function pauseClock() {
    await tab.page.clock.pauseAt(await tab.page.evaluate(() => Date.now() + 1_000));
  }

  const statSelector = (name) => `[data-stat="${name}"]`;

  test('discovers the channels, subscribes to them, loads their history, and answers pings', async () => {
    await open();
    await server.until(() => server.commands('get_history').length === CHANNELS.length);
    server.send({ type: 'ping', timestamp: NOON });
    server.send(batch(metric('cpu.percent', 1, NOON)));
    await server.until(() => server.commands('pong').length === 1);
    await tab.waitForValue('cpu.percent', 1);
    const [discovery, subscription] = server.commands('subscribe').map(({ data }) => data);
    assert.deepEqual(discovery, { channels: ['*'], metrics: ['greenlang-metrics.dashboard.none'], resume: true });
    assert.deepEqual(subscription, { channels: CHANNELS, compression: true, batch: true, latest: true, metadata: true, resume: true });
    assert.deepEqual(server.commands('get_history').map(({ data }) => data.channel), CHANNELS);
    assert.deepEqual(server.attempts, ['/ws/metrics?token=a.b.c']);
    assert.equal(await tab.page.locator('#error-banner').isVisible(), false, 'a server without history is not an error');
  });

  test('is not connected before the welcome', async () => {
    await open({ state: 'connecting', onConnect: () => {} });
    await tab.waitForText('#state-text', 'Connecting');
    server.send({ type: 'welcome', client_id: 'x', timestamp: NOON });
    await tab.waitForState('connected');
    await tab.waitForText('#state-text', 'Connected');
  });

  test('shows that it is waiting, then shows batches and single metrics', async () => {
    await open();
    await tab.waitForVisible('[data-chart=cpu] .chart-empty');
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
    assert.equal(await tab.page.locator('[data-chart=cpu] .chart-empty').isVisible(), false);
    assert.equal(await tab.page.locator('[data-chart=network] .chart-empty').isVisible(), true, 'no network value arrived');
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

  test('counts malformed frames and continues', async () => {
    await open();
    server.send('{"type":');
    server.send('null');
    server.send('[]');
    server.send('{"no":"type"}');
    server.send({ type: 'metrics', channel: 'system.metrics', metrics: 'none' });
    server.send(metric('cpu.percent', 'high', NOON));
    server.send({ ...metric('cpu.percent', 1, NOON), timestamp: 'yesterday' });
    server.send(batch(metric('cpu.percent', 1, NOON), null));
    server.send(batch(metric('cpu.percent', 1e400, NOON)));
    server.send({ type: 'of a newer server' });
    server.send(batch(metric('cpu.percent', 7, NOON)));
    await tab.waitForValue('cpu.percent', 7);
    await tab.waitForText(statSelector('malformed'), '9');
    await tab.waitForState('connected');
    assert.deepEqual(tab.errors, []);
  });

  test('shows the number of missed metrics and the errors of the server', async () => {
    await open();
    server.send({ type: 'lagged', channel: 'system.metrics', missed: 40 });
    server.send({ type: 'lagged', channel: 'system.metrics', missed: 2 });
    server.send({ type: 'error', message: 'Rate limit exceeded', code: 'RATE_LIMITED' });
    await tab.waitForText(statSelector('missed'), '42');
    await tab.waitForText('#error-banner-text', 'Rate limit exceeded');
    await tab.page.click('#error-banner-close');
    await tab.page.waitForSelector('#error-banner', { state: 'hidden' });
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
    assert.equal(await tab.page.locator('#host-select option').count(), 64);
  });

  test('shades an outage, breaks the line there, and fills the gap from history', async () => {
    let historyMetrics = [];
    await tab.page.clock.install();
    await open({ history: () => historyMetrics });
    server.send(batch(metric('cpu.percent', 10, NOON), metric('network.bytes_recv', 100, NOON)));
    await tab.waitForValue('cpu.percent', 10);
    await pauseClock();
    server.dropClients();
    await tab.waitForState('reconnecting');
    await tab.waitForVisible('#connection-banner');
    await tab.page.click('#retry');
    await tab.page.clock.resume();
    await tab.waitForState('connected');
    server.send(batch(metric('cpu.percent', 20, NOON + 60), metric('network.bytes_recv', 9_100, NOON + 60)));
    server.send(batch(metric('cpu.percent', 30, NOON + 61), metric('network.bytes_recv', 9_600, NOON + 61)));
    await tab.waitForValue('cpu.percent', 30);
    await tab.waitForRows('cpu', 4); // three values and a gap
    await tab.page.waitForSelector('[data-chart=cpu][data-gaps="1"]');
    const rates = await tab.values('network.bytes_recv.rate');
    assert.deepEqual(rates.map(({ value }) => value), [500], 'the outage has no rate');

    historyMetrics = Array.from({ length: 59 }, (_, i) => metric('cpu.percent', 15, NOON + 1 + i));
    const requestCount = server.commands('get_history').length;
    await selectOption('15m');
    await server.until(() => server.commands('get_history').length > requestCount);
    await tab.page.waitForSelector('[data-chart=cpu][data-gaps="0"][data-rows="62"]', { timeout: 10_000 });
  });

  test('shades a gap of unknown size and resumes at the position that the server names', async () => {
    await open();
    await server.until(() => server.commands('subscribe').length === 2);
    server.send(batch(metric('cpu.percent', 10, NOON), metric('memory.percent', 10, NOON)));
    server.send(batch(metric('cpu.percent', 11, NOON + 1)));
    await tab.waitForValue('cpu.percent', 11);
    server.send({ type: 'lagged', channel: 'system.metrics', missed: null, epoch: 'f', offset: 12 });
    server.send(batch(metric('cpu.percent', 20, NOON + 60)));
    await tab.waitForValue('cpu.percent', 20);
    await tab.page.waitForSelector('[data-chart=cpu][data-gaps="1"]');
    server.dropClients();
    await server.until(() => server.commands('subscribe').some(({ data }) => data.since));
    const { since } = server.commands('subscribe').find(({ data }) => data.since).data;
    assert.deepEqual(since['system.metrics'], { epoch: 'f', offset: 12 });
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
    await server.until(() => server.commands('get_history').some(({ data }) => data.channel === 'late.metrics'));
    assert.deepEqual(server.commands('subscribe').at(-1).data.channels, ['late.metrics']);
    server.send(batch(metric('queue.depth', 7, NOON + 1, { host: 'web-1' }, 'late.metrics')));
    await tab.waitForValue('queue.depth', 7);
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

  test('reports a server that is not a metrics server and ignores its messages', async () => {
    await tab.page.clock.install();
    const onConnect = (socket) => {
      socket.send('hello');
      socket.send(JSON.stringify({ status: 'ok' }));
      socket.send(Buffer.from([1, 2, 3]));
    };
    await open({ state: 'connecting', onConnect, onMessage: () => {} });
    await tab.waitForText(statSelector('malformed'), '3');
    await tab.page.clock.runFor(10_000);
    await tab.waitForState('reconnecting');
    await tab.waitForVisible('#connection-banner');
    await tab.waitForText('#error-banner-text', `ws://127.0.0.1:${server.port}/ws/metrics sent no welcome within 10 s; is it a metrics server?`);
    assert.equal(server.received.length, 0, 'the page sent no command');
  });

  test('fills the charts from history at the start', async () => {
    const start = NOON + 120;
    await open({
      history: ({ channel }) =>
        channel === 'system.metrics' ? Array.from({ length: 100 }, (_, i) => metric('cpu.percent', i % 50, start - 100 + i)) : [],
    });
    await tab.page.waitForSelector('[data-chart=cpu][data-rows="100"]');
    server.send(batch(metric('cpu.percent', 77, start)));
    await tab.waitForValue('cpu.percent', 77);
    await tab.waitForRows('cpu', 101);
  });

  test('increases the retry delay up to 30 s', async () => {
    await tab.page.clock.install();
    await tab.page.addInitScript(() => (Math.random = () => 0.999));
    // The first connection succeeds, so that the clock can be paused before any retry.
    await open({ onConnect: (socket) => (server.attempts.length === 1 ? sendWelcome(socket, server) : socket.close(1013)) });
    await pauseClock();
    server.closeClients(1013);
    const delays = [];
    while (delays.length < 7) {
      let delay = 0;
      while (delay === 0) { // until the attempt that has begun is closed
        await tab.waitForState('reconnecting');
        delay = Number(await tab.page.locator('#countdown').innerText());
      }
      delays.push(delay);
      await tab.page.clock.runFor(delays.at(-1) * 1000);
    }
    assert.deepEqual(delays, [1, 2, 4, 8, 16, 30, 30]);
  });

  test('asks for a token if there is none, and keeps it for a reload', async () => {
    await open({ fragment: '', state: 'closed' });
    await tab.waitForVisible('#token-panel');
    assert.equal(server.attempts.length, 0);
    await tab.page.fill('#token-input', `Dashboard: ${server.url('#token=x.y.z')}`);
    await tab.page.keyboard.press('Enter');
    await tab.waitForState('connected');
    await tab.page.reload();
    await tab.waitForState('connected');
    assert.deepEqual(server.attempts, ['/ws/metrics?token=x.y.z', '/ws/metrics?token=x.y.z']);
    assert.ok(!tab.page.url().includes('x.y.z'));
  });

  test('keeps the URL of the page', async () => {
    await open();
    await tab.page.reload();
    await tab.waitForState('connected');
    assert.equal(tab.page.url(), server.url());
  });

  test('a pasted token replaces only the rejected one in the URL', async () => {
    const onConnect = (socket) => {
      if (server.attempts.at(-1).includes('good')) {
        sendWelcome(socket, server);
      } else {
        socket.close(4401);
      }
    };
    await open({ onConnect, fragment: '#token=old&ws=/elsewhere', state: 'failed' });
    await tab.page.fill('#token-input', 'good');
    await tab.page.click('#token-form button[type=submit]');
    await tab.waitForState('connected');
    assert.equal(new URL(tab.page.url()).hash, '#ws=%2Felsewhere');
    await tab.page.reload();
    await tab.waitForState('connected');
    assert.deepEqual(server.attempts, ['old', 'good', 'good'].map((token) => `/elsewhere?token=${token}`));
  });

  test('reports an expired token and keeps the charts', async () => {
    await open();
    server.send(batch(metric('cpu.percent', 10, NOON)));
    await tab.waitForValue('cpu.percent', 10);
    server.send({ type: 'error', message: 'Invalid authentication token', code: 'TOKEN_EXPIRED' });
    server.closeClients(1000); // a proxy swallowed 4401; the message is sufficient
    await tab.waitForState('failed');
    await tab.waitForText('#token-reason', 'The server rejected the token. Paste another token.');
    await tab.waitForVisible('[data-chart=cpu] canvas');
    assert.equal(await tab.page.locator('#error-banner').isVisible(), false);
  });

  test('connects without a token if the server requires none', async () => {
    await open({ fragment: '', state: 'closed' });
    await tab.page.click('#token-none');
    await tab.waitForState('connected');
    await tab.page.reload();
    await tab.waitForState('connected');
    assert.deepEqual(server.attempts, ['/ws/metrics', '/ws/metrics']);
  });

  test('uses a new token in the URL without a reload', async () => {
    await open();
    await tab.page.evaluate(() => (location.hash = '#token=d.e.f'));
    await server.until(() => server.attempts.length === 2);
    await tab.waitForState('connected');
    server.send(batch(metric('cpu.percent', 3, NOON)));
    await tab.waitForValue('cpu.percent', 3);
    assert.deepEqual(server.attempts, ['/ws/metrics?token=a.b.c', '/ws/metrics?token=d.e.f']);
  });

  test('finds the WebSocket path in a servlet container', async () => {
    await open({ mount: '/app/greenlang-metrics/' });
    assert.deepEqual(server.attempts, ['/app/ws/metrics?token=a.b.c']);
  });

  test('does not send a stored token to another URL', async () => {
    await open({ fragment: '#token=secret' });
    await tab.page.goto(server.url('#ws=/elsewhere'));
    await tab.page.reload();
    await tab.waitForVisible('#token-panel');
    assert.deepEqual(server.attempts, ['/ws/metrics?token=secret']);
  });

  test('is accessible without the canvas', async () => {
    await open();
    server.send(batch(metric('cpu.percent', 42, NOON)));
    await tab.waitForValue('cpu.percent', 42);
    assert.equal(await tab.page.getAttribute('#state', 'role'), 'status');
    await tab.page.getByRole('table', { name: /^CPU: the latest values/ }).waitFor({ state: 'attached' });
    await tab.page.getByRole('img', { name: /^Line chart: CPU/ }).waitFor();
    assert.equal(await tab.page.locator('[role=status] #countdown, [aria-live] #countdown').count(), 0, 'screen readers do not announce the countdown');
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

  test('draws a burst of a thousand frames in few redraws', async () => {
    await open();
    await tab.page.evaluate(() => {
      window.redraws = 0;
      const original = CanvasRenderingContext2D.prototype.clearRect;
      CanvasRenderingContext2D.prototype.clearRect = function (...args) {
        window.redraws++;
        return original.apply(this, args);
      };
    });
    for (let i = 0; i < 1_000; i++) {
      server.send(batch(metric('cpu.percent', i % 100, NOON + i / 10)));
    }
    await tab.waitForValue('cpu.percent', 99);
    const redraws = await tab.page.evaluate(() => window.redraws);
    assert.ok(redraws > 0 && redraws < 300, `${redraws} redraws for 1,000 frames`);
    await tab.waitForRows('cpu', 1000);
  });

  test('fits a phone, also with a long host name and the banner', async () => {
    await tab.page.setViewportSize({ width: 320, height: 640 });
    await open({ onConnect: (socket) => server.attempts.length === 1 && sendWelcome(socket, server) }); // later connections get no welcome, so that the banner stays
    const fits = () => tab.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    server.send(batch(metric('cpu.percent', 42, NOON, { host: 'a'.repeat(200) }), metric('network.bytes_recv', 1, NOON)));
    await tab.waitForValue('cpu.percent', 42);
    assert.ok(await fits());
    server.send(batch(metric('cpu.percent', 42, NOON, { host: 'b'.repeat(200) })));
    await tab.waitForVisible('#host-select');
    assert.ok(await fits());
    server.send({ type: 'error', message: 'w'.repeat(200), code: 'X' });
    await tab.waitForVisible('#error-banner');
    server.dropClients();
    await tab.waitForVisible('#connection-banner');
    assert.ok(await fits());
  });

  test('shows a chart per metric name with a line per set of tags, for any name', async () => {
    await open();
    const names = ['queue.depth', 'constructor', '__proto__', 'toString'];
    for (let i = 0; i < 3; i++) {
      server.send(batch(...names.flatMap((name) => ['eu', 'us'].map((region) => metric(name, i, NOON + i, { region }, 'workflow.metrics')))));
    }
    await tab.waitForValue('constructor', 2);
    await tab.waitForValue('constructor#1', 2);
    assert.deepEqual((await tab.page.locator('[data-channel="workflow.metrics"] .chart-title').allInnerTexts()).sort(), [...names].sort());
    await tab.waitForText('[data-chart="workflow.metrics/queue.depth"] .chart-legend', 'eu2us2');
    assert.deepEqual(tab.errors, []);
  });

  test('limits ten thousand series, reports the limit and offers the filter', async () => {
    await open();
    for (let from = 0; from < 10_000; from += 1_000) {
      server.send(batch(...Array.from({ length: 1_000 }, (_, i) => metric(`m${(from + i) % 10}`, i, NOON, { n: String(from + i) }, 'agent.metrics'))));
    }
    await tab.waitForVisible('[data-channel="agent.metrics"] .more');
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
      const overflowing = await tab.page.$$eval('#dashboard .chart-key, #dashboard .chip, #dashboard h2, header *', (all) =>
        all.filter((each) => each.getBoundingClientRect().right > innerWidth).map((each) => each.className));
      assert.deepEqual([await tab.page.evaluate(() => document.documentElement.scrollWidth), overflowing], [width, []]);
    });
  }

  test('resubscribes for other tags, another interval and another encoding, and updates the snippet', async () => {
    await open();
    await server.until(() => server.commands('subscribe').length === 2);
    server.send(batch(metric('cpu.percent', 5, NOON)));
    await tab.waitForValue('cpu.percent', 5);
    const lastSubscription = () => server.commands('subscribe').at(-1).data;
    await tab.page.fill('#tag-input', 'env=production');
    await tab.page.keyboard.press('Enter');
    await server.until(() => lastSubscription().tags);
    assert.deepEqual(lastSubscription().tags, { env: 'production' });
    await tab.waitForRows('cpu', 0); // the data of the previous query is gone
    await tab.page.fill('#tag-input', 'env=staging');
    await tab.page.keyboard.press('Enter');
    await server.until(() => Array.isArray(lastSubscription().tags.env));
    await selectOption('5s');
    await server.until(() => lastSubscription().aggregation_interval === '5s');
    await tab.page.uncheck('#compression');
    await server.until(() => lastSubscription().compression === undefined);
    assert.deepEqual(lastSubscription().tags, { env: ['production', 'staging'] });
    await tab.page.click('#inspector summary');
    const snippet = await tab.page.locator('#snippet').innerText();
    assert.match(snippet, /^service\.subscribe\(\{\n  channels: \["agent\.metrics",.*\n  tags: \{"env":\["production","staging"\]\},\n  aggregation_interval: "5s",\n\}\);$/);
    await tab.page.click('[aria-label="Remove the tag env=staging"]');
    await server.until(() => lastSubscription().tags.env === 'production');
    await tab.page.reload();
    await tab.waitForVisible('.tag');
    assert.equal(await tab.page.locator('.tag').innerText(), 'env=production\n×');
  });

  test('unsubscribes from a hidden channel', async () => {
    await open();
    await tab.page.uncheck('#channels input[value="agent.metrics"]');
    await server.until(() => server.commands('unsubscribe').length === 1);
    assert.deepEqual(server.commands('unsubscribe')[0].channels, ['agent.metrics']);
  });

  test('keeps a zoom in all charts while new values arrive, and returns to live', async () => {
    await open();
    for (let i = 0; i < 60; i++) {
      server.send(batch(metric('cpu.percent', i, NOON + i), metric('memory.percent', i, NOON + i)));
    }
    await tab.waitForValue('cpu.percent', 59);
    const range = (chart) => tab.page.locator(`[data-chart=${chart}]`).evaluate((root) => root.dataset.range);
    const box = await tab.page.locator('[data-chart=cpu] .u-over').boundingBox();
    await tab.page.mouse.move(box.x + box.width * 0.25, box.y + 20);
    await tab.page.mouse.down();
    await tab.page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 });
    await tab.page.mouse.up();
    await tab.page.waitForFunction(() => document.querySelector('#live').disabled === false);
    await tab.page.waitForFunction(() => document.querySelector('[data-chart=memory]').dataset.range === document.querySelector('[data-chart=cpu]').dataset.range);
    const zoomed = await range('cpu');
    const [from, to] = zoomed.split(' ').map(Number);
    assert.ok(to - from > 25 && to - from < 35, `a quarter of two minutes: ${zoomed}`);
    for (let i = 60; i < 90; i++) {
      server.send(batch(metric('cpu.percent', i, NOON + i)));
    }
    await tab.waitForValue('cpu.percent', 89);
    assert.equal(await range('cpu'), zoomed);
    await tab.page.click('#live');
    await tab.page.waitForFunction((before) => document.querySelector('[data-chart=cpu]').dataset.range !== before, zoomed);
    const edge = Number((await range('cpu')).split(' ')[1]);
    assert.ok(edge >= NOON + 120 && edge <= server.now, `the time of the server: ${edge - NOON}`);
  });

  for (const hours of [-7, 7]) {
    test(`shows the same on a browser whose clock is wrong by ${hours} h and then changes`, async () => {
      const wallTime = (error) => (NOON + 120 + 3600 * error) * 1000;
      await tab.page.clock.install({ time: wallTime(hours) });
      const historyOf = ({ channel }) =>
        channel === 'system.metrics' ? Array.from({ length: 100 }, (_, i) => metric('cpu.percent', i % 50, NOON + i)) : [];
      await open({ history: historyOf });
      await tab.waitForRows('cpu', 100);
      const requestedSeconds = () => NOON + 120 - Date.parse(server.commands('get_history').at(-1).data.start_time) / 1000;
      assert.ok(requestedSeconds() > 280 && requestedSeconds() <= 300, `${requestedSeconds()} s`);
      const checkEdge = async () => {
        const [from, to] = (await tab.page.getAttribute('[data-chart=cpu]', 'data-range')).split(' ').map(Number);
        assert.ok(from === NOON && to > server.now - 5 && to <= server.now, `from ${from - NOON} to ${to - NOON} at ${server.now - NOON}`);
        const delay = Number(await tab.page.locator('#delay').innerText());
        assert.ok(delay >= 0 && delay < 2_000, `delay ${delay}`);
      };
      const sendCurrent = async (value) => {
        server.send(batch(metric('cpu.percent', value, server.now)));
        await tab.waitForValue('cpu.percent', value);
        await tab.page.waitForFunction(() => document.querySelector('#delay').textContent !== '–');
      };
      await sendCurrent(61);
      await checkEdge();
      await tab.page.clock.setSystemTime(wallTime(-hours));
      await sendCurrent(62);
      await tab.waitForRows('cpu', 102);
      await checkEdge();
      const requestCount = server.commands('get_history').length;
      await selectOption('15m');
      await server.until(() => server.commands('get_history').length >= requestCount + CHANNELS.length);
      assert.ok(requestedSeconds() > 880 && requestedSeconds() <= 900, `${requestedSeconds()} s`);
      await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu]').dataset.gaps === '0');
    });
  }

  test('a host that stamps its metrics an hour ahead moves no chart and is shown at the present', async () => {
    const ahead = { host: 'web-2' };
    const future = (name, value, ...args) => metric(name, value, server.now + 3600, ...args);
    await open({ history: ({ channel }) => (channel === 'system.metrics' ? [metric('cpu.percent', 99, NOON + 4_000, ahead)] : []) });
    await server.until(() => server.commands('get_history').length === CHANNELS.length);
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
    const window = (value, max, second) => ({ ...metric('cpu.percent', value, NOON + second), interval: '5s', count: 5, min: 1, max });
    server.send(batch(window(16.3, 33.4, 30), window(20.6, 29.1, 110), metric('cpu.percent', 25, NOON + 119)));
    await tab.waitForValue('cpu.percent', 25);
    await tab.waitForText('[data-tile=cpu] .tile-detail', 'peak 33.4 %');
    await selectOption('1m');
    await tab.waitForText('[data-tile=cpu] .tile-detail', 'peak 29.1 %');
  });

  test('shows no metric of the previous filter that arrives after a change', async () => {
    const onMessage = (socket, message) => {
      if (message.type === 'subscribe' && message.data.tags) {
        server.send(batch(metric('cpu.percent', 99, NOON + 60), metric('depth', 99, NOON + 60, {}, 'system.metrics'))); // under way
      }
      reply(socket, message);
    };
    await open({ onMessage });
    await server.until(() => server.commands('get_history').length === CHANNELS.length);
    server.send(batch(metric('cpu.percent', 98, NOON)));
    await tab.waitForValue('cpu.percent', 98);
    await tab.page.fill('#tag-input', 'host=web-2');
    await tab.page.keyboard.press('Enter');
    await server.until(() => server.commands('get_history').length === 2 * CHANNELS.length);
    await tab.waitForRows('cpu', 0);
    server.send(batch(metric('cpu.percent', 7, NOON + 61, { host: 'web-2' })));
    await tab.waitForValue('cpu.percent', 7);
    await tab.waitForText('#host-name', 'web-2');
    assert.deepEqual((await tab.values('cpu.percent')).map(({ value }) => value), [7]);
    assert.equal(await tab.page.locator('td[data-series=depth]').count(), 0);
  });

  test('reports that a channel is at its limit of series, which is no gap', async () => {
    await open();
    server.send(batch(metric('cpu.percent', 10, NOON)));
    server.send({ type: 'lagged', channel: 'system.metrics', missed: 1300, reason: 'series_limit' });
    await tab.waitForText('#error-banner-text', "system.metrics has reached the server's limit of series. The server dropped 1,300 metrics of new series.");
    await tab.waitForValue('cpu.percent', 10);
    assert.deepEqual([await tab.page.getAttribute('[data-chart=cpu]', 'data-gaps'), await tab.page.locator(statSelector('missed')).innerText()], ['0', '0']);
  });

  test('has no chart of a histogram whose statistics have charts', async () => {
    await open();
    const names = ['duration', 'size', ...['avg', 'max', 'min', 'p50', 'p95', 'p99'].map((statistic) => `duration.${statistic}`)];
    const ofWorkflow = (name) => ({ ...metric(name, 5, NOON, {}, 'workflow.metrics'), ...(!name.includes('.') && { type: 'histogram', count: 1, sum: 5, p50: 5 }) });
    server.send(batch(...names.map(ofWorkflow)));
    await tab.waitForValue('duration.p99', 5);
    assert.deepEqual(await tab.page.locator('[data-channel="workflow.metrics"] .chart-title').allInnerTexts(), names.filter((name) => name !== 'duration').sort());
  });

  test('does not move while paused and loses nothing', async () => {
    await open();
    await selectOption('1m');
    server.send(batch(metric('cpu.percent', 1, NOON)));
    await tab.waitForValue('cpu.percent', 1);
    await tab.page.click('#pause');
    const before = await tab.page.getAttribute('[data-chart=cpu]', 'data-range');
    for (let i = 1; i <= 60; i++) {
      server.send(batch(metric('cpu.percent', i, NOON + i)));
    }
    await tab.waitForValue('cpu.percent', 60);
    assert.equal(await tab.page.getAttribute('[data-chart=cpu]', 'data-range'), before);
    await tab.page.click('#pause');
    await tab.page.waitForFunction((then) => document.querySelector('[data-chart=cpu]').dataset.range !== then, before);
    await tab.waitForRows('cpu', 61);
  });

  test('synchronizes the cursor of all charts', async () => {
    await open();
    for (let i = 0; i < 30; i++) {
      server.send(batch(metric('cpu.percent', i, NOON + i), metric('memory.percent', i, NOON + i)));
    }
    await tab.waitForValue('cpu.percent', 29);
    await tab.page.hover('[data-chart=cpu] .u-over');
    await tab.waitForVisible('[data-chart=memory] .chart-time');
    const time = (chart) => tab.page.locator(`[data-chart=${chart}] .chart-time`).innerText();
    assert.match(await time('cpu'), /^\d\d:\d\d:\d\d$/);
    assert.equal(await time('memory'), await time('cpu'));
  });

  test('shows the last 50 raw frames without the token', async () => {
    await open();
    // Wait for the history requests, because their replies are frames too.
    await server.until(() => server.commands('get_history').length === CHANNELS.length);
    for (let i = 0; i < 60; i++) {
      server.send(batch(metric('cpu.percent', i, NOON + i)));
    }
    await tab.waitForValue('cpu.percent', 59);
    await tab.page.click('#inspector summary');
    await tab.page.waitForSelector('.frame');
    assert.equal(await tab.page.locator('.frame').count(), 50);
    assert.match(await tab.page.locator('.frame').first().innerText(), /← JSON[\s\S]*"cpu\.percent"[\s\S]*59/);
    assert.doesNotMatch(await tab.page.locator('#frames').innerText(), /a\.b\.c/);
  });

  test('every control can be reached and used by keyboard alone', async () => {
    await open();
    await server.until(() => server.commands('get_history').length === CHANNELS.length);
    for (let i = 0; i < 30; i++) {
      server.send(batch(metric('cpu.percent', i, NOON + i)));
    }
    await tab.waitForValue('cpu.percent', 29);
    const press = (key) => tab.page.keyboard.press(key);
    const focused = () =>
      tab.page.evaluate(() => {
        const { activeElement } = document;
        const style = getComputedStyle(activeElement.closest('.choice, .chip') ?? activeElement);
        const name = activeElement.id || activeElement.value || activeElement.closest('[data-chart]')?.dataset.chart || activeElement.tagName;
        return { name, outline: style.outlineStyle };
      });
    const reached = [];
    for (let i = 0; i < 40; i++) {
      await press('Tab');
      const { name, outline } = await focused();
      if (name === 'BODY') break;
      assert.notEqual(outline, 'none', `${name} has a visible focus`);
      reached.push(name);
    }
    const expected = ['token-change', 'theme', ...CHANNELS, 'tag-input', '', 'raw', '300', 'pause', 'compression', 'cpu', 'memory', 'network', 'io'];
    for (const name of expected.filter(Boolean)) {
      assert.ok(reached.includes(name), `${name} among ${reached}`);
    }
    await tab.page.focus('input[name=interval][value=raw]');
    await press('ArrowRight');
    await server.until(() => server.commands('subscribe').at(-1).data.aggregation_interval === '1s');
    await tab.page.focus('#pause');
    await press('Space');
    assert.equal(await tab.page.getAttribute('#pause', 'aria-pressed'), 'true');
    await press('Tab');
    assert.equal((await focused()).name, 'live');
    await press('Enter');
    assert.equal(await tab.page.getAttribute('#pause', 'aria-pressed'), 'false');
    server.send(batch(...Array.from({ length: 20 }, (_, i) => metric('cpu.percent', i, NOON + 40 + i))));
    await tab.waitForValue('cpu.percent', 19);
    await tab.page.focus('[data-chart=cpu] .chart-plot');
    await press('ArrowLeft');
    await press('ArrowLeft');
    await tab.waitForVisible('[data-chart=cpu] .chart-time');
    await press('+');
    await tab.page.waitForFunction(() => !document.querySelector('#live').disabled);
    await press('Escape');
    await tab.page.waitForFunction(() => document.querySelector('#live').disabled);
    const theme = () => tab.page.evaluate(() => document.documentElement.dataset.theme);
    await tab.page.focus('#theme');
    await press('Enter');
    await press('Enter');
    assert.equal(await theme(), 'dark');
    await tab.page.focus('#inspector summary');
    await press('Enter');
    await tab.waitForVisible('#snippet');
    await tab.page.focus('#copy');
    await press('Enter');
    await tab.page.waitForFunction(() => document.querySelector('#copied').textContent !== '');
  });

  /** Selects an interval or a window. */
  async function selectOption(label) {
    await tab.page.locator('.choice', { hasText: new RegExp(`^${label}$`) }).last().click();
  }
});
