import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A TCP proxy that does to a connection what networks do: cuts it, freezes it, holds it up. */
export class FaultProxy {
  connections = 0;
  #pairs = new Set();
  #server;
  #frozen = false;
  #delayMillis = 0;

  /** @param {number} target a port of this machine */
  constructor(target) {
    this.#server = createServer((client) => this.#join(client, connect(target, '127.0.0.1')));
  }

  async listen() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = this.#server.address().port;
    return this;
  }

  /** Ends every connection at once, in the middle of whatever is under way. */
  cut() {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** From here on nothing goes through, and nobody is told. */
  freeze() {
    this.#frozen = true;
    this.#pairs.forEach(({ client, server }) => [client, server].forEach((socket) => socket.pause()));
  }

  thaw() {
    this.#frozen = false;
    this.#pairs.forEach(({ client, server }) => [client, server].forEach((socket) => socket.resume()));
  }

  /** Everything from the server comes so much later. */
  delay(millis) {
    this.#delayMillis = millis;
  }

  async close() {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client, server) {
    this.connections++;
    const pair = { client, server };
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    [client, server].forEach((socket) => socket.on('error', end).on('close', end)); // an error here is what the test wanted
    client.on('data', (data) => server.writable && server.write(data));
    server.on('data', (data) => {
      const pass = () => client.writable && client.write(data);
      this.#delayMillis ? setTimeout(pass, this.#delayMillis) : pass();
    });
    if (this.#frozen) {
      [client, server].forEach((socket) => socket.pause());
    }
  }
}
