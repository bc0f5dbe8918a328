/** Unit tests of the page's modules: the rules that are easier to test without a browser. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytes, bytesPerSecond, duration, formatQuantity, percent, plain, quantityOf } from '../../main/web/format.js';
import { Meter } from '../../main/web/meter.js';
import { messageFor } from '../../main/web/empty-state.js';
import { defaultPreferences, toSubscription } from '../../main/web/preferences.js';
import { isFineEnough, resolutionFor } from '../../main/web/resolution.js';
import { matchesSearch } from '../../main/web/search.js';
import { metricsUrl, readFragment, tokenFromPaste, withoutToken } from '../../main/web/url-options.js';
import { hasView, readView, viewFragment } from '../../main/web/view-address.js';

describe('the URL options', () => {
  test('contain the token and the WebSocket override', () => {
    assert.deepEqual(readFragment('#token=a.b-_c&ws=%2Fx'), { token: 'a.b-_c', ws: '/x' });
    assert.deepEqual(readFragment(''), { token: null, ws: null });
    assert.deepEqual(readFragment('#token='), { token: null, ws: null });
    assert.equal(withoutToken('#token=a&ws=/x'), '#ws=%2Fx');
    assert.equal(withoutToken('#token=a'), '');
  });

  const cases = [
    ['http://localhost:8000/', null, 'ws://localhost:8000/ws/metrics'],
    ['https://h/index.html?a=b#token=x', null, 'wss://h/ws/metrics'],
    ['http://h/greenlang-metrics/', null, 'ws://h/ws/metrics'],
    ['http://h/app/greenlang-metrics/index.html', null, 'ws://h/app/ws/metrics'],
    ['https://h/proxied/', null, 'wss://h/proxied/ws/metrics'],
    ['http://h/', '/other', 'ws://h/other'],
    ['http://h/', 'wss://elsewhere/ws#x', 'wss://elsewhere/ws'],
    ['http://h/', 'https://elsewhere/ws', 'wss://elsewhere/ws'],
    ['http://h/', 'javascript:alert(1)', 'ws://h/ws/metrics'],
    ['http://h/', 'http://[', 'ws://h/ws/metrics'],
  ];
  for (const [page, override, expected] of cases) {
    test(`resolve the WebSocket URL from ${page} and ${override}`, () => assert.equal(metricsUrl(page, override), expected));
  }

  for (const pasted of [' a.b.c\n', 'Token: a.b.c', 'Bearer a.b.c', 'Authorization: Bearer a.b.c', 'http://h:8000/#token=a.b.c', 'Dashboard: http://h/#ws=/x&token=a.b.c ']) {
    test(`accept a token pasted as ${JSON.stringify(pasted)}`, () => assert.equal(tokenFromPaste(pasted), 'a.b.c'));
  }

  test('tolerate an invalid escape in pasted text', () => assert.ok(tokenFromPaste('http://h/#token=%E0%A4%A')));
});

test('preferences convert to a subscription of the protocol', () => {
  const preferences = { ...defaultPreferences(), tags: { env: ['production'], region: ['eu', 'us'] } };
  assert.deepEqual(toSubscription(preferences, '5s', ['c']), {
    channels: ['c'],
    tags: { env: 'production', region: ['eu', 'us'] },
    aggregation_interval: '5s',
    compression: true,
    format: 'columnar',
  });
  assert.deepEqual(toSubscription({ ...preferences, tags: {}, compression: false }, 'raw', ['c']), { channels: ['c'] });
});

describe('the resolution', () => {
  const [hour, day] = [3600, 86_400];
  const cases = [
    ['auto', 60, undefined, 'raw'], ['auto', 300, undefined, 'raw'], ['auto', 900, undefined, '5s'], ['auto', hour, undefined, '1m'], ['auto', 6 * hour, undefined, '1m'],
    ['auto', day, undefined, '5m'], ['auto', 7 * day, undefined, '1h'], ['auto', 30 * day, undefined, '1h'], ['auto', 365 * day, undefined, '1d'],
    ['5s', hour, undefined, '5s'], ['5s', day, undefined, '5m'], ['1h', 300, undefined, '1h'],
    ['auto', 60, hour + 1, '1m'], ['5s', 300, 2 * day, '5m'], ['auto', hour, 8 * day, '1h'], ['auto', hour, 31 * day, '1d'], ['auto', 60, 1800, 'raw'],
  ];
  for (const [interval, seconds, age, expected] of cases) {
    test(`of ${interval} for ${seconds} s${age ? `, ${age} s ago,` : ''} is ${expected}`, () => assert.equal(resolutionFor(interval, seconds, age), expected));
  }

  test('offers at most a thousand windows', () => {
    assert.deepEqual([isFineEnough('1s', 900), isFineEnough('1s', hour), isFineEnough('auto', 365 * day)], [true, false, true]);
  });
});

describe('the view in the address', () => {
  const view = { ...defaultPreferences(), hiddenChannels: ['a', 'b'], tags: { 'k&': ['v=1', '#'], env: ['x'] }, interval: '1m', windowSeconds: 3600, host: 'h 1', folded: ['c'], search: 'p99 +' };

  test('returns the same view', () => {
    const hash = viewFragment(view, [1_767_268_800.25, 1_767_268_900], '#token=a.b.c&ws=%2Fx&off=old');
    assert.deepEqual(readView(hash, defaultPreferences()), { ...view, past: [1_767_268_800.25, 1_767_268_900] });
    assert.deepEqual([readFragment(hash).ws, hash.includes('token')], ['/x', false]);
  });

  test('is empty for the defaults, and keeps the stored preferences', () => {
    assert.equal(viewFragment(defaultPreferences(), null, '#token=a.b.c'), '');
    assert.deepEqual([hasView('#token=a.b.c&ws=/x'), readView('#token=a', view)], [false, view]);
  });

  test('ignores what is invalid', () => {
    const read = readView('#interval=2s&window=9y&from=never&to=2026-01-01T00:00:00Z&tag=x&tag==y&tag=__proto__=z', defaultPreferences());
    assert.deepEqual([read.interval, read.windowSeconds, read.past, Object.keys(read.tags)], ['auto', 300, null, ['__proto__']]);
    assert.deepEqual(['on', 'off', ''].map((value) => readView(`#kiosk=${value}`, defaultPreferences()).kiosk), [true, false, false]);
    assert.equal(readView('#from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', defaultPreferences()).past, null);
  });
});

test('the search looks for every word in names, descriptions and tags', () => {
  const panel = { title: 'http.latency', description: 'Time to answer', series: [{ metric: 'http.latency', tags: { endpoint: '/Orders' } }] };
  assert.deepEqual(['', 'LAT', 'answer time', 'endpoint=/orders http', 'latency cpu'].map((search) => matchesSearch(panel, search)), [true, true, true, true, false]);
});

test('the message without data names the reason that the user can change first', () => {
  const situation = { isLoading: false, channels: ['c'], preferences: defaultPreferences(), past: null };
  const title = (change, preferences = {}) => messageFor({ ...situation, ...change, preferences: { ...defaultPreferences(), ...preferences } }).title;
  assert.deepEqual(
    [title({ channels: null }), title({ channels: [] }), title({}, { hiddenChannels: ['c'] }), title({ isLoading: true }), title({}, { search: 'x', tags: { a: ['b'] } }), title({}, { tags: { a: ['b'] } }), title({ past: [1, 2] }), title({})],
    ['Connecting', 'No channels', 'All channels are off', 'Loading', 'Nothing matches “x”', 'No metric matches the filter', 'No data in this range', 'No metrics yet'],
  );
});

test('the meter counts full seconds and evicts old ones', () => {
  const meter = new Meter();
  for (let now = 0; now < 3_000; now += 100) {
    meter.mark(now);
  }
  assert.equal(meter.perSecond(3_050), 10);
  assert.equal(meter.perSecond(60_000), 0);
});

test('numbers change their unit before a fifth digit', () => {
  assert.deepEqual(percent(7), { number: '7.0', unit: '%' });
  assert.deepEqual(bytesPerSecond(999), { number: '999', unit: 'B/s' });
  assert.deepEqual(bytesPerSecond(999_960), { number: '1.0', unit: 'MB/s' });
  assert.deepEqual(bytes(16_777_216_000), { number: '15.6', unit: 'GiB' });
  assert.deepEqual([plain(0.0123), plain(17), plain(1.25), plain(1_250)].map(({ number, unit }) => number + unit), ['0.012', '17', '1.3', '1.3k']);
});

test('numbers beyond the largest unit stay short', () => {
  for (const format of [plain, bytes, bytesPerSecond]) {
    assert.ok(Object.values(format(Number.MAX_VALUE)).join(' ').length <= 14, JSON.stringify(format(Number.MAX_VALUE)));
  }
  assert.deepEqual(plain(-2e300), { number: '-2.0e+300', unit: '' });
});

describe('a quantity', () => {
  const cases = [
    ['By', 16_777_216_000, '15.6 GiB', '16.8 GB/s'],
    ['MiBy', 2048, '2.0 GiB', '2.0 GiB/s'],
    ['By/s', 1_500, '1.5 kB/s', '1.5 kB/s/s'],
    ['%', 7, '7.0 %', '7.0 %/s'],
    ['ms', 250, '250 ms', '250 ms/s'],
    ['ms', 1_250, '1.3 s', '1.3 s/s'],
    ['s', 5_400, '90 min', '90 min/s'],
    ['s', 90_000, '25 h', '25 h/s'],
    ['us', 12, '12 µs', '12 µs/s'],
    ['MHz', 2_400, '2.4 GHz', '2.4 GHz/s'],
    ['1', 0.25, '0.3', '0.3 /s'],
    ['{thread}', 1_200, '1.2 k', '1.2 k/s'],
    ['{task}/s', 12, '12 /s', '12 /s/s'],
    ['Cel', 21.5, '21.5 °C', '21.5 °C/s'],
    ['m', 2_150, '2.2 k m', '2.2 k m/s'],
    ['', 17, '17', '17 /s'],
    ['constructor', 17, '17 constructor', '17 constructor/s'],
  ];
  for (const [ucum, value, gauge, rate] of cases) {
    test(`${value} of ${ucum || 'no unit'} is ${gauge}, and as a rate ${rate}`, () => {
      assert.equal(formatQuantity(quantityOf(value, { ucum, isRate: false })), gauge);
      assert.equal(formatQuantity(quantityOf(value, { ucum, isRate: true })), rate);
    });
  }

  test('durations keep a readable size', () => {
    const texts = [0, 3e-9, 0.0004, 0.0123, 0.9999, 59, 119, 120, 86_400, 200_000, -0.5, 1e300].map((each) => formatQuantity(duration(each)));
    assert.deepEqual(texts.slice(0, -1), ['0 s', '3 ns', '400 µs', '12.3 ms', '1.0 s', '59 s', '119 s', '2 min', '24 h', '2.3 d', '-500 ms']);
    assert.ok(texts.at(-1).length < 16, texts.at(-1));
  });
});
