import { Backoff } from './backoff.js';
import type { Clock, Timer } from './clock.js';
import { decodeFrame } from './codec.js';
import { MetricError } from './errors.js';
import { Heartbeat } from './heartbeat.js';
import { Inbox } from './inbox.js';
import { type Message, readMessage } from './messages.js';
import type { Settings } from './options.js';
import type { ConnectionInfo, State, Token, WebSocketLike } from './types.js';

/** What a connection tells its owner. */
export interface ConnectionOwner {
  /** The server said `welcome`; called before `onState`. */
  onWelcome(): void;
  onMessage(message: Message): void;
  onError(error: MetricError): void;
  onState(info: ConnectionInfo): void;
}

const PROTOCOL = 'greenlang.v1';
const UNAUTHORIZED = 4401;
const FIRST_FINAL_CODE = 4400;
const LAST_FINAL_CODE = 4403;
const TERMINATE_MS = 1_000;

/** One WebSocket after another, until told otherwise. Each socket's events are heard only while it is the current one. */
export class Connection {
  state: State = 'idle';
  clientId: string | null = null;
  frames = 0;
  welcomes = 0;
  #socket: WebSocketLike | null = null;
  /** The current socket's. */
  #inbox: Inbox | null = null;
  /** Changes whenever a try begins or is given up, so that what was awaited for an old one does nothing. */
  #era = 0;
  #backoff: Backoff;
  readonly #heartbeat: Heartbeat;
  #timers: Timer[] = [];
  /** In `reconnecting`: the next try has not begun. */
  #waiting = false;
  /** The server spoke of the token, and not as an answer. A proxy may swallow the close code that follows. */
  #denied = false;
  /** The token was asked for once more, and no connection has lasted since. */
  #refreshed = false;

  constructor(
    private readonly url: URL,
    public token: Token,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly owner: ConnectionOwner,
  ) {
    this.#backoff = this.#newBackoff();
    this.#heartbeat = new Heartbeat(clock, () => this.#lost('The server fell silent', undefined, true));
  }

  /** Begins, or tries again now. */
  connect(): void {
    if (this.state === 'connected' || this.#trying) {
      return;
    }
    if (this.state !== 'reconnecting') {
      this.#backoff = this.#newBackoff();
      this.#refreshed = false;
      this.state = 'connecting';
    }
    this.#try();
  }

  disconnect(): void {
    if (this.state !== 'closed') {
      this.#drop(false);
      this.#enter('closed', { reason: 'disconnect() was called' });
    }
  }

  send(message: object): void {
    try {
      this.#socket?.send(JSON.stringify(message));
    } catch (error) {
      this.#lost(`Nothing can be sent: ${(error as Error).message}`);
    }
  }

  get #trying(): boolean {
    return this.state === 'connecting' || (this.state === 'reconnecting' && !this.#waiting);
  }

