/** Tests of server-sent events against an HTTP server of the test. The end-to-end tests use the real server. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { eventsUrlOf, streamUrl } from '../src/events/query.js';
import { EventLines } from '../src/events/stream.js';
import { type ConnectionInfo, createMetricService, type MetricError, type Options } from '../src/index.js';
import { TransportChoice, WEBSOCKET_WORKS } from '../src/transport-choice.js';

const WELCOME = 'retry: 1000\nevent: welcome\ndata: {"type":"welcome","client_id":"c","timestamp":1,"heartbeat_interval":30}\n\n';
const SUBSCRIBED = 'event: subscribed\nid: x\ndata: {"type":"subscribed","channels":["a"],"positions":{"a":{"epoch":"e","offset":4}}}\n\n';
const METRIC = 'data: {"channel":"a","name":"n","type":"gauge","value":1,"timestamp":"2025-11-08T12:00:00Z","offset":5}\n\n';

function parse(...parts: string[]): [string, string][] {
  const events: [string, string][] = [];
  const lines = new EventLines((type, data) => events.push([type, data]));
  parts.forEach((part) => lines.add(part));
  return events;
}

/** Starts a server and a service that may only use events. */
async function start(t: TestContext, onRequest: RequestListener, options: Options = {}) {
  const server = createServer(onRequest).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const infos: ConnectionInfo[] = [];
  const errors: MetricError[] = [];
  const service = createMetricService(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/base/ws/metrics?a=b`, 't', {
    transport: 'sse',
    backoff: { baseMs: 10, maxMs: 50 },
    logger: false,
    ...options,
  });
  service.onConnectionChange((_, info) => infos.push(info));
  service.onError((error) => errors.push(error));
  t.after(() => {
    service.disconnect();
    server.closeAllConnections();
    server.close();
  });
  const state = (wanted: string): Promise<ConnectionInfo> =>
    new Promise((resolve) => {
      const found = infos.find((info) => info.state === wanted);
      found ? resolve(found) : service.onConnectionChange((_, info) => info.state === wanted && resolve(info));
    });
  return { service, errors, infos, state };
}

function reply(response: ServerResponse, status: number, body: string, type = 'application/json'): void {
  response.writeHead(status, { 'Content-Type': type }).end(body);
}

const errorBody = (code: string): string => JSON.stringify({ type: 'error', code, message: `it is ${code}` });

describe('the text of events', () => {
  test('lines_inAnyParts_areTheSameEvents', () => {
    const text = ': comment\r\nevent: x\r\ndata: 1\r\n\r\nid: 7\ndata:2\ndata: 3\n\ndata\n\nevent: lost\n\ndata: \u2028:\n\n';
    const expected = [['x', '1'], ['', '2\n3'], ['', ''], ['', '\u2028:']];
    assert.deepEqual(parse(text), expected);
    assert.deepEqual(parse(...text), expected, 'character by character');
  });

  test('line_withoutEnd_isRejected', () => {
    assert.throws(() => parse('data: ' + 'x'.repeat(2 ** 24)), RangeError);
  });
});

describe('the request of events', () => {
  const url = new URL('http://h/sse/metrics?token=old&x=1');

  test('url_isThatOfTheWebSocket_orTheOption', () => {
    assert.equal(eventsUrlOf(new URL('wss://h/base/ws/metrics?a=b'), undefined).href, 'https://h/base/sse/metrics?a=b');
    assert.equal(eventsUrlOf(new URL('ws://h/metrics'), '/events').href, 'http://h/events');
    assert.equal(eventsUrlOf(new URL('ws://h/metrics'), 'https://other/events').href, 'https://other/events');
  });

  test('columnar_becomesBatch', () => {
    const { searchParams } = streamUrl(url, 't', { channels: ['a'], format: 'columnar', compression: true });
    assert.deepEqual(Object.fromEntries(searchParams), { x: '1', channels: 'a', batch: 'true' });
  });

  test('parameters_areEscaped_andTheTokenIsNotAmongThem', () => {
    const { searchParams } = streamUrl(url, 'secret', {
      channels: ['a', 'b,c'],
      tags: { 'k:1': ['v,1', 'w'], z: '\\' },
      group_by: [],
      quantiles: [0.5, 0.99],
      batch: true,
      compression: true,
      resume: true,
      since: { a: { epoch: 'e:1', offset: 7 } },
    });
    assert.deepEqual(Object.fromEntries(searchParams), {
      x: '1',
      channels: 'a,b\\,c',
      tags: 'k\\:1:v\\,1,k\\:1:w,z:\\\\',
      group_by: '',
      quantiles: '0.5,0.99',
      batch: 'true',
      positions: 'a:e\\:1:7',
    });
  });

  test('positions_thatDoNotFit_areLeftOut', () => {
    const since = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`channel.number.${i}`, { epoch: 'epoch', offset: i }]));
    const { href, searchParams } = streamUrl(url, null, { channels: ['*'], since });
    assert.ok(href.length <= 6_000 && href.length > 5_900, String(href.length));
    assert.match(searchParams.get('positions')!, /^channel\.number\.0:epoch:0,.*:\d+$/);
  });
});

describe('the choice of the transport', () => {
  test('webSocket_failsTwice_isBlocked_untilItWorks', () => {
    const choice = new TransportChoice('auto');
    assert.deepEqual([choice.onEnd(true), choice.transport], [false, 'websocket']);
    assert.deepEqual([choice.onEnd(true), choice.transport], [true, 'sse']);
    assert.deepEqual([choice.onEnd(false), choice.transport], [false, 'sse'], 'a cut of events');
    assert.deepEqual([choice.onEnd(false, WEBSOCKET_WORKS), choice.transport], [false, 'websocket']);
    choice.onWelcome();
    assert.deepEqual([choice.onEnd(true), choice.transport], [false, 'websocket']);
  });

  test('events_failToo_webSocketIsFirstInEachAttempt', () => {
    const choice = new TransportChoice('auto');
    choice.onEnd(true);
    choice.onEnd(true);
    assert.deepEqual([choice.onEnd(true), choice.transport], [false, 'websocket']);
    assert.deepEqual([choice.onEnd(true), choice.transport], [true, 'sse']);
  });

  test('closeCodeOfServer_isNoBlockage', () => {
    const choice = new TransportChoice('auto');
    for (const code of [1013, 4401, 1012]) {
      assert.deepEqual([choice.onEnd(true, code), choice.transport], [false, 'websocket']);
    }
  });

  test('option_forcesOrForbids', () => {
    const forced = new TransportChoice('sse');
    const forbidden = new TransportChoice('websocket');
    for (let i = 0; i < 4; i++) {
      forced.onEnd(true);
      forbidden.onEnd(true);
    }
    assert.deepEqual([forced.transport, forbidden.transport], ['sse', 'websocket']);
    assert.throws(() => createMetricService('ws://h', null, { transport: 'xhr' as never }), /transport is xhr; it must be one of auto, websocket, sse/);
  });
});

describe('a server of events', () => {
  test('stream_isRequestedWithTokenInTheHeader_andEndsWithAReconnect', async (t) => {
    const requests: [string | undefined, string | undefined][] = [];
    const { service, infos, state } = await start(t, (request, response) => {
      requests.push([request.url, request.headers.authorization]);
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(WELCOME + SUBSCRIBED + METRIC);
      requests.length === 1 ? response.end() : undefined;
    });
    const values: number[] = [];
    service.onMetric('a', ({ value }) => values.push(value));
    service.subscribe({ channels: ['a'] });
    service.connect();
    await state('reconnecting');
    await service.ready();
    assert.deepEqual(requests[0], ['/base/sse/metrics?a=b&channels=a', 'Bearer t']);
    assert.equal(requests[1]![0], '/base/sse/metrics?a=b&channels=a&positions=a%3Ae%3A4');
    assert.deepEqual(values.slice(0, 1), [1]);
    assert.match(infos.find((info) => info.state === 'reconnecting')!.reason!, /The stream ended/);
  });

  test('page_ofProxy_isReportedWithTheOption', async (t) => {
    const { service, state } = await start(t, (_, response) => reply(response, 404, '<html>', 'text/html'));
    service.connect();
    assert.match((await state('reconnecting')).reason!, /answered 404, so it has no server-sent events; the option eventsUrl sets their URL/);
  });

  /** A proxy that asks for Basic credentials, which the header of the token replaces. */
  const proxy = (requests: [string | undefined, boolean][]): RequestListener => (request, response) => {
    const isOpen = request.headers.authorization === undefined;
    requests.push([request.url, isOpen]);
    if (isOpen) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(WELCOME + SUBSCRIBED + METRIC);
    } else {
      reply(response, 401, '<html>', 'text/html');
    }
  };

  test('proxy_asksForBasic_tokenMovesToTheQuery', async (t) => {
    const requests: [string | undefined, boolean][] = [];
    const { service, infos } = await start(t, proxy(requests));
    service.connect();
    await service.subscribe({ channels: ['a'] });
    assert.deepEqual(infos.map((info) => info.state), ['connected']);
    assert.deepEqual(requests, [['/base/sse/metrics?a=b&channels=a', false], ['/base/sse/metrics?a=b&token=t&channels=a', true]]);
  });

  /** The answer to the second stream arrives when the first has moved its token. */
  test('proxy_asksForBasic_tokensOfTwoStreamsMoveWithoutAReconnect', async (t) => {
    const withoutHeader: boolean[] = [];
    const { service, infos } = await start(t, (request, response) => {
      withoutHeader.push(request.headers.authorization === undefined);
      if (withoutHeader.at(-1)) {
        const channel = new URL(request.url!, 'http://h').searchParams.get('channels');
        response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(`${WELCOME}event: subscribed\ndata: {"type":"subscribed","channels":["${channel}"]}\n\n`);
      } else {
        reply(response, 401, '<html>', 'text/html');
      }
    });
    const results = [service.subscribe({ channels: ['a'] }), service.subscribe({ channels: ['b'], batch: true })];
    service.connect();
    assert.deepEqual(await Promise.all(results), [['a'], ['b']]);
    assert.deepEqual(infos.map((info) => info.state), ['connected']);
    assert.deepEqual(withoutHeader.sort(), [false, false, true, true]);
  });

  test('proxy_asksForBasic_andTheApplicationHidesTheToken_isReported', async (t) => {
    const { service, state } = await start(t, proxy([]), { tokenTransport: 'subprotocol' });
    service.connect();
    assert.match((await state('reconnecting')).reason!, /answered 401/);
  });

  for (const [status, code, wanted] of [[401, 'UNAUTHORIZED', 'failed'], [403, 'DISCONNECTED', 'failed'], [503, 'UNAVAILABLE', 'reconnecting'], [429, 'RATE_LIMITED', 'reconnecting']] as const) {
    test(`status_${status}_${code}_leadsTo_${wanted}`, async (t) => {
      const { service, state } = await start(t, (_, response) => reply(response, status, errorBody(code)));
      service.subscribe({ channels: ['a'] });
      service.connect();
      assert.ok(await state(wanted));
    });
  }

  test('invalidSubscriptions_areFoundOneByOne_whileOthersAreDelivered', async (t) => {
    const { service } = await start(t, (request, response) => {
      const channels = new URL(request.url!, 'http://h').searchParams.get('channels')!;
      if (channels.includes('bad')) {
        reply(response, 404, errorBody('UNKNOWN_CHANNEL'));
      } else {
        const list = JSON.stringify(channels.split(','));
        response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(`${WELCOME}event: subscribed\ndata: {"type":"subscribed","channels":${list}}\n\n`);
      }
    });
    const results = ['a', 'b', 'bad', 'c', 'd'].map((channel) => service.subscribe({ channels: [channel] }));
    service.connect();
    const settled = await Promise.allSettled(results);
    assert.deepEqual(settled.map((each) => (each.status === 'fulfilled' ? each.value.join() : (each.reason as MetricError).code)), ['a', 'b', 'UNKNOWN_CHANNEL', 'c', 'd']);
  });

  test('closeEvent_withFinalCode_fails', async (t) => {
    const { service, errors, state } = await start(t, (_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(`${WELCOME}event: close\ndata: {"type":"close","code":4403,"reason":"bye"}\n\n`),
    );
    service.subscribe({ channels: ['a'] });
    service.connect();
    await state('failed');
    assert.match(errors.at(-1)!.message, /4403 bye/);
  });

  test('malformedEvent_isReported_andTheClientReconnects', async (t) => {
    const { service, state } = await start(t, (_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(`${WELCOME}event: subscribed\ndata: {"type"\n\n`),
    );
    service.subscribe({ channels: ['a'] });
    service.connect();
    assert.match((await state('reconnecting')).reason!, /The stream failed: .*JSON/);
  });
});
