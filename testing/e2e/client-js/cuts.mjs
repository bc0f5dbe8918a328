/** The comparison of a client whose connection is cut at random with one that stays connected. */

import assert from 'node:assert/strict';
import { serverUrl } from '../clients/peer.mjs';
import { WsPeer } from '../clients/ws-peer.mjs';
import { identity } from './recorder.mjs';

/**
 * Cuts a client's connection at random, and asserts that it loses nothing unreported and repeats nothing.
 *
 * @param {import('node:test').TestContext} t
 * @param {object} run
 * @param {import('../server.mjs').Server} run.server
 * @param {import('./fault-proxy.mjs').FaultProxy} run.proxy between the client and the server
 * @param {() => import('./recorder.mjs').Recorder} run.startClient starts the client, which subscribes to `system.metrics`
 * @param {number} run.cuts
 * @param {number} run.seed
 * @param {(cut: number) => void} [run.beforeCut] called before each cut
 */
export async function cutAndCompare(t, { server, proxy, startClient, cuts, seed, beforeCut = () => {} }) {
  const control = await WsPeer.connect(serverUrl(server));
  t.after(() => control.close());
  control.send({ type: 'subscribe', data: { channels: ['system.metrics'] } });
  await control.next('subscribed');
  const client = startClient();
  const random = randomGenerator(seed);
  for (let i = 0; i < cuts; i++) {
    const frameCount = Math.floor(random() * 60); // often in the middle of a publication
    await control.matching(() => true, frameCount, control.frames.length, 'frames');
    await client.service.ready();
    beforeCut(i);
    proxy.cut();
    await client.until(() => client.service.state !== 'connected', 'the disconnect to be detected');
  }
  await client.service.ready();
  // On a busy machine the client receives little between the disconnects, so it must catch up first.
  await client.until(() => client.metrics.length >= 10 * cuts, 'enough metrics to compare');
  const expected = await controlMetrics(control, client);
  const received = client.metrics.map(identity);
  const [first, last] = [expected.indexOf(received[0]), expected.indexOf(received.at(-1))];
  const distinct = new Set(received);
  const lost = expected.slice(first, last + 1).filter((each) => !distinct.has(each));
  const unrecovered = client.gaps.filter(({ recovered }) => !recovered);
  t.diagnostic(`${cuts} disconnects, ${received.length} metrics, ${client.service.stats().duplicates} duplicates dropped, ${lost.length} lost, ${unrecovered.length} unrecovered gaps`);
  assert.equal(distinct.size, received.length, 'no metric arrives twice');
  if (unrecovered.length === 0) {
    assert.deepEqual(received, expected.slice(first, last + 1), 'the metrics of an uninterrupted client');
  }
  return client;
}

/** Returns the metrics of the control client up to one that both clients have received. */
async function controlMetrics(control, client) {
  const before = client.metrics.length;
  await client.until(() => client.metrics.length > before + 40, 'metrics after the last disconnect');
  const target = client.metrics.at(-1);
  // The cheap comparison is first: every new frame repeats the search over all frames, and the control client must not lag.
  const isTarget = ({ message }) => message.timestamp === target.timestamp && message.name === target.name && identity(message) === identity(target);
  const isLagged = ({ message }) => message.type === 'lagged';
  await control.matching((frame) => isTarget(frame) || isLagged(frame), 1, 0, 'the same metric');
  assert.deepEqual(control.frames.filter(isLagged), [], 'the control client lagged: the machine is too busy');
  return control.frames.filter(({ message }) => message.name).map(({ message }) => identity(message));
}

/** Creates a reproducible random number generator (mulberry32). */
function randomGenerator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
