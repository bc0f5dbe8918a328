/** Tests of invalid options, and of servers that are not metrics servers. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMetricService } from '../src/index.js';
import { FakeSocket, fakeService } from './fakes.js';

describe('invalid input', () => {
  for (const url of ['', 'no url', 'ftp://h/', 'http://[', 'javascript:alert(1)', null, undefined]) {
    test(`url_${JSON.stringify(url)}_isRejectedWithMessage`, () => {
      assert.throws(() => createMetricService(url as string), { name: 'TypeError', message: /is not a WebSocket URL; it must look like ws:/ });
    });
  }

  test('url_http_isConvertedToWebSocket', () => {
    assert.equal(createMetricService('https://h/ws/metrics#x').state, 'idle');
  });

  for (const token of [17, true, {}, []]) {
    test(`token_${JSON.stringify(token)}_isRejectedWithMessage`, () => {
      assert.throws(() => createMetricService('ws://h', token as never), { name: 'TypeError', message: /^A token is a string, null, or a function/ });
    });
  }

  test('runtime_withoutWebSocket_failsWithAdvice', () => {
    const { WebSocket } = globalThis;
    Object.assign(globalThis, { WebSocket: undefined }); // as in Node 20, and in servers that render pages
    try {
      const { service, states } = fakeService({ WebSocket: undefined as never });
      const errors: unknown[] = [];
      service.onError(({ code, message }) => errors.push([code, message]));
      service.connect();
      const advice = 'This runtime has no WebSocket; pass one in the options, such as that of the npm package ws';
      assert.deepEqual([errors, states], [[['FAILED', advice]], ['failed']]);
    } finally {
      Object.assign(globalThis, { WebSocket });
    }
  });

  test('token_rejectedByWebSocketConstructor_fails', () => {
    class ThrowingWebSocket {
      constructor() {
        throw new SyntaxError('invalid subprotocol');
      }
    }
    const { service, clock } = fakeService({ tokenTransport: 'subprotocol', WebSocket: ThrowingWebSocket as never }, 'not a\ntoken');
    service.connect();
    assert.deepEqual([service.state, clock.pending], ['failed', 0]);
  });

  for (const channels of [[], undefined, 'system.metrics', [''], [1]]) {
    test(`subscribe_${JSON.stringify(channels)}_isRejectedWithMessage`, () => {
      assert.throws(() => fakeService().service.subscribe({ channels } as never), { name: 'TypeError', message: /^channels must be a list of at least one name/ });
    });
  }

  test('options_invalid_areRejectedByName', () => {
    assert.throws(() => createMetricService('ws://h', null, { bufferSize: -1 }), /bufferSize is -1; it must be a number, 0 or more/);
    assert.throws(() => createMetricService('ws://h', null, { tokenTransport: 'cookie' as never }), /tokenTransport is cookie/);
  });

  test('server_closesImmediately_isNotFloodedWithReconnects', () => {
    const { service, clock } = fakeService();
    service.connect();
    for (let second = 0; second < 600; second++) {
      FakeSocket.last.onclose?.({ code: 1006, reason: '' });
      clock.advance(1_000);
    }
    assert.ok(FakeSocket.all.length < 30, `${FakeSocket.all.length} connections in ten minutes`);
  });

  test('server_notAMetricsServer_reportsErrorsAndReconnects', () => {
    const { service, clock } = fakeService();
    const errors: string[] = [];
    service.onError(({ code }) => errors.push(code));
    service.connect();
    FakeSocket.last.receive('hello').receive('42["chat"]').receive({ event: 'open' });
    assert.deepEqual([service.state, errors], ['connecting', ['MALFORMED', 'MALFORMED', 'MALFORMED']]);
    clock.advance(10_000);
    assert.deepEqual([service.state, errors.at(-1)], ['reconnecting', 'NO_WELCOME']);
  });
});
