import { Backoff } from './backoff.js';
import type { Clock } from './clock.js';
import { decodeFrame } from './codec.js';
import type { ConnectionEvents } from './connection-events.js';
import { MetricError } from './errors.js';
import type { EventTransport } from './events/transport.js';
import { FrameQueue } from './frame-queue.js';
import { Heartbeat } from './heartbeat.js';
import { type Message, readMessage } from './messages.js';
import type { Settings } from './options.js';
import { ServerClock } from './server-clock.js';
import { closeSocket, endpointOf, openWebSocket, otherOriginHint } from './sockets.js';
import { TimerGroup } from './timer-group.js';
import { callTokenFunction, expiryOf, TokenRefresh } from './token-refresh.js';
import { TransportChoice } from './transport-choice.js';
import type { ConnectionInfo, State, Token, Transport } from './types.js';
import type { WebSocketLike } from './websocket.js';

const UNAUTHORIZED = 4401;
const FIRST_FINAL_CODE = 4400;
const LAST_FINAL_CODE = 4403;
const TOKEN_ID = 'token';

/**
 * A connection that opens one socket after another until it is closed. It handles events of the current socket only.
 *
 * If WebSockets are blocked, it opens sockets that use server-sent events. That module is loaded on demand.
 */
export class Connection {
  state: State = 'idle';
  clientId: string | null = null;
  frames = 0;
  welcomes = 0;
  readonly serverClock: ServerClock;
  /** The creation of the current socket. */
  #openedAt = 0;
  #socket: WebSocketLike | null = null;
  /** The frame queue of the current socket. */
  #frameQueue: FrameQueue | null = null;
  /** The number of the current attempt. It changes when an attempt starts or ends; callbacks of older attempts do nothing. */
  #generation = 0;
  #backoff: Backoff;
  readonly #transportChoice: TransportChoice;
  #eventTransport: EventTransport | undefined;
  readonly #heartbeat: Heartbeat;
  readonly #tokenRefresh: TokenRefresh;
  /** The token with which the current socket was opened. */
  #openingToken: string | null = null;
  readonly #timers: TimerGroup;
  /** True in `reconnecting` until the next attempt starts. */
  #isWaitingToRetry = false;
  /** The error of a server that rejected the token in a message that is not a reply. A proxy may swallow the close code that follows. */
  #tokenError: MetricError | undefined;
  /** True if the token function was called again after a rejection and no connection has been stable since. */
  #isTokenRefreshed = false;

  constructor(
    private readonly url: URL,
    public token: Token,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly events: ConnectionEvents,
  ) {
    this.#transportChoice = new TransportChoice(settings.transport);
    this.#timers = new TimerGroup(clock);
    this.#backoff = this.#newBackoff();
    this.serverClock = new ServerClock(() => clock.now());
    this.#heartbeat = new Heartbeat(clock, () => this.#reconnect('The server stopped responding', undefined, true));
    this.#tokenRefresh = new TokenRefresh(clock, () => this.serverClock.now(), () => this.#refreshToken());
  }

  /** Connects. While a retry is pending, it retries immediately. */
  connect(): void {
    if (this.state === 'connected' || this.#isAttempting) {
      return;
    }
    if (this.state !== 'reconnecting') {
      this.#backoff = this.#newBackoff();
      this.#isTokenRefreshed = false;
      this.state = 'connecting';
    }
    this.#attempt();
  }

  disconnect(): void {
    if (this.state !== 'closed') {
      this.#dropSocket(false);
      this.#setState('closed', { reason: 'disconnect() was called' });
    }
  }

  send(message: object): void {
    try {
      this.#socket?.send(JSON.stringify(message));
    } catch (error) {
      this.#reconnect(`Failed to send a message: ${(error as Error).message}`);
    }
  }

  /** The transport of the current socket or, without one, of the next. */
  get transport(): Transport {
    return this.#transportChoice.transport;
  }

  /** True if the socket takes commands. Events can only arrive after a command. */
  get isOpen(): boolean {
    return this.state === 'connected' || (this.transport === 'sse' && this.#socket !== null);
  }

  get #isAttempting(): boolean {
    return this.state === 'connecting' || (this.state === 'reconnecting' && !this.#isWaitingToRetry);
  }

  #newBackoff(): Backoff {
    return new Backoff(this.settings.baseMs, this.settings.maxMs, () => this.clock.random());
  }

