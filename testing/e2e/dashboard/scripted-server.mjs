import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

/** The page's files in the source tree. */
export const PAGE_FILES = fileURLToPath(
  new URL('../../../greenlang-metrics-dashboard/src/main/resources/META-INF/resources/greenlang-metrics/', import.meta.url),
);

/** The time of most metrics in the tests. */
export const NOON = Date.UTC(2026, 0, 1, 12) / 1000;

const MIME = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' };

/** A stricter policy than our servers send. The page must work with it. */
const CSP = "default-src 'self'";

/** The deadline of a wait, that of the browser's. */
const WAIT_SECONDS = 60;

/**
 * A server that follows a test's script. It serves the page's files over HTTP and sends WebSocket frames that no real server
 * would send on request. `dashboard.test.mjs` tests the page against the real server.
 */
export class ScriptedServer {
  /** The parsed messages of all clients, oldest first, without those of the page's searches for new channels. */
  received = [];
  /** The URLs of all connection attempts, oldest first. */
  attempts = [];
  #clients = new Set();
  #events = new EventEmitter();
  #clock;
  /** The start of the server's clock: its first connection, so that the launch of a browser takes no time of a test. @type {number | undefined} */
  #start;
  #http;
  #sockets;

  /**
   * @param {object} [script]
   * @param {string} [script.mount] the path of the page: `/` as standalone, `/app/greenlang-metrics/` as in a container
   * @param {Record<string, string>} [script.files] further files by name; by default the application ships no dashboards
   * @param {number} [script.startTime] the server's time at its first connection, in seconds: by default two minutes after `NOON`
   * @param {() => number} [script.clock] returns the server's time in seconds, in place of one that starts at `startTime`
   * @param {(socket: import('ws').WebSocket) => void} [script.onConnect] sends a welcome by default
   * @param {((data: any) => object[]) | null} [script.history] returns the history; null for a server without history
   * @param {(socket: import('ws').WebSocket, message: any) => void} [script.onMessage] replies to the message by default
   */
  constructor({ mount = '/', files = {}, startTime = NOON + 120, clock = () => startTime + this.#seconds, onConnect = (socket) => sendWelcome(socket, this), history = null, onMessage = (socket, message) => reply(socket, message, history) } = {}) {
    this.mount = mount;
    this.files = { 'dashboards/index.json': '[]', ...files };
    this.#clock = clock;
    this.#http = createServer((request, response) => this.#serve(request, response));
    this.#sockets = new WebSocketServer({ server: this.#http });
    this.#sockets.on('connection', (socket, request) => {
      this.#start ??= performance.now();
      this.attempts.push(request.url);
      this.#clients.add(socket);
      socket.on('close', () => this.#clients.delete(socket));
      socket.on('message', (data) => {
        const message = JSON.parse(String(data));
        isSearch(message) || this.received.push(message);
        onMessage(socket, message);
        this.#events.emit('event');
      });
      onConnect(socket);
      this.#events.emit('event');
    });
  }

  async listen(port = 0) {
    this.#http.listen(port, '127.0.0.1');
    await once(this.#http, 'listening');
    this.port = this.#http.address().port;
    return this;
  }

  /** The server's time in seconds. */
  get now() {
    return this.#clock();
  }

  /** The time since the first connection. */
  get #seconds() {
    return this.#start === undefined ? 0 : (performance.now() - this.#start) / 1000;
  }

  /** Returns the URL of the page. */
  url(fragment = '#token=a.b.c') {
    return `http://127.0.0.1:${this.port}${this.mount}${fragment}`;
  }

  /** Sends a frame to every client: text unchanged, any other value as JSON. A client that connects later does not receive it. */
  send(frame) {
    if (this.#clients.size === 0) {
      throw new Error(`no client is connected that could receive the frame: wait for one with until(); attempts so far: ${this.attempts.length}`);
    }
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
    this.#clients.forEach((client) => client.send(text));
  }

  /** Returns the received commands of a type, oldest first. */
  commands(type) {
    return this.received.filter((message) => message.type === type);
  }

  /**
   * Waits until a condition on the received messages or attempts holds. The condition is checked at each message, because a browser
   * sends several at once.
   *
   * @param {() => unknown} condition its code names the missing event in the error
   * @param {number} [seconds] the deadline
   */
  async until(condition, seconds = WAIT_SECONDS) {
    const isMet = await new Promise((resolve, reject) => {
      const end = (settle, result) => {
        clearTimeout(timer);
        this.#events.off('event', check);
        settle(result);
      };
      const check = () => {
        try {
          condition() && end(resolve, true);
        } catch (error) {
          end(reject, error);
        }
      };
      const timer = setTimeout(() => end(resolve, false), seconds * 1000);
      this.#events.on('event', check);
      check();
    });
    if (!isMet) {
      const types = this.received.map(({ type }) => type).join(', ') || 'nothing';
      const code = String(condition).replace(/^\(\) => /, '');
      throw new Error(`not true within ${seconds} s: ${code}; received ${types} over ${this.attempts.length} connections, ${this.#clients.size} of them open`);
    }
  }

  /** Ends every connection without a close frame. The server continues to listen. */
  dropClients() {
    this.#clients.forEach((client) => client.terminate());
  }

  /** Ends every connection with a close frame, after all sent data has arrived. */
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
      const body = this.files[file] ?? (await readFile(join(PAGE_FILES, normalize(`/${file}`))));
      response.writeHead(200, { 'content-type': MIME[extname(file)], 'content-security-policy': CSP });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}

/**
 * Tests for the command of a search for new channels. The page searches every 15 seconds and after each reconnection, on connections of
 * their own that it does not resume. Tests that count commands do not depend on the time.
 */
function isSearch({ type, data }) {
  return type === 'subscribe' && data.channels.includes('*') && !data.resume;
}

/** @param {import('ws').WebSocket} socket @param {{now: number}} server */
export function sendWelcome(socket, { now }) {
  socket.send(JSON.stringify({ type: 'welcome', client_id: '127.0.0.1:1', timestamp: now }));
}

/** Replies to a command. By default the server has no history. */
export function reply(socket, message, history = null, allChannels = CHANNELS) {
  const { type, id, data, channels } = message;
  const send = (fields) => socket.send(JSON.stringify({ id, ...fields }));
  if (type === 'subscribe') {
    const names = data.channels.includes('*') ? allChannels : data.channels;
    const position = { epoch: 'e', offset: 0, ...(data.since && { recovered: false }) };
    send({ type: 'subscribed', channels: names, positions: Object.fromEntries(names.map((name) => [name, position])) });
  } else if (type === 'unsubscribe') {
    send({ type: 'unsubscribed', channels });
  } else if (type === 'get_history' && history) {
    send({ type: 'history', channel: data.channel, metrics: history(data), complete: true });
  } else if (type === 'get_history') {
    send({ type: 'error', message: 'History error: this server keeps no history', code: 'HISTORY_UNAVAILABLE' });
  }
}

/** The default channels of the server. */
export const CHANNELS = ['agent.metrics', 'distributed.metrics', 'system.metrics', 'workflow.metrics'];

/** Creates a metric of the protocol. `time` is in seconds. */
export function metric(name, value, time, tags = { host: 'web-1' }, channel = 'system.metrics') {
  const type = /\.bytes_|\.total$/.test(name) ? 'counter' : 'gauge';
  return { channel, name, type, value, timestamp: new Date(time * 1000).toISOString(), tags };
}

/** Creates a frame with several metrics. */
export function batch(...metrics) {
  return { type: 'metrics', channel: metrics[0]?.channel ?? 'system.metrics', metrics };
}
