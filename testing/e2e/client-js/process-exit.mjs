/** A process that disconnects at a given moment and must then exit: `node process-exit.mjs <url> connecting|open|backoff [transport]`. */

import { WebSocket } from 'ws';
import { createMetricService } from '../../../clients/greenlang-metrics-client-js/dist/esm/index.js';

const [url, moment, transport] = process.argv.slice(2);
const service = createMetricService(url, null, { WebSocket, transport, logger: false });
service.subscribe({ channels: ['system.metrics'] });
const disconnect = () => {
  service.disconnect();
  console.log('disconnected');
};
service.onConnectionChange((connected, { state }) => {
  if ((moment === 'open' && connected) || (moment === 'backoff' && state === 'reconnecting')) {
    disconnect();
  }
});
service.connect();
if (moment === 'connecting') {
  disconnect();
}