  #newBackoff(): Backoff {
    return new Backoff(this.settings.baseMs, this.settings.maxMs, () => this.clock.random());
  }

  #try(): void {
    this.#clearTimers();
    this.#waiting = false;
    const era = ++this.#era;
    const seconds = this.settings.connectTimeoutMs / 1000;
    this.#after(this.settings.connectTimeoutMs, () => {
      const error = this.#socket
        ? new MetricError('NO_WELCOME', `${this.#where} said no welcome within ${seconds} s: is it a metrics server?`)
        : new MetricError('TOKEN', `The token function brought no token within ${seconds} s`);
      this.#losing(error, this.#socket ? 'No welcome came' : 'There is no token', true);
    });
    if (typeof this.token !== 'function') {
      this.#open(this.token);
      return;
    }
    // A function may throw as well as reject.
    new Promise<unknown>((resolve) => resolve((this.token as () => unknown)())).then(
      (token) => {
        if (era !== this.#era) {
          return;
        }
        if (typeof token === 'string' || token === null) {
          this.#open(token);
        } else {
          this.#fail(new MetricError('TOKEN', `The token function returned no string but ${typeof token}`));
        }
      },
      (error: unknown) => {
        if (era === this.#era) {
          this.#losing(new MetricError('TOKEN', `The token function failed: ${String(error)}`), 'There is no token');
        }
      },
    );
  }

  #open(token: string | null): void {
    const WebSocket = this.settings.WebSocket ?? globalThis.WebSocket;
    if (!WebSocket) {
      this.#fail(new MetricError('FAILED', 'There is no WebSocket here: pass one in the options, such as that of the npm package ws'));
      return;
    }
    const url = new URL(this.url);
    if (token && !this.settings.subprotocol) {
      url.searchParams.set('token', token);
    }
    this.#denied = false;
    let socket: WebSocketLike;
    try {
      const protocols = token && this.settings.subprotocol ? [[PROTOCOL, `bearer.${token}`]] : [];
      socket = new WebSocket(url.href, ...(protocols as [string[]?]));
    } catch (error) {
      // It will not be better the next time: a token of strange characters, or ws: from a page that came by https:.
      this.#fail(new MetricError('FAILED', `The WebSocket cannot be made: ${(error as Error).message}`));
      return;
    }
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    this.#inbox = new Inbox(
      (data) => this.#read(data),
      (error) => this.#losing(error, error.message),
    );
    socket.onmessage = ({ data }) => this.#receive(data);
    // Without a listener `ws` throws it at the process. What happened is told by the close that follows.
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }) => this.#closed(code, String(reason ?? ''));
  }

  #receive(data: unknown): void {
    this.frames++;
    this.#heartbeat.heard();
    this.#inbox?.add(data);
  }

  #read(data: unknown): void {
    let message: Message;
    try {
      message = readMessage(decodeFrame(data));
    } catch (error) {
      this.owner.onError(error as MetricError);
      return;
    }
    if (message.kind === 'welcome' && this.state !== 'connected') {
      this.#welcomed(message.clientId, message.heartbeatMs);
    } else if (message.kind === 'ping') {
      this.send({ type: 'pong', timestamp: message.timestamp });
    } else if (message.kind === 'error' && message.id === undefined && /^(UNAUTHORIZED|TOKEN_EXPIRED)$/.test(message.error.code)) {
      this.#denied = true;
    }
    this.owner.onMessage(message);
  }

  #welcomed(clientId: string | null, heartbeatMs: number): void {
    this.#clearTimers();
    this.welcomes++;
    this.clientId = clientId;
    this.#after(this.settings.minUptimeMs, () => {
      this.#backoff = this.#newBackoff();
      this.#refreshed = false;
    });
    this.#heartbeat.start(this.settings.heartbeatTimeoutMs ?? heartbeatMs * 1.25);
    this.owner.onWelcome();
    this.#enter('connected');
  }

  #closed(code: number, reason: string): void {
    const isDenied = code === UNAUTHORIZED || (this.#denied && (code < FIRST_FINAL_CODE || code > LAST_FINAL_CODE));
    if (isDenied && typeof this.token === 'function' && !this.#refreshed) {
      this.#refreshed = true;
      this.#lost('The token was refused; asking for another', code, false, 0);
    } else if (isDenied) {
      this.#fail(new MetricError('UNAUTHORIZED', 'The server refused the token', code), code);
    } else if (code >= FIRST_FINAL_CODE && code <= LAST_FINAL_CODE) {
      this.#fail(new MetricError('FAILED', `The server will not have us: close code ${code} ${reason}`.trim(), code), code);
    } else {
      this.#lost(reason || `The connection was closed with code ${code}`, code);
    }
  }

  #losing(error: MetricError, reason: string, isDead = false): void {
    if (this.#tell(error)) {
      this.#lost(reason, undefined, isDead);
    }
  }

  /** False when a listener has called `disconnect`, or `connect`: what was to follow the error must not undo that. */
  #tell(error: MetricError): boolean {
    const era = this.#era;
    this.owner.onError(error);
    return era === this.#era;
  }

  /** Gives the socket up, and comes back later. */
  #lost(reason: string, code?: number, isDead = false, waitMs?: number): void {
    this.#drop(isDead);
    const retryInMs = waitMs ?? this.#backoff.next();
    if (this.#backoff.attempts > this.settings.maxAttempts) {
      this.#fail(new MetricError('FAILED', `Given up after ${this.settings.maxAttempts} tries: ${reason}`, code), code);
      return;
    }
    this.#waiting = true;
    this.#after(retryInMs, () => this.#try());
    this.#enter('reconnecting', { retryInMs, reason, ...(code !== undefined && { code }) });
  }

  #fail(error: MetricError, code?: number): void {
    this.#drop(false);
    if (this.#tell(error)) {
      this.#enter('failed', { reason: error.message, ...(code !== undefined && { code }) });
    }
  }

  #drop(isDead: boolean): void {
    this.#era++;
    this.#clearTimers();
    this.#heartbeat.stop();
    this.clientId = null;
    this.#inbox?.close();
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onmessage = null;
      socket.onclose = null;
      end(socket, isDead);
    }
  }

  #enter(state: State, more: Partial<ConnectionInfo> = {}): void {
    this.state = state;
    this.owner.onState({ state, clientId: this.clientId, attempts: this.#backoff.attempts, retryInMs: null, ...more });
  }

  /** Without its query: a token may stand there. */
  get #where(): string {
    return this.url.origin + this.url.pathname;
  }

  #after(ms: number, action: () => void): void {
    this.#timers.push(this.clock.after(ms, action));
  }

  #clearTimers(): void {
    this.#timers.forEach((timer) => timer.cancel());
    this.#timers = [];
  }
}

/** `ws` waits half a minute for a frozen peer's goodbye, and holds the process up; so it is ended sooner where one can. */
function end(socket: WebSocketLike & { terminate?: () => void }, isDead: boolean): void {
  if (isDead && socket.terminate) {
    socket.terminate();
    return;
  }
  socket.close();
  if (socket.terminate) {
    (setTimeout(() => socket.terminate?.(), TERMINATE_MS) as { unref?: () => void }).unref?.();
  }
}
