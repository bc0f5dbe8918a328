/** A process that prints one metric, or the reason why it cannot connect: `node tls-client.mjs <url> <token>`. */

import { WebSocket } from 'ws';
import { createMetricService } from '../../../clients/greenlang-metrics-client-js/dist/esm/index.js';

const [url, token] = process.argv.slice(2);

/** The client does not learn why a connection failed, as in browsers. This socket prints it. */
class Reporting extends WebSocket {
  constructor(...args) {
    super(...args);
    this.on('error', ({ message }) => console.log(message));
  }
}

const service = createMetricService(url, token, { WebSocket: Reporting, logger: false, backoff: { maxAttempts: 1 } });
service.onMetric('system.metrics', ({ name, value }) => {
  if (name === 'cpu.percent') {
    console.log(name, value);
    service.disconnect();
  }
});
service.onConnectionChange((_, { state }) => {
  if (state === 'failed') {
    process.exitCode = 1;
  }
});
service.subscribe({ channels: ['system.metrics'] }).catch(() => {
  process.exitCode = 1;
});
service.connect();
