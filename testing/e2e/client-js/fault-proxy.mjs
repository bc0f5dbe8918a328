import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const REFUSAL = 'HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 9\r\nConnection: close\r\n\r\nForbidden';

/** A TCP proxy that simulates network faults: it cuts, freezes and delays connections, and blocks WebSockets. */
export class FaultProxy {
  connections = 0;
  #pairs = new Set();
  #server;
  #frozen = false;
  #delayMillis = 0;
  /** The treatment of the handshakes of WebSockets. */
  #webSockets = 'pass';

  /** The number of blocked handshakes. */
  blocked = 0;

  /** @param {number} targetPort on this machine */
  constructor(targetPort) {
    this.#server = createServer((client) => this.#forward(client, connect(targetPort, '127.0.0.1')));
  }

  async listen() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = this.#server.address().port;
    return this;
  }

  /** Resets every connection immediately, in the middle of any transfer. */
  cut() {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Stops forwarding without closing the connections. */
  freeze() {
    this.#frozen = true;
    this.#pairs.forEach(({ client, server }) => [client, server].forEach((socket) => socket.pause()));
  }

  thaw() {
    this.#frozen = false;
    this.#pairs.forEach(({ client, server }) => [client, server].forEach((socket) => socket.resume()));
  }

  /** Delays all data from the server. */
  delay(millis) {
    this.#delayMillis = millis;
  }

  /**
   * Decides about the handshakes of WebSockets; other HTTP requests pass.
   *
   * @param {'pass' | 'refuse' | 'swallow'} decision to pass them on, to answer with a page, or never to answer
   */
  webSockets(decision) {
    this.#webSockets = decision;
  }

  async close() {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #forward(client, server) {
    this.connections++;
    const pair = { client, server };
    this.#pairs.add(pair);
    const closeBoth = () => {
      this.#pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    [client, server].forEach((socket) => socket.on('error', closeBoth).on('close', closeBoth)); // the tests cause these errors on purpose
    client.on('data', (data) => {
      if (this.#webSockets !== 'pass' && /^Upgrade: websocket/im.test(data.toString('latin1'))) {
        this.blocked++;
        this.#webSockets === 'refuse' && client.end(REFUSAL);
      } else if (server.writable) {
        server.write(data);
      }
    });
    server.on('data', (data) => {
      const forward = () => client.writable && client.write(data);
      this.#delayMillis ? setTimeout(forward, this.#delayMillis) : forward();
    });
    if (this.#frozen) {
      [client, server].forEach((socket) => socket.pause());
    }
  }
}
