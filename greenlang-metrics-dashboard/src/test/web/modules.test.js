/** The page's modules on their own: the rules that are easier to pin down without a browser. */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { describe, mock, test } from 'node:test';
import { PAGE_FILES } from './scripted-server.mjs';

const load = (name) => import(new URL(name, `file://${PAGE_FILES}`).href);
const { metricsUrl, readFragment, tokenFromPaste, withToken, withoutToken } = await load('address.js');
const { Backoff } = await load('backoff.js');
const { MetricsConnection } = await load('connection.js');
const { CounterRate } = await load('counter-rate.js');
const { bytes, bytesPerSecond, percent } = await load('format.js');
const { Hosts } = await load('hosts.js');
const { readFrame } = await load('messages.js');
const { Meter } = await load('meter.js');
const { Spokesman } = await load('spokesman.js');
const { Track, WINDOW_SECONDS } = await load('track.js');

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

  test('of the socket keeps its own query', () => {
    assert.equal(withToken('ws://h/ws?a=1', 'x.y'), 'ws://h/ws?a=1&token=x.y');
    assert.equal(withToken('ws://h/ws', null), 'ws://h/ws');
  });

  for (const pasted of [' a.b.c\n', 'Token: a.b.c', 'Bearer a.b.c', 'Authorization: Bearer a.b.c', 'http://h:8000/#token=a.b.c', 'Dashboard: http://h/#ws=/x&token=a.b.c ']) {
    test(`a token can be pasted as ${JSON.stringify(pasted)}`, () => assert.equal(tokenFromPaste(pasted), 'a.b.c'));
  }

  test('survives a broken escape in what was pasted', () => assert.ok(tokenFromPaste('http://h/#token=%E0%A4%A')));
});

