import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

/** The page's files, as they lie in the source tree. */
export const PAGE_FILES = fileURLToPath(
  new URL('../../../greenlang-metrics-dashboard/src/main/resources/META-INF/resources/greenlang-metrics/', import.meta.url),
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
   * @param {((data: any) => object[]) | null} [script.history] the metrics that it has, null for a server without history
   * @param {(socket: import('ws').WebSocket, message: any) => void} [script.onMessage] by default what it is asked for
   */
  constructor({ mount = '/', onConnect = (socket) => welcome(socket), history = null, onMessage = (socket, message) => confirm(socket, message, history) } = {}) {
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

  /** The commands of a type, oldest first. */
  commands(type) {
    return this.received.filter((message) => message.type === type);
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

/** What a server without history answers. */
export function confirm(socket, message, history = null, all = CHANNELS) {
  const { type, id, data, channels } = message;
  const say = (answer) => socket.send(JSON.stringify({ id, ...answer }));
  if (type === 'subscribe') {
    const names = data.channels.includes('*') ? all : data.channels;
    const at = { epoch: 'e', offset: 0, ...(data.since && { recovered: false }) };
    say({ type: 'subscribed', channels: names, positions: Object.fromEntries(names.map((name) => [name, at])) });
  } else if (type === 'unsubscribe') {
    say({ type: 'unsubscribed', channels });
  } else if (type === 'get_history' && history) {
    say({ type: 'history', channel: data.channel, metrics: history(data), complete: true });
  } else if (type === 'get_history') {
    say({ type: 'error', message: 'History error: this server keeps no history', code: 'HISTORY_UNAVAILABLE' });
  }
}

/** The channels that it has, if nothing else is said. */
export const CHANNELS = ['agent.metrics', 'distributed.metrics', 'system.metrics', 'workflow.metrics'];

/** One metric as the protocol has it; `time` is in seconds. */
export function metric(name, value, time, tags = { host: 'web-1' }, channel = 'system.metrics') {
  const type = /\.bytes_|\.total$/.test(name) ? 'counter' : 'gauge';
  return { channel, name, type, value, timestamp: new Date(time * 1000).toISOString(), tags };
}

export function batch(...metrics) {
  return { type: 'metrics', channel: metrics[0]?.channel ?? 'system.metrics', metrics };
}
