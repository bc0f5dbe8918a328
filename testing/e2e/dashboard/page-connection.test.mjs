/** Tests of the connection of the page to a scripted server: outages, gaps, malformed frames, tokens and URLs. */

import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { open, pauseClock, selectOption, server, statSelector, stopSearches, tab, useTab } from './page-fixture.mjs';
import { CHANNELS, NOON, batch, metric, sendWelcome } from './scripted-server.mjs';

describe('the connection of the page', { timeout: 600_000 }, () => {
  useTab();
  beforeEach(stopSearches);

  test('discovers the channels, subscribes to them, loads the history of the host, and answers pings', async () => {
    await open();
    await server.until(() => server.commands('get_history').length === 1);
    server.send({ type: 'ping', timestamp: NOON });
    server.send(batch(metric('cpu.percent', 1, NOON)));
    await server.until(() => server.commands('pong').length === 1);
    await tab.waitForValue('cpu.percent', 1);
    const [discovery, subscription] = server.commands('subscribe').map(({ data }) => data);
    assert.deepEqual(discovery, { channels: ['*'], metrics: ['greenlang-metrics.dashboard.none'], resume: true });
    assert.deepEqual(subscription, { channels: CHANNELS, compression: true, format: 'columnar', batch: true, latest: true, metadata: true, resume: true });
    const { channel, metrics, aggregation_interval } = server.commands('get_history')[0].data;
    assert.deepEqual([channel, metrics.includes('cpu.percent'), aggregation_interval], ['system.metrics', true, undefined]);
    assert.deepEqual(server.attempts, ['/ws/metrics?token=a.b.c']);
    assert.equal(await tab.page.locator('#error-banner').isVisible(), false, 'a server without history is not an error');
  });

  test('is not connected before the welcome', async () => {
    await open({ state: 'connecting', onConnect: () => {} });
    await tab.waitForText('#state-text', 'Connecting');
    await server.until(() => server.attempts.length === 1); // the page says so before its socket is open
    server.send({ type: 'welcome', client_id: 'x', timestamp: NOON });
    await tab.waitForState('connected');
    await tab.waitForText('#state-text', 'Connected');
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
    server.send(JSON.stringify(batch(metric('cpu.percent', 1, NOON))).replace('"value":1', '"value":1e400'));
    server.send(batch(metric('cpu.percent', null, NOON))); // an aggregator failed; that is not malformed
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

  test('shades an outage, breaks the line there, and fills the gap from history', async () => {
    let historyMetrics = [];
    await tab.page.clock.install();
    await open({ history: () => historyMetrics });
    await server.until(() => server.commands('get_history').length === 1); // then the page knows the positions from which it resumes
    server.send(batch(metric('cpu.percent', 10, NOON), metric('network.bytes_recv', 100, NOON)));
    await tab.waitForValue('cpu.percent', 10);
    await pauseClock();
    server.dropClients();
    await tab.waitForState('reconnecting');
    await tab.waitForVisible('#connection-banner');
    await tab.page.click('#retry');
    await tab.page.clock.resume();
    await tab.waitForState('connected');
    await server.until(() => server.commands('subscribe').some(({ data }) => data.since)); // the reply, which reports the gap, precedes the values
    server.send(batch(metric('cpu.percent', 20, NOON + 60), metric('network.bytes_recv', 9_100, NOON + 60)));
    server.send(batch(metric('cpu.percent', 30, NOON + 61), metric('network.bytes_recv', 9_600, NOON + 61)));
    await tab.waitForValue('cpu.percent', 30);
    await tab.waitForRows('cpu', 4); // three values and a gap
    await tab.page.waitForSelector('[data-chart=cpu][data-gaps="1"]');
    await tab.waitForValue('network.bytes_recv.rate', 500); // off the screen, tables are updated later
    const rates = await tab.values('network.bytes_recv.rate');
    assert.deepEqual(rates.map(({ value }) => value), [500], 'the outage has no rate');

    historyMetrics = Array.from({ length: 59 }, (_, i) => metric('cpu.percent', 15, NOON + 1 + i));
    const requestCount = server.commands('get_history').length;
    await selectOption('1m');
    await server.until(() => server.commands('get_history').length > requestCount);
    await tab.page.waitForSelector('[data-chart=cpu][data-gaps="0"][data-rows="62"]');
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
    await tab.waitForText('#token-reason', 'The token has expired. Paste another token.');
    await tab.waitForText('#state-text', 'Token expired');
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
});