test('the backoff doubles up to 30 s, has full jitter, and starts again', () => {
  const draw = (random) => {
    const backoff = new Backoff(() => random);
    return Array.from({ length: 7 }, () => backoff.next());
  };
  assert.deepEqual(draw(1), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  assert.deepEqual(draw(0.5).at(-1), 15_000);
  assert.deepEqual(draw(0), Array(7).fill(250));
  const backoff = new Backoff(() => 1);
  Array.from({ length: 2_000 }, () => backoff.next());
  assert.equal(backoff.next(), 30_000);
  backoff.reset();
  assert.equal(backoff.next(), 1_000);
});

describe('a frame', () => {
  const flat = { channel: 'c', name: 'n', type: 'gauge', value: 1, timestamp: '2025-11-08T12:00:00.5Z', tags: { host: 'h' } };

  test('that is a metric is read, whatever its type is called', () => {
    const sample = { name: 'n', value: 1, time: 1762603200.5, tags: { host: 'h' } };
    assert.deepEqual(readFrame(JSON.stringify(flat)), { kind: 'metrics', samples: [sample], malformed: 0 });
    assert.equal(readFrame(JSON.stringify({ ...flat, type: 'error' })).kind, 'metrics');
    assert.deepEqual(readFrame(JSON.stringify({ ...flat, tags: undefined })).samples[0].tags, {});
  });

  for (const broken of ['', 'x', '1', 'null', '[]', '{}', '{"type":1}', '{"type":"metrics"}', '{"type":"lagged"}', '{"type":"lagged","missed":-1}', '{"channel":"c","name":1}']) {
    test(`that makes no sense is told apart: ${broken}`, () => assert.equal(readFrame(broken), null));
  }

  test('that is binary was not asked for', () => assert.equal(readFrame(new ArrayBuffer(3)), null));

  test('of a newer server is no fault', () => assert.deepEqual(readFrame('{"type":"novel"}'), { kind: 'other' }));

  test('cannot reach a prototype by its tags', () => {
    const { tags } = readFrame(`{"channel":"c","name":"n","value":1,"timestamp":"2025-11-08T12:00:00Z","tags":{"__proto__":{"host":"x"}}}`).samples[0];
    assert.equal(tags.host, undefined);
    assert.equal({}.host, undefined);
  });
});

describe('a counter', () => {
  test('becomes a rate', () => {
    const rate = new CounterRate();
    assert.deepEqual([rate.next(0, 100), rate.next(2, 300), rate.next(2, 300), rate.next(3, 300)], [null, 100, undefined, 0]);
  });

  test('that was reset, or whose clock went back, has no rate for one step', () => {
    const rate = new CounterRate();
    assert.deepEqual([rate.next(0, 100), rate.next(1, 5), rate.next(2, 15), rate.next(1, 20)], [null, null, 10, null]);
  });
});

describe('a track', () => {
  test('puts values of one moment into one row', () => {
    const track = new Track(2);
    track.put(0, 10, 1);
    track.put(1, 10, 2);
    track.put(0, 11, 3);
    assert.deepEqual(track.data, [[10, 11], [1, 3], [2, undefined]]);
  });

  test('breaks its lines once after a gap', () => {
    const track = new Track(1);
    track.breakLine();
    track.put(0, 10, 1);
    track.breakLine();
    track.breakLine();
    track.put(0, 10, 1); // the newest value again, as `latest` sends it
    track.put(0, 20, 2);
    track.put(0, 21, 3);
    assert.deepEqual(track.data, [[10, 15, 20, 21], [1, null, 2, 3]]);
  });

  test('sorts jitter in, and starts anew when the clock was set back', () => {
    const track = new Track(1);
    [10, 12, 11].forEach((time) => track.put(0, time, time));
    assert.deepEqual(track.data[0], [10, 11, 12]);
    track.put(0, 5, 5);
    assert.deepEqual(track.data, [[5], [5]]);
  });

  test('is bounded in time and in rows', () => {
    const track = new Track(1);
    for (let time = 0; time < 1_000; time++) {
      track.put(0, time, time);
    }
    assert.deepEqual([track.data[0][0], track.rows], [999 - WINDOW_SECONDS - 1, WINDOW_SECONDS + 2]);
    for (let i = 0; i < 10_000; i++) {
      track.put(0, 1_000 + i / 1_000, i);
    }
    assert.equal(track.rows, 3_000);
  });
});

test('the broadest series speaks for its host, and another only once it is silent', () => {
  const spokesman = new Spokesman();
  const judge = (time, tags) => spokesman.judge({ name: 'disk.percent', value: 1, time, tags });
  const total = { host: 'h' };
  const root = { host: 'h', mount: '/' };
  assert.deepEqual(
    [judge(0, root), judge(0, { mount: '/data', host: 'h' }), judge(1, { mount: '/', host: 'h' }), judge(1, total), judge(2, root), judge(40, root)],
    ['new', 'no', 'same', 'new', 'no', 'new'],
  );
});

test('hosts make room for new ones once they are silent', () => {
  const hosts = new Hosts();
  const add = (host, now) => hosts.add({ name: 'cpu.percent', value: 1, time: 0, tags: { host } }, now);
  for (let i = 0; i < 64; i++) {
    add(`h${i}`, 0);
  }
  add('late', 1_000);
  assert.deepEqual([hosts.get('late'), hosts.ignored], [undefined, 1]);
  add('late', (WINDOW_SECONDS + 1) * 1_000);
  assert.equal(hosts.get('late').track('cpu').rows, 1);
  assert.equal(hosts.names.length, 64);
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
});

describe('the connection', () => {
  /** A socket that does what the test says. */
  class FakeSocket {
    static all = [];
    sent = [];
    constructor(url) {
      this.url = url;
      FakeSocket.all.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.closed = true;
    }
    says(message) {
      this.onmessage({ data: JSON.stringify(message) });
    }
  }

  function connect(t) {
    t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    FakeSocket.all = [];
    const states = [];
    const listener = { onState: (state) => states.push(state.name), onMessage: mock.fn(), onMalformed: mock.fn() };
    const connection = new MetricsConnection('ws://h/ws', 'x', listener, { WebSocket: FakeSocket, backoff: new Backoff(() => 1) });
    connection.connect();
    return { connection, states, tick: (millis) => t.mock.timers.tick(millis) };
  }

  test('gives a server up that takes the socket but never says welcome', (t) => {
    const { states, tick } = connect(t);
    tick(10_000);
    assert.deepEqual([states, FakeSocket.all[0].closed], [['connecting', 'reconnecting'], true]);
  });

  test('notices a frozen peer within 45 s, and not before a late ping could come', (t) => {
    const { states, tick } = connect(t);
    FakeSocket.all[0].says({ type: 'welcome', heartbeat_interval: 30 });
    for (let i = 0; i < 8; i++) tick(5_000);
    assert.equal(states.at(-1), 'connected');
    tick(5_000);
    assert.equal(states.at(-1), 'reconnecting');
  });

  test('does not blame the server for its own sleep', (t) => {
    const { states, tick } = connect(t);
    FakeSocket.all[0].says({ type: 'welcome', heartbeat_interval: 30 });
    t.mock.timers.setTime(3_600_000); // the watch is due at 5 s, and fires at the first tick from here
    for (let i = 0; i < 9; i++) tick(5_000);
    assert.equal(states.at(-1), 'connected');
    tick(5_000);
    assert.equal(states.at(-1), 'reconnecting', 'but then it has no excuse');
  });

  test('goes on backing off while a server keeps dying right after the welcome', (t) => {
    const { connection, tick } = connect(t);
    for (const wait of [1_000, 2_000, 4_000]) {
      const socket = FakeSocket.all.at(-1);
      socket.says({ type: 'welcome' });
      socket.onclose({ code: 1006 });
      assert.equal(connection.state.retryAt - Date.now(), wait);
      tick(wait);
    }
    FakeSocket.all.at(-1).says({ type: 'welcome' });
    tick(5_000);
    FakeSocket.all.at(-1).onclose({ code: 1006 });
    assert.equal(connection.state.retryAt - Date.now(), 1_000, 'after five good seconds');
  });

  test('is deaf to a socket that it gave up', (t) => {
    const { connection, states } = connect(t);
    const [old] = FakeSocket.all;
    connection.close();
    old.says({ type: 'welcome' });
    old.onclose({ code: 1006 });
    assert.deepEqual([states, old.sent], [['connecting', 'closed'], []]);
  });

  for (const code of [4400, 4401, 4403]) {
    test(`does not come back after ${code}`, (t) => {
      const { states, tick } = connect(t);
      FakeSocket.all[0].onclose({ code });
      tick(600_000);
      assert.deepEqual([states, FakeSocket.all.length], [['connecting', 'refused'], 1]);
    });
  }

  for (const code of [1000, 1001, 1006, 1012, 1013, 4408, 4429]) {
    test(`comes back after ${code}`, (t) => {
      const { tick } = connect(t);
      FakeSocket.all[0].onclose({ code });
      tick(1_000);
      assert.equal(FakeSocket.all.length, 2);
    });
  }

  test('retries at once when the page wakes up after the time', (t) => {
    const { connection } = connect(t);
    FakeSocket.all[0].onclose({ code: 1006 });
    connection.wake();
    assert.equal(FakeSocket.all.length, 1, 'not before');
    mock.method(Date, 'now', () => connection.state.retryAt); // the timer itself is throttled
    connection.wake();
    mock.restoreAll();
    assert.equal(FakeSocket.all.length, 2);
  });
});

describe('the files', () => {
  test('refer only to files that are there, and to nothing outside', async () => {
    const files = (await readdir(PAGE_FILES, { recursive: true })).filter((file) => /\.(html|js|css)$/.test(file));
    const there = new Set(await readdir(PAGE_FILES, { recursive: true }));
    for (const file of files.filter((name) => !name.startsWith('vendor'))) {
      const source = await readFile(PAGE_FILES + file, 'utf8');
      for (const [, reference] of source.matchAll(/(?:src|href)="([^"]+)"|from '([^']+)'/g)) {
        assert.ok(!reference || there.has(reference), `${file} refers to ${reference}`);
      }
      for (const [, reference] of source.matchAll(/from '\.\/([^']+)'/g)) {
        assert.ok(there.has(reference), `${file} imports ${reference}`);
      }
      assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, file);
      assert.doesNotMatch(source, /\sstyle="|\son\w+="|<script>|<style>/, `${file} has inline script or style`);
    }
  });

  test('text has a contrast of 4.5 : 1 in both themes, and lines 3 : 1', async () => {
    const css = await readFile(`${PAGE_FILES}theme.css`, 'utf8');
    const read = (text) => Object.fromEntries([...text.matchAll(/(--[\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
    const [light, dark] = css.split('@media').map(read);
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
      check('--wait', '--card', 4.5);
      check('--bad', '--card', 4.5);
      ['--cpu', '--memory', '--disk', '--received', '--sent', '--accent'].forEach((line) => check(line, '--card', 3));
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
