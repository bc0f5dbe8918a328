import type { Clock } from '../clock.js';
import { Heartbeat } from '../heartbeat.js';

/** The callbacks of a stream. After `onRejected` or `onEnd` there are no more. */
export interface StreamEvents {
  /** Called for each event. The type is empty for an event without one. */
  onEvent(type: string, data: string): void;
  /** Called for a response that is not a stream. `error` is its body if that is an error message of the server. */
  onRejected(status: number, error: { code: string; message: string } | undefined): void;
  onEnd(reason: string): void;
}

/** The maximum length of a line. The largest message of a server is far smaller. */
const MAX_LINE = 2 ** 24;

/** One HTTP response with server-sent events. It detects silence, and reads no faster than its events are handled. */
export class EventStream {
  readonly #abort = new AbortController();
  readonly #heartbeat: Heartbeat;

  /** @param timeoutMs the longest silence before `keepAlive` was called */
  constructor(
    url: URL,
    token: string | null,
    clock: Clock,
    timeoutMs: number,
    private readonly events: StreamEvents,
  ) {
    this.#heartbeat = new Heartbeat(clock, () => this.#end('The server stopped responding'));
    this.#heartbeat.start(timeoutMs);
    const headers = { Accept: 'text/event-stream', ...(token && { Authorization: `Bearer ${token}` }) };
    this.#run(fetch(url, { headers, signal: this.#abort.signal, cache: 'no-store' }));
  }

  /** Changes the longest silence. */
  keepAlive(timeoutMs: number): void {
    this.#heartbeat.start(timeoutMs);
  }

  close(): void {
    this.#heartbeat.stop();
    this.#abort.abort();
  }

  get #isClosed(): boolean {
    return this.#abort.signal.aborted;
  }

  async #run(request: Promise<Response>): Promise<void> {
    try {
      const response = await request;
      if (response.ok && response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
        await this.#readEvents(response);
        this.#end('The stream ended');
      } else {
        const error = readError(await response.text());
        this.#close(() => this.events.onRejected(response.status, error));
      }
    } catch (error) {
      this.#end(`The stream failed: ${(error as Error).message}`);
    }
  }

  async #readEvents(response: Response): Promise<void> {
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    const lines = new EventLines((type, data) => this.#isClosed || this.events.onEvent(type, data));
    for (let part = await reader.read(); !part.done && !this.#isClosed; part = await reader.read()) {
      this.#heartbeat.recordActivity();
      lines.add(decoder.decode(part.value, { stream: true }));
    }
  }

  #end(reason: string): void {
    this.#close(() => this.events.onEnd(reason));
  }

  /** Closes the stream, and calls back unless it was closed before. */
  #close(callback: () => void): void {
    if (!this.#isClosed) {
      this.close();
      callback();
    }
  }
}

/** The parser of the text of a stream. An `id` is not needed: messages carry their offsets. */
export class EventLines {
  #rest = '';
  #type = '';
  #data: string[] = [];

  constructor(private readonly onEvent: (type: string, data: string) => void) {}

  /** Reads the next part of the text. Throws if a line is too long. */
  add(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    if (this.#rest.length > MAX_LINE) {
      throw new RangeError(`a line has more than ${MAX_LINE} characters`);
    }
    lines.forEach((line) => this.#read(line.replace(/\r$/, '')));
  }

  #read(line: string): void {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') {
      this.#type = value;
    } else if (field === 'data') {
      this.#data.push(value);
    } else if (line === '') {
      const [type, data] = [this.#type, this.#data];
      [this.#type, this.#data] = ['', []];
      if (data.length > 0) {
        this.onEvent(type, data.join('\n'));
      }
    }
  }
}

function readError(body: string): { code: string; message: string } | undefined {
  try {
    const { type, code, message } = JSON.parse(body);
    return type === 'error' ? { code: String(code), message: String(message) } : undefined;
  } catch {
    return undefined; // a page of a proxy
  }
}
