// The server on Bun (uWebSockets): its own topics, with its defaults.
import { parseArguments, publishSteadily, TOPIC } from './metrics.mjs';

const options = parseArguments();
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: options.port,
  fetch: (request, upgrader) => (upgrader.upgrade(request) ? undefined : new Response('upgrade to a WebSocket', { status: 426 })),
  websocket: {
    open: (socket) => socket.subscribe(TOPIC),
    message: () => {},
  },
});
publishSteadily(options, (text) => server.publish(TOPIC, text));
console.log(`listening ${options.port}`);
