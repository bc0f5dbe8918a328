/** The page's modules on their own: the rules that are easier to pin down without a browser. */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { metricsUrl, readFragment, tokenFromPaste, withoutToken } from '../../main/web/address.js';
import { bytes, bytesPerSecond, percent, plain, unitOf } from '../../main/web/format.js';
import { Meter } from '../../main/web/meter.js';
import { Spokesman } from '../../main/web/spokesman.js';
import { MAX_FAMILIES, Store } from '../../main/web/store.js';
import { Track } from '../../main/web/track.js';
import { View } from '../../main/web/view.js';
import { subscription } from '../../main/web/wishes.js';

const NOON = Date.UTC(2026, 0, 1, 12) / 1000;
const WEB = 'src/main/web/';
const BUILT = 'src/main/resources/META-INF/resources/greenlang-metrics/';

const metric = (name, value, second, tags = { host: 'h' }, more = {}) => ({
  channel: 'system.metrics',
  name,
  type: /bytes_|total$/.test(name) ? 'counter' : 'gauge',
  value,
  timestamp: new Date(1000 * (NOON + second)).toISOString(),
  tags,
  ...more,
});

describe('the address', () => {
  test('gives the token and the override', () => {
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
    test(`of the socket, from ${page} and ${override}`, () => assert.equal(metricsUrl(page, override), expected));
  }

  for (const pasted of [' a.b.c\n', 'Token: a.b.c', 'Bearer a.b.c', 'Authorization: Bearer a.b.c', 'http://h:8000/#token=a.b.c', 'Dashboard: http://h/#ws=/x&token=a.b.c ']) {
    test(`a token can be pasted as ${JSON.stringify(pasted)}`, () => assert.equal(tokenFromPaste(pasted), 'a.b.c'));
  }

  test('survives a broken escape in what was pasted', () => assert.ok(tokenFromPaste('http://h/#token=%E0%A4%A')));
});

describe('a track', () => {
  const track = (...readings) => {
    const made = new Track(1);
    readings.forEach(([time, value]) => made.put(0, time, value));
    return made;
  };

  test('puts values of one moment into one row', () => {
    const made = new Track(2);
    made.put(0, 10, 1);
    made.put(1, 10, 2);
    made.put(0, 11, 3);
    assert.deepEqual(made.data, [[10, 11], [1, 3], [2, undefined]]);
  });

  test('gives a series that comes later its own column', () => {
    const made = track([10, 1]);
    assert.equal(made.addColumn(), 1);
    made.put(1, 10, 5);
    assert.deepEqual(made.data, [[10], [1], [5]]);
  });

  test('breaks its lines once after a gap, and knows where', () => {
    const made = new Track(1);
    made.breakLine();
    made.put(0, 10, 1);
    made.breakLine();
    made.breakLine();
    made.put(0, 10, 1); // the newest value again, as `latest` sends it
    made.put(0, 20, 2);
    made.put(0, 21, 3);
    assert.deepEqual(made.data, [[10, 15, 20, 21], [1, null, 2, 3]]);
    assert.deepEqual(made.gaps, [{ from: 10, to: 20 }]);
  });

  test('closes a gap that history fills, and keeps what stays open of it', () => {
    const made = track([8, 1], [9, 1], [10, 1]);
    made.breakLine();
    made.put(0, 40, 2);
    [30, 31, 32, 33, 34, 35, 36, 37, 38, 39].forEach((time) => made.putPast(0, time, 3));
    made.settleGaps();
    assert.deepEqual(made.gaps, [{ from: 10, to: 30 }]);
    assert.equal(made.data[1][made.data[0].indexOf(20)], null);
    Array.from({ length: 19 }, (_, i) => made.putPast(0, 11 + i, 4));
    made.settleGaps();
    assert.deepEqual([made.gaps, made.data[1].includes(null), made.rows], [[], false, 33]);
  });

  test('a gap of a few readings is one: a restart takes no longer', () => {
    const made = track([8, 1], [9, 1], [10, 1]);
    made.breakLine();
    made.put(0, 13, 2);
    made.put(0, 14, 2);
    made.settleGaps();
    assert.deepEqual(made.gaps, [{ from: 10, to: 13 }]);
    const young = track([9, 1], [10, 1]);
    young.breakLine();
    young.put(0, 16, 2);
    young.settleGaps();
    assert.deepEqual(young.gaps, [{ from: 10, to: 16 }], 'of a page that was just opened, too');
    const whole = track([8, 1], [9, 1], [10, 1]);
    whole.breakLine();
    whole.put(0, 11.5, 2);
    whole.settleGaps();
    assert.deepEqual(whole.gaps, [], 'a little late, but nothing is missing');
  });

  test('does not let history override what came by itself', () => {
    const made = track([10, 1]);
    made.putPast(0, 10, 99);
    made.putPast(0, 5, 7);
    assert.deepEqual(made.data, [[5, 10], [7, 1]]);
  });

  test('sorts jitter in, and starts anew when the clock was set back', () => {
    const made = track([1000, 1], [1002, 2], [1001, 3]);
    assert.deepEqual(made.data, [[1000, 1001, 1002], [1, 3, 2]]);
    made.put(0, 5, 5);
    assert.deepEqual(made.data, [[5], [5]]);
  });

  test('is bounded in time and in rows', () => {
    const made = new Track(1);
    for (let time = 0; time < 1_000; time++) {
      made.put(0, time, time);
    }
    assert.ok(made.rows >= 300 && made.rows <= 330, `${made.rows} rows of five minutes`);
    for (let i = 0; i < 100_000; i++) {
      made.put(0, 1_000 + i / 1_000, i);
    }
    assert.ok(made.rows <= 6_000, `${made.rows} rows`);
  });

  test('has the whole window, however dense its rows are', () => {
    const made = new Track(1);
    for (let i = 0; i < 20_000; i++) {
      made.put(0, i * 0.0501, i); // just too far apart to be one row
      assert.ok(made.oldest <= Math.max(0, made.newest - 300), `at ${made.newest} it begins at ${made.oldest}`);
    }
    assert.ok(made.rows <= 6_000, `${made.rows} rows`);
  });

  test('has the whole of a window that was widened, and keeps its history', () => {
    const made = new Track(1);
    for (let i = 0; i < 3_000; i++) {
      made.put(0, 3_300 + i / 10, i);
    }
    made.retain(3_600, null);
    Array.from({ length: 55 }, (_, i) => made.putPast(0, 60 * i, i));
    for (let time = 3_600; time < 9_000; time += 0.6) {
      made.put(0, time, time);
      assert.ok(made.oldest <= Math.max(0, made.newest - 3_600), `at ${made.newest} it begins at ${made.oldest}`);
    }
    assert.ok(made.rows <= 6_000, `${made.rows} rows`);
  });

  test('keeps what the reader has paused at, and the window, however long it takes', () => {
    const made = new Track(1);
    const put = (from, to) => {
      for (let time = from; time < to; time += 0.1) {
        made.put(0, time, time);
      }
    };
    const within = (from, to) => made.data[0].filter((time) => time >= from && time <= to).length;
    put(0, 300);
    made.retain(300, [0, 300]);
    const picture = within(0, 300);
    put(300, 8_000);
    assert.equal(within(0, 300), picture);
    assert.ok(within(7_700, 8_000) > 2_900);
    assert.ok(made.rows < 7_000, `${made.rows} rows`);
    made.retain(300, null);
    put(8_000, 8_100);
    assert.ok(made.oldest > 7_000 && made.oldest <= 7_800);
  });

  test('of several series, one whose clock is behind, or that comes late, takes nothing from the others', () => {
    const made = new Track(2);
    for (let time = 1_000; time < 1_010; time++) {
      made.put(0, time, 1);
      made.put(1, time - 200, 2);
    }
    const values = made.data.slice(1).map((column) => column.filter((cell) => cell !== undefined));
    assert.deepEqual(values, [Array(10).fill(1), Array(10).fill(2)]);
    made.put(1, 500, 3);
    assert.deepEqual(made.data[2].filter((cell) => cell !== undefined), [3], 'its own clock was set back');
    assert.equal(made.data[1].filter((cell) => cell !== undefined).length, 10);
  });
});

describe('the view', () => {
  const view = () => {
    const made = new View(() => {});
    made.moveTo(1_000, 0);
    return made;
  };

  test('is the window up to now, and at least half a minute', () => {
    const made = view();
    assert.deepEqual(made.range, [700, 1_000]);
    made.moveTo(1_000, 995);
    assert.deepEqual(made.range, [970, 1_000]);
  });

  test('stays where it was zoomed to, and goes back to now', () => {
    const made = view();
    made.zoomTo([800, 900]);
    made.moveTo(2_000, 0);
    assert.deepEqual([made.range, made.held, made.isLive], [[800, 900], [800, 900], false]);
    made.live();
    assert.deepEqual([made.range, made.held], [[1_700, 2_000], null]);
  });

  test('zooms around a moment, not nearer than two seconds, and out to the window again', () => {
    const made = view();
    made.zoomBy(0.5, 1_000);
    assert.deepEqual(made.range, [850, 1_000]);
    made.zoomTo([900, 900.1]);
    assert.ok(Math.abs(made.range[1] - made.range[0] - 2) < 1e-6);
    made.zoomBy(1_000);
    assert.equal(made.isLive, true);
  });

  test('stands still while paused', () => {
    const made = view();
    made.togglePause();
    made.moveTo(1_100, 0);
    assert.deepEqual([made.range, made.held], [[700, 1_000], [700, 1_000]]);
    made.togglePause();
    assert.deepEqual(made.range, [800, 1_100]);
  });
});

describe('the store', () => {
  test('derives rates from totals, takes those that windows bring, and keeps the band', () => {
    const store = new Store();
    store.add(metric('network.bytes_recv', 100, 0), 0);
    store.add(metric('network.bytes_recv', 300, 2), 0);
    store.add(metric('network.bytes_sent', 5, 2, { host: 'h' }, { interval: '1s', rate: 42 }), 0);
    store.add(metric('cpu.percent', 50, 2, { host: 'h' }, { interval: '1s', min: 40, max: 60 }), 0);
    const host = store.host('h');
    assert.deepEqual(host.tracks.get('network').data, [[NOON + 2], [100], [42]]);
    assert.deepEqual(host.tracks.get('cpu').data, [[NOON + 2], [50], [40], [60]]);
  });

  test('gives each other name a family, and bounds families, lines and hosts', () => {
    const store = new Store();
    for (let i = 0; i < 200; i++) {
      store.add(metric(`m${i % 100}`, i, 0, { n: String(i) }, { channel: 'orders.metrics' }), 0);
      store.add(metric('one', i, 0, { n: String(i) }, { channel: 'lines.metrics' }), 0);
      store.add(metric('cpu.percent', i, 0, { host: `h${i}` }), 0);
    }
    assert.equal(store.families('orders.metrics').length, MAX_FAMILIES);
    assert.equal(store.families('lines.metrics')[0].size, 50);
    assert.deepEqual([...store.overflowing].sort(), ['lines.metrics', 'orders.metrics']);
    assert.deepEqual([store.hostNames.length, store.ignored], [64, 136]);
  });

  test('bounds the series of a channel, also of those that come one name after the other', () => {
    const store = new Store();
    for (let i = 0; i < 2_000; i++) {
      store.add(metric(`m${i % 40}`, i, 0, { n: String(i) }, { channel: 'orders.metrics' }), 0);
    }
    const sizes = store.families('orders.metrics').map(({ size }) => size);
    assert.deepEqual([sizes.length, sizes.reduce((sum, size) => sum + size), store.overflowing.has('orders.metrics')], [40, 200, true]);
  });

  test('makes room for new series once others have long been silent', () => {
    const store = new Store();
    const pods = (from, second) => {
      for (let i = from; i < from + 50; i++) {
        store.add(metric('pod.load', i, second, { pod: String(i) }, { channel: 'pods.metrics' }), 0);
      }
    };
    const shown = () => store.families('pods.metrics').map(({ panel }) => panel.series.map(({ label }) => label));
    pods(0, 0);
    pods(25, 290);
    pods(50, 300);
    assert.equal(store.overflowing.has('pods.metrics'), true, 'those before are still in the window');
    pods(25, 400);
    pods(50, 400);
    assert.deepEqual(shown(), [Array.from({ length: 50 }, (_, i) => String(25 + i))]);
    assert.equal(store.families('pods.metrics')[0].track.data.length, 51);
    pods(100, 800);
    assert.deepEqual(shown()[0].at(-1), '149');
    store.add(metric('pod.load', 1, 801, { pod: '149' }, { channel: 'pods.metrics' }), 0);
    assert.equal(store.families('pods.metrics')[0].track.data.at(-1).at(-1), 1, 'in its own column');
  });

  test('has hosts and names in the order in which people count', () => {
    const store = new Store();
    for (const n of [10, 2, 1]) {
      store.add(metric('cpu.percent', 1, 0, { host: `web-${n}` }), 0);
      store.add(metric(`shard.${n}`, 1, 0, {}, { channel: 'c' }), 0);
    }
    assert.deepEqual(store.hostNames, ['web-1', 'web-2', 'web-10']);
    assert.deepEqual(store.families('c').map(({ panel }) => panel.title), ['shard.1', 'shard.2', 'shard.10']);
  });

  test('makes room for a new host once another has long been silent', () => {
    const store = new Store();
    for (let i = 0; i < 64; i++) {
      store.add(metric('cpu.percent', i, 0, { host: `h${i}` }), 0);
    }
    store.add(metric('cpu.percent', 1, 0, { host: 'late' }), 301_000);
    assert.ok(store.hostNames.includes('late'));
  });

  test('joins history to what came by itself, once', () => {
    const store = new Store();
    const past = Array.from({ length: 10 }, (_, i) => metric('cpu.percent', i, i));
    store.add(metric('cpu.percent', 9, 9), 0);
    store.addPast(past);
    store.addPast(past);
    assert.deepEqual(store.host('h').tracks.get('cpu').data[1], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  for (const name of ['constructor', '__proto__', 'toString']) {
    test(`takes a metric that is called ${name}`, () => {
      const store = new Store();
      store.add(metric(name, 1, 0, { [name]: 'x' }, { channel: name }), 0);
      assert.deepEqual(store.families(name).map(({ panel }) => panel.title), [name]);
    });
  }

  test('labels lines by the tags that tell them apart', () => {
    const store = new Store();
    ['eu', 'us'].forEach((region) => store.add(metric('depth', 1, 0, { env: 'prod', region }, { channel: 'c' }), 0));
    assert.deepEqual(store.families('c')[0].panel.series.map(({ label }) => label), ['eu', 'us']);
    store.add(metric('alone', 1, 0, { host: 'h', simulated: 'true', queue: 'jobs' }, { channel: 'd' }), 0);
    store.add(metric('whole', 1, 0, { host: 'h', simulated: 'true' }, { channel: 'd' }), 0);
    assert.deepEqual(store.families('d').map(({ panel }) => panel.series[0].label), ['jobs', 'all']);
  });
});

test('the broadest series speaks for its host, and another only once it is silent', () => {
  const spokesman = new Spokesman();
  const judge = (second, tags) => spokesman.judge(metric('disk.percent', 1, second, tags));
  const total = { host: 'h' };
  const root = { host: 'h', mount: '/' };
  assert.deepEqual(
    [judge(0, root), judge(0, { mount: '/data', host: 'h' }), judge(1, { mount: '/', host: 'h' }), judge(1, total), judge(2, root), judge(40, root)],
    ['new', 'no', 'same', 'new', 'no', 'new'],
  );
});

test('the wishes become a subscription as the protocol has it', () => {
  const wishes = { off: [], tags: { env: ['production'], region: ['eu', 'us'] }, interval: '5s', windowSeconds: 300, compression: true };
  assert.deepEqual(subscription(wishes, ['c']), {
    channels: ['c'],
    tags: { env: 'production', region: ['eu', 'us'] },
    aggregation_interval: '5s',
    compression: true,
  });
  assert.deepEqual(subscription({ ...wishes, tags: {}, interval: 'raw', compression: false }, ['c']), { channels: ['c'] });
});

test('the meter counts full seconds and forgets', () => {
  const meter = new Meter();
  for (let now = 0; now < 3_000; now += 100) {
    meter.mark(now);
  }
  assert.equal(meter.perSecond(3_050), 10);
  assert.equal(meter.perSecond(60_000), 0);
});

test('numbers change their unit before they need a fifth digit', () => {
  assert.deepEqual(percent(7), { number: '7.0', unit: '%' });
  assert.deepEqual(bytesPerSecond(999), { number: '999', unit: 'B/s' });
  assert.deepEqual(bytesPerSecond(999_960), { number: '1.0', unit: 'MB/s' });
  assert.deepEqual(bytes(16_777_216_000), { number: '15.6', unit: 'GiB' });
  assert.deepEqual([plain(0.0123), plain(17), plain(1.25), plain(1_250)].map(({ number, unit }) => number + unit), ['0.012', '17', '1.3', '1.3k']);
});

test('numbers beyond all units stay short', () => {
  for (const format of [plain, bytes, bytesPerSecond]) {
    assert.ok(Object.values(format(Number.MAX_VALUE)).join(' ').length <= 14, JSON.stringify(format(Number.MAX_VALUE)));
  }
  assert.deepEqual(plain(-2e300), { number: '-2.0e+282', unit: 'E' });
});

test('units are guessed from what a name promises', () => {
  assert.deepEqual(
    [unitOf('calls.total', 'counter'), unitOf('x.bytes_in', 'counter'), unitOf('heap.bytes', 'gauge'), unitOf('success_rate', 'gauge'), unitOf('depth', 'gauge')],
    ['perSecond', 'bytesPerSecond', 'bytes', 'percent', 'plain'],
  );
});

describe('the files', () => {
  test('refer only to files that are there, and write no markup', async () => {
    const there = await readdir(BUILT);
    const page = await readFile(`${BUILT}index.html`, 'utf8');
    for (const [, reference] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      assert.ok(there.includes(reference), `index.html refers to ${reference}`);
    }
    assert.doesNotMatch(page, /\sstyle="|\son\w+="|<script>|<style>/, 'no inline script or style');
    for (const file of (await readdir(WEB)).filter((name) => name.endsWith('.js'))) {
      const source = await readFile(WEB + file, 'utf8');
      assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, file);
    }
  });

  test('keep the licences of what they contain', async () => {
    const text = await readFile(`${BUILT}licenses.txt`, 'utf8');
    assert.match(text, /uplot 1\.6\.32 \(MIT\)[\s\S]*Leon Sorokin/);
    assert.match(text, /@msgpack\/msgpack 3\.1\.3 \(ISC\)/);
  });

  test('text has a contrast of 4.5 : 1 in both themes, and lines 3 : 1', async () => {
    const css = await readFile(`${WEB}theme.css`, 'utf8');
    const read = (text) => Object.fromEntries([...text.matchAll(/(--[\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
    const [light, dark] = css.split(":root[data-theme='dark']").map(read);
    assert.deepEqual(Object.keys(dark), Object.keys(light), 'both themes define the same colours');
    for (const [theme, colors] of Object.entries({ light, dark })) {
      const check = (front, ground, least) => {
        const ratio = contrast(colors[front], colors[ground]);
        assert.ok(ratio >= least, `${theme}: ${front} on ${ground} has ${ratio.toFixed(2)}`);
      };
      for (const ground of ['--ground', '--card']) {
        check('--text', ground, 4.5);
        check('--muted', ground, 4.5);
      }
      check('--on-accent', '--accent', 4.5);
      check('--muted', '--grid', 4.5); // the pill without a connection
      ['good', 'wait', 'bad'].forEach((mood) => check(`--${mood}`, `--${mood}-ground`, 4.5));
      check('--good', '--ground', 4.5);
      check('--wait', '--ground', 4.5);
      check('--wait', '--card', 4.5);
      check('--bad', '--card', 4.5);
      ['cpu', 'memory', 'disk', 'received', 'sent', 'written', 'accent', ...[...Array(8).keys()].map((i) => `line-${i}`)].map((name) => `--${name}`).forEach((line) => check(line, '--card', 3));
    }
  });
});

/** The contrast ratio of WCAG 2. */
function contrast(a, b) {
  const luminance = (color) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = parseInt(color.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
