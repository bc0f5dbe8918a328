import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';
import { createMetricService } from '../../../clients/greenlang-metrics-client-js/dist/esm/index.js';
import { serverUrl } from '../clients/peer.mjs';

const TIMEOUT_MILLIS = 60_000;

/** Node 20 has no WebSocket. The short delays keep the tests fast. */
export const OPTIONS = { WebSocket, backoff: { baseMs: 20, maxMs: 500 }, minUptimeMs: 200, logger: false };

/** The npm client on the real server, with a record of all its events. */
export class Recorder {
  metrics = [];
  gaps = [];
  errors = [];
  states = [];
  #events = new EventEmitter();

  constructor(server, subscription, { port = server.port, token = server.token, ...options } = {}) {
    this.service = createMetricService(serverUrl({ port }, null), token, { ...OPTIONS, ...options });
    const recordIn = (list) => (value) => {
      list.push(value);
      this.#events.emit('event');
    };
    this.service.onMetric('*', recordIn(this.metrics));
    this.service.onGap(recordIn(this.gaps));
    this.service.onError(recordIn(this.errors));
    this.service.onConnectionChange((_, { state }) => recordIn(this.states)(state));
    if (subscription) {
      this.subscribed = this.service.subscribe(subscription);
    }
    this.service.connect();
  }

  metricsNamed(name) {
    return this.metrics.filter((metric) => metric.name === name);
  }

  async until(condition, description) {
    const signal = AbortSignal.timeout(TIMEOUT_MILLIS);
    while (!condition()) {
      await once(this.#events, 'event', { signal }).catch(() => {
        throw new Error(`Timed out waiting for ${description}; states ${this.states}, errors ${this.errors}, ${this.metrics.length} metrics`);
      });
    }
  }

  close() {
    this.service.disconnect();
  }
}

/** Returns a text that identifies a metric. */
export const identity = ({ channel, name, timestamp, value, tags, interval }) =>
  JSON.stringify([channel, name, timestamp, value, interval, Object.entries(tags ?? {}).sort()]);
