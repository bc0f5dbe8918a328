/** Disconnects at the moment that it is told, and then has nothing left to do: `node exits.mjs <address> connecting|open|backoff`. */

import { WebSocket } from 'ws';
import { createMetricService } from '../../../clients/greenlang-metrics-client-js/dist/esm/index.js';

const [address, when] = process.argv.slice(2);
const service = createMetricService(address, null, { WebSocket, logger: false });
service.subscribe({ channels: ['system.metrics'] });
const disconnect = () => {
  service.disconnect();
  console.log('disconnected');
};
service.onConnectionChange((connected, { state }) => {
  if ((when === 'open' && connected) || (when === 'backoff' && state === 'reconnecting')) {
    disconnect();
  }
});
service.connect();
if (when === 'connecting') {
  disconnect();
}
