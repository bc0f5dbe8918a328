/** Tests of the controls of the page: filters, intervals, zoom, pause, and use without a mouse. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changedRange, open, rangeOf, selectOption, server, tab, useTab } from './page-fixture.mjs';
import { CHANNELS, NOON, batch, metric, reply } from './scripted-server.mjs';

/** Selects a part of the plot with the mouse, from one share of its width to another one. */
async function select(from, to) {
  const box = await tab.page.locator('[data-chart=cpu] .u-over').boundingBox();
  await tab.page.mouse.move(box.x + box.width * from, box.y + 20);
  await tab.page.mouse.down();
  await tab.page.mouse.move(box.x + box.width * to, box.y + 20, { steps: 5 });
  await tab.page.mouse.up();
}

describe('the controls of the page', { timeout: 600_000 }, () => {
  useTab();

  test('is accessible without the canvas', async () => {
    await open();
    server.send(batch(metric('cpu.percent', 42, NOON)));
    await tab.waitForValue('cpu.percent', 42);
    assert.equal(await tab.page.getAttribute('#state', 'role'), 'status');
    await tab.page.getByRole('table', { name: /^CPU: the latest values/ }).waitFor({ state: 'attached' });
    await tab.page.getByRole('img', { name: /^Line chart: CPU/ }).waitFor();
    assert.equal(await tab.page.locator('[role=status] #countdown, [aria-live] #countdown').count(), 0, 'screen readers do not announce the countdown');
  });

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
    await server.until(() => lastSubscription().compression === undefined && lastSubscription().format === undefined);
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
    const [start, end] = await rangeOf();
    const zoomed = await changedRange(() => select(0.25, 0.5));
    await tab.page.waitForSelector('#live:enabled');
    const whole = 4 * (zoomed[1] - zoomed[0]);
    assert.ok(whole > 0.95 * (end - start) && whole < 1.05 * (server.now - start), `a quarter of the live range: ${zoomed}`);
    assert.deepEqual(await rangeOf('[data-chart=memory]'), zoomed);
    for (let i = 60; i < 90; i++) {
      server.send(batch(metric('cpu.percent', i, NOON + i)));
    }
    await tab.waitForValue('cpu.percent', 89);
    assert.deepEqual(await rangeOf(), zoomed);
    await tab.page.click('#live');
    await tab.page.waitForFunction((before) => document.querySelector('[data-chart=cpu]').dataset.range !== before, zoomed.join(' '));
    const [, edge] = await rangeOf();
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
      const checkRequest = (seconds) => {
        const requestedAt = Date.parse(server.commands('get_history').at(-1).data.start_time) / 1000 + seconds;
        assert.ok(requestedAt >= NOON + 119.9 && requestedAt <= server.now, `requested ${seconds} s before ${requestedAt - NOON}, at most ${server.now - NOON}`);
      };
      checkRequest(300);
      const firstSentAt = server.now;
      const sendCurrent = async (value) => {
        server.send(batch(metric('cpu.percent', value, server.now)));
        await tab.waitForValue('cpu.percent', value);
        await tab.page.waitForFunction((time) => Number(document.querySelector('[data-chart=cpu]').dataset.range.split(' ')[1]) > time, server.now); // the figures are updated with the edge
        const [from, to] = await rangeOf();
        assert.ok(from === NOON && to <= server.now, `from ${from - NOON} to ${to - NOON} at ${server.now - NOON}`);
        const shown = await tab.page.waitForFunction(() => document.querySelector('#delay').textContent.replace(/[–,]/g, ''));
        const delay = Number(await shown.jsonValue());
        assert.ok(delay >= 0 && delay <= 1000 * (server.now - firstSentAt) + 1, `delay ${delay}`);
      };
      await sendCurrent(61);
      await tab.page.clock.setSystemTime(wallTime(-hours));
      await sendCurrent(62);
      await tab.waitForRows('cpu', 102);
      const requestCount = server.commands('get_history').length;
      await selectOption('15m');
      await server.until(() => server.commands('get_history').length > requestCount);
      checkRequest(900);
      await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu]').dataset.gaps === '0');
    });
  }

  test('shows no metric of the previous filter that arrives after a change', async () => {
    const onMessage = (socket, message) => {
      if (message.type === 'subscribe' && message.data.tags) {
        server.send(batch(metric('cpu.percent', 99, NOON + 60), metric('depth', 99, NOON + 60, {}, 'system.metrics'))); // under way
      }
      reply(socket, message);
    };
    await open({ onMessage });
    await server.until(() => server.commands('get_history').length === 1);
    server.send(batch(metric('cpu.percent', 98, NOON)));
    await tab.waitForValue('cpu.percent', 98);
    await tab.page.fill('#tag-input', 'host=web-2');
    await tab.page.keyboard.press('Enter');
    await server.until(() => server.commands('get_history').length === 2);
    await tab.waitForRows('cpu', 0);
    server.send(batch(metric('cpu.percent', 7, NOON + 61, { host: 'web-2' })));
    await tab.waitForValue('cpu.percent', 7);
    await tab.waitForText('#host-name', 'web-2');
    assert.deepEqual((await tab.values('cpu.percent')).map(({ value }) => value), [7]);
    assert.equal(await tab.page.locator('td[data-series=depth]').count(), 0);
  });

  test('the legend and the tile have the last value of the picture while paused and zoomed', async () => {
    await open();
    for (let i = 0; i < 60; i++) {
      server.send(batch(metric('cpu.percent', i, NOON + 60 + i), metric('cpu.count', 8, NOON + 60 + i)));
    }
    const waitForFigures = async (text) => {
      await tab.waitForText('[data-tile=cpu] .tile-value', text);
      await tab.waitForText('[data-chart=cpu] .chart-legend', text);
    };
    await waitForFigures('59.0 %');
    await tab.page.click('#pause');
    server.send(batch(metric('cpu.percent', 99, server.now + 1)));
    await tab.waitForValue('cpu.percent', 99);
    await waitForFigures('59.0 %');
    const [, to] = await changedRange(() => select(0.3, 0.6));
    await tab.page.mouse.move(0, 0); // the legend follows a cursor
    const expected = Math.floor(to - NOON - 60);
    assert.ok(expected > 10 && expected < 55, `the zoom ends at the value ${expected}`);
    await waitForFigures(`${expected}.0 %`);
    await tab.page.click('#live');
    await waitForFigures('99.0 %');
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
    await server.until(() => server.commands('get_history').length === 1);
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
    await server.until(() => server.commands('get_history').length === 1);
    for (let i = 0; i < 30; i++) {
      server.send(batch(metric('cpu.percent', i, NOON + i), metric('memory.percent', i, NOON + i)));
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
    const expected = ['copy-link', 'token-change', 'theme', ...CHANNELS, 'search', 'tag-input', 'auto', '300', 'SUMMARY', 'pause', 'compression', 'cpu', 'memory'];
    for (const name of expected) {
      assert.ok(reached.includes(name), `${name} among ${reached}`);
    }
    await tab.page.focus('input[name=interval][value=auto]');
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
    await tab.page.focus('#pause');
    await press('Space'); // in a live range, the cursor stays at its place and not at its time
    await tab.page.focus('[data-chart=cpu] .chart-plot');
    await press('ArrowLeft');
    await press('ArrowLeft');
    await tab.waitForVisible('[data-chart=cpu] .chart-time');
    const cursorTime = await tab.page.locator('[data-chart=cpu] .chart-time').innerText();
    await tab.waitForText('#announcement', `${cursorTime}: CPU ${await tab.page.locator('[data-chart=cpu] .chart-value').innerText()}`);
    await changedRange(() => press('+'));
    await press('Escape');
    await tab.page.waitForFunction(() => document.querySelector('#live').disabled);
    const theme = () => tab.page.evaluate(() => document.documentElement.dataset.theme);
    await tab.page.focus('#theme');
    for (const [system, themes] of Object.entries({ light: ['dark', 'light', 'light'], dark: ['light', 'dark', 'dark'] })) {
      await tab.page.emulateMedia({ colorScheme: system });
      for (const expectedTheme of themes) { // the last one is that of the system
        await press('Enter');
        assert.equal(await theme(), expectedTheme, `with a ${system} system`);
      }
    }
    await tab.page.focus('#inspector summary');
    await press('Enter');
    await tab.waitForVisible('#snippet');
    await tab.page.focus('#copy');
    await press('Enter');
    await tab.page.waitForFunction(() => document.querySelector('#copied').textContent !== '');
  });
});
