import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

/** The page's files, as they lie in the source tree. */
export const PAGE_FILES = fileURLToPath(
  new URL('../../greenlang-metrics-dashboard/src/main/resources/META-INF/resources/greenlang-metrics/', import.meta.url),
);

const MIME = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** Stricter than what our servers send: the page must not need more. */
const CSP = "default-src 'self'";

/**
 * A peer that says what a test tells it to: the page's files over HTTP, and WebSocket frames no real server would send on
 * request. Whether the page gets on with the real server is `dashboard.test.mjs`'s business.
 */
export class ScriptedServer {
  /** What clients sent, parsed, oldest first. */
  received = [];
  /** Addresses of all connection attempts, oldest first. */
  attempts = [];
  #clients = new Set();
  #news = new EventEmitter();
  #http;
  #sockets;

  /**
   * @param {object} [script]
   * @param {string} [script.mount] the folder's path: `/` as standalone, `/app/greenlang-metrics/` as in a container
   * @param {(socket: import('ws').WebSocket) => void} [script.onConnect] by default a welcome
   * @param {(socket: import('ws').WebSocket, message: any) => void} [script.onMessage] by default `subscribed`
   */
  constructor({ mount = '/', onConnect = (socket) => welcome(socket), onMessage = confirm } = {}) {
    this.mount = mount;
    this.#http = createServer((request, response) => this.#serve(request, response));
    this.#sockets = new WebSocketServer({ server: this.#http });
    this.#sockets.on('connection', (socket, request) => {
      this.attempts.push(request.url);
      this.#clients.add(socket);
      socket.on('close', () => this.#clients.delete(socket));
      socket.on('message', (data) => {
        const message = JSON.parse(String(data));
        this.received.push(message);
        onMessage(socket, message);
        this.#news.emit('news');
      });
      onConnect(socket);
      this.#news.emit('news');
    });
  }

  async listen(port = 0) {
    this.#http.listen(port, '127.0.0.1');
    await once(this.#http, 'listening');
    this.port = this.#http.address().port;
    return this;
  }

  /** The page's address. */
  url(fragment = '#token=a.b.c') {
    return `http://127.0.0.1:${this.port}${this.mount}${fragment}`;
  }

  /** Sends a frame to every client: text as it is, anything else as JSON. */
  send(frame) {
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
    this.#clients.forEach((client) => client.send(text));
  }

  /** Waits until a condition about what was received or attempted holds. */
  async until(condition) {
    while (!condition()) {
      await once(this.#news, 'news', { signal: AbortSignal.timeout(10_000) });
    }
  }

  /** Ends every connection without a goodbye; the server goes on listening. */
  dropClients() {
    this.#clients.forEach((client) => client.terminate());
  }

  /** Ends every connection with a goodbye, after all that was sent has arrived. */
  closeClients(code) {
    this.#clients.forEach((client) => client.close(code));
  }

  async close() {
    this.dropClients();
    this.#sockets.close();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  async #serve(request, response) {
    const path = new URL(request.url, 'http://localhost').pathname;
    const file = path.startsWith(this.mount) ? path.slice(this.mount.length) || 'index.html' : null;
    try {
      const body = await readFile(join(PAGE_FILES, normalize(`/${file}`)));
      response.writeHead(200, { 'content-type': MIME[extname(file)], 'content-security-policy': CSP });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}

export function welcome(socket, more = {}) {
  socket.send(JSON.stringify({ type: 'welcome', client_id: '127.0.0.1:1', timestamp: Date.now() / 1000, ...more }));
}

export function confirm(socket, message) {
  if (message.type === 'subscribe') {
    socket.send(JSON.stringify({ type: 'subscribed', channels: message.data.channels }));
  }
}

/** One metric as the protocol has it; `time` is in seconds. */
export function metric(name, value, time, tags = { host: 'web-1' }) {
  const type = name.startsWith('network.') ? 'counter' : 'gauge';
  return { channel: 'system.metrics', name, type, value, timestamp: new Date(time * 1000).toISOString(), tags };
}

export function batch(...metrics) {
  return { type: 'metrics', channel: 'system.metrics', metrics };
}
