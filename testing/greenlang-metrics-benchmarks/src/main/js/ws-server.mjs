// The server on Node's `ws`: a loop over the clients, as its documentation shows.
import { createRequire } from 'node:module';
import { parseArguments, publishSteadily } from './metrics.mjs';

const { WebSocketServer } = createRequire(`${process.env.PEERS}/`)('ws');
const options = parseArguments();
const server = new WebSocketServer({ host: '127.0.0.1', port: options.port, backlog: 4096, perMessageDeflate: false });
publishSteadily(options, (text) => {
  const bytes = Buffer.from(text);
  for (const client of server.clients) {
    client.send(bytes, { binary: false });
  }
});
server.on('listening', () => console.log(`listening ${options.port}`));