  #attempt(): void {
    this.#timers.cancel();
    this.#isWaitingToRetry = false;
    this.#generation++;
    const seconds = this.settings.connectTimeoutMs / 1000;
    this.#timers.schedule(this.settings.connectTimeoutMs, () => {
      const error = this.#socket
        ? new MetricError('NO_WELCOME', `${endpointOf(this.url)} sent no welcome within ${seconds} s; is it a metrics server?`)
        : new MetricError('TOKEN', `The token function returned no token within ${seconds} s`);
      this.#reportAndReconnect(error, this.#socket ? 'The server sent no welcome' : 'No token is available', true);
    });
    if (typeof this.token !== 'function') {
      this.#open(this.token);
      return;
    }
    this.#requestToken(
      (token) => this.#open(token),
      (error, isFinal) => (isFinal ? this.#fail(error) : this.#reportAndReconnect(error, 'No token is available')),
    );
  }

  /** Calls the token function. Exactly one callback follows, unless another attempt starts or the connection ends before. */
  #requestToken(onToken: (token: string | null) => void, onError: (error: MetricError, isFinal: boolean) => void): void {
    const generation = this.#generation;
    callTokenFunction(
      this.token as () => unknown,
      (token) => generation === this.#generation && onToken(token),
      (error, isFinal) => generation === this.#generation && onError(error, isFinal),
    );
  }

  /** Sends the server another token before the current one expires. After a failure it tries again. */
  #refreshToken(): void {
    this.#requestToken(
      (token) => token !== null && this.sendToken(token),
      (error) => this.#report(error) && this.#tokenRefresh.retry(),
    );
  }

  /** Sends a token on the open connection. It has an id, so that a rejection does not end the connection. */
  sendToken(token: string): void {
    this.send({ type: 'refresh_token', id: TOKEN_ID, data: { token } });
  }

  #onTokenRefused(): void {
    if (typeof this.token === 'function') {
      this.#tokenRefresh.retry();
    }
  }

  /** Requests the next token before the accepted one expires. The server confirms the token of the handshake with `welcome`. */
  #onTokenAccepted(expiry: number): void {
    if (typeof this.token === 'function') {
      this.#tokenRefresh.schedule(expiry);
    }
  }

  #open(token: string | null): void {
    this.#tokenError = undefined;
    this.#openingToken = token;
    if (this.transport === 'sse') {
      this.#openEvents(token);
    } else if (!this.settings.WebSocket && !globalThis.WebSocket) {
      this.#fail(new MetricError('FAILED', 'This runtime has no WebSocket; pass one in the options, such as that of the npm package ws'));
    } else {
      try {
        this.#listen(openWebSocket(this.url, token, this.settings));
      } catch (error) {
        // A retry would fail too: the token has invalid characters, or a page loaded over https: uses a ws: URL.
        this.#fail(new MetricError('FAILED', `Failed to create the WebSocket: ${(error as Error).message}`));
      }
    }
  }

  #openEvents(token: string | null): void {
    const generation = this.#generation;
    import('./events/transport.js').then(
      ({ EventTransport }) => {
        if (generation === this.#generation) {
          this.#eventTransport ??= new EventTransport(this.url, this.settings, this.clock, (current) => openWebSocket(this.url, current, this.settings));
          this.#listen(this.#eventTransport.open(token));
          this.events.onOpen();
        }
      },
      (error) => generation === this.#generation && this.#reconnect(`Failed to load server-sent events: ${error.message}`),
    );
  }

  #listen(socket: WebSocketLike): void {
    this.#socket = socket;
    this.#openedAt = this.clock.now();
    socket.binaryType = 'arraybuffer';
    this.#frameQueue = new FrameQueue(
      (data) => this.#onMessage(data),
      (error) => this.#reportAndReconnect(error, error.message),
    );
    socket.onmessage = ({ data }) => this.#onFrame(data);
    // Without a listener, `ws` throws the error as an uncaught exception. The close event that follows reports the failure.
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }) => this.#onClose(code, String(reason ?? ''));
  }

  #onFrame(data: unknown): void {
    this.frames++;
    this.#heartbeat.recordActivity();
    this.#frameQueue?.add(data);
  }

  #onMessage(data: unknown): void {
    let message: Message;
    try {
      message = readMessage(decodeFrame(data, this.#frameQueue!));
    } catch (error) {
      this.events.onError(error as MetricError);
      return;
    }
    if (message.kind === 'welcome' && this.state !== 'connected') {
      this.#onWelcome(message);
    } else if (message.kind === 'ping') {
      if (message.serverTime !== undefined) {
        this.serverClock.record(message.serverTime);
      }
      this.send({ type: 'pong', timestamp: message.timestamp });
    } else if (message.kind === 'tokenRefreshed') {
      this.#onTokenAccepted(message.expiresAt);
    } else if (message.kind === 'error' && message.id === TOKEN_ID) {
      this.#onTokenRefused();
    } else if (message.kind === 'error' && message.id === undefined && /^(UNAUTHORIZED|TOKEN_EXPIRED)$/.test(message.error.code)) {
      this.#tokenError = message.error;
    }
    this.events.onMessage(message);
  }

  #onWelcome({ clientId, heartbeatMs, serverTime }: Extract<Message, { kind: 'welcome' }>): void {
    this.#timers.cancel();
    if (serverTime !== undefined) {
      this.serverClock.restart(serverTime, this.#openedAt);
    }
    this.welcomes++;
    this.clientId = clientId;
    this.#timers.schedule(this.settings.minUptimeMs, () => {
      this.#backoff = this.#newBackoff();
      this.#isTokenRefreshed = false;
    });
    this.#onTokenAccepted(expiryOf(this.#openingToken));
    if (this.transport === 'websocket') {
      this.#transportChoice.onWelcome();
      this.#heartbeat.start(this.settings.heartbeatTimeoutMs ?? heartbeatMs * 1.25);
      this.events.onOpen();
    }
    this.#setState('connected');
  }

  #onClose(code: number, reason: string): void {
    const isExpired = this.#tokenError?.code === 'TOKEN_EXPIRED';
    const isUnauthorized = code === UNAUTHORIZED || (this.#tokenError && (code < FIRST_FINAL_CODE || code > LAST_FINAL_CODE));
    if (isUnauthorized && typeof this.token === 'function' && !this.#isTokenRefreshed) {
      this.#isTokenRefreshed = true;
      this.#reconnect('The server rejected the token; requesting a new one', code, false, 0);
    } else if (isUnauthorized) {
      this.#fail(new MetricError(isExpired ? 'TOKEN_EXPIRED' : 'UNAUTHORIZED', isExpired ? 'The token has expired' : 'The server rejected the token', code), code);
    } else if (code >= FIRST_FINAL_CODE && code <= LAST_FINAL_CODE) {
      this.#fail(new MetricError('FAILED', `The server rejected the client permanently: close code ${code} ${reason}`.trim(), code), code);
    } else {
      const hint = this.welcomes + this.#backoff.attempts === 0 ? otherOriginHint(this.url) : undefined;
      if (hint !== undefined && !this.#report(new MetricError('CONNECTION', hint, code))) {
        return;
      }
      this.#reconnect(reason || `The connection was closed with code ${code}`, code);
    }
  }

  #reportAndReconnect(error: MetricError, reason: string, isDead = false): void {
    if (this.#report(error)) {
      this.#reconnect(reason, undefined, isDead);
    }
  }

  /** Reports an error. Returns false if a listener called `disconnect` or `connect`: the caller must not undo that. */
  #report(error: MetricError): boolean {
    const generation = this.#generation;
    this.events.onError(error);
    return generation === this.#generation;
  }

  /** Drops the socket and schedules the next attempt. */
  #reconnect(reason: string, code?: number, isDead = false, delayMs?: number): void {
    const hasFailed = this.#socket !== null && this.state !== 'connected' && !this.#tokenError;
    if (this.#transportChoice.onEnd(hasFailed, code)) {
      reason += '; trying server-sent events';
      delayMs = 0;
    }
    this.#dropSocket(isDead);
    const retryInMs = delayMs ?? this.#backoff.next();
    if (this.#backoff.attempts > this.settings.maxAttempts) {
      this.#fail(new MetricError('FAILED', `Gave up after ${this.settings.maxAttempts} attempts: ${reason}`, code), code);
      return;
    }
    this.#isWaitingToRetry = true;
    this.#timers.schedule(retryInMs, () => this.#attempt());
    this.#setState('reconnecting', { retryInMs, reason, ...(code !== undefined && { code }) });
  }

  #fail(error: MetricError, code?: number): void {
    this.#dropSocket(false);
    if (this.#report(error)) {
      this.#setState('failed', { reason: error.message, ...(code !== undefined && { code }) });
    }
  }

  #dropSocket(isDead: boolean): void {
    this.#generation++;
    this.#timers.cancel();
    this.#heartbeat.stop();
    this.#tokenRefresh.stop();
    this.clientId = null;
    this.#frameQueue?.close();
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onmessage = null;
      socket.onclose = null;
      closeSocket(socket, isDead);
    }
  }

  #setState(state: State, details: Partial<ConnectionInfo> = {}): void {
    this.state = state;
    this.events.onState({ state, transport: this.transport, clientId: this.clientId, attempts: this.#backoff.attempts, retryInMs: null, ...details });
  }
}
