import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startServer } from '../server.mjs';
import { serverUrl } from './peer.mjs';
import { WsPeer } from './ws-peer.mjs';

describe('a client whose WebSocket library does not answer protocol pings', { timeout: 600_000 }, () => {
  let server;
  let client;

  before(async () => {
    server = await startServer({ env: { WS_HEARTBEAT_INTERVAL: '4' } });
  });
  after(() => server?.stop());

  test('stays connected with the documented pong message alone', async () => {
    client = await WsPeer.connect(serverUrl(server), { autoPong: false });
    for (let seen = 0, pings = 0; pings < 3; pings++) {
      const ping = await client.next('ping', seen);
      seen = client.frames.indexOf(ping) + 1;
      client.send({ type: 'pong', timestamp: ping.message.timestamp });
    }
    await client.close();
    assert.equal(client.closeCode, 1005, 'closed by the client, without a code');
  });

  test('is disconnected without any activity', async () => {
    client = await WsPeer.connect(serverUrl(server), { autoPong: false });
    assert.equal(await client.closed(), 4408);
    assert.ok(client.frames.filter(({ message }) => message.type === 'ping').length >= 1, 'the server sent a ping before');
  });
});
