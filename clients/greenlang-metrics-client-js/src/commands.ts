import type { Clock, Timer } from './clock.js';
import { MetricError } from './errors.js';
import type { Message } from './messages.js';

type Answer = Extract<Message, { kind: 'subscribed' | 'unsubscribed' | 'history' }>;

interface Pending {
  answeredBy: Answer['kind'];
  sentAt: number;
  timer: Timer;
  onAnswer(answer: Answer): void;
  onError(error: MetricError): void;
}

const TIMEOUT_MS = 10_000;

/** Commands of one connection that wait for their answers, which carry the command's `id`. */
export class Commands {
  #last = 0;
  readonly #pending = new Map<string, Pending>();
  roundTripMs: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly send: (message: object) => void,
  ) {}

  /**
   * One of the callbacks is called, once, and at the moment of the answer: what follows it on the wire depends on it, and a
   * promise's callback would come after that.
   *
   * @param onError gets the server's error, `TIMEOUT`, or `CONNECTION` when the connection was lost meanwhile
   */
  ask<K extends Answer['kind']>(
    message: { type: string; [field: string]: unknown },
    answeredBy: K,
    onAnswer: (answer: Extract<Answer, { kind: K }>) => void,
    onError: (error: MetricError) => void,
  ): void {
    const id = String(++this.#last);
    const timer = this.clock.after(TIMEOUT_MS, () =>
      this.#settle(id)?.onError(new MetricError('TIMEOUT', `No answer to ${message.type} within ${TIMEOUT_MS / 1000} s`)),
    );
    this.#pending.set(id, { answeredBy, sentAt: this.clock.now(), timer, onAnswer: onAnswer as Pending['onAnswer'], onError });
    this.send({ ...message, id });
  }

  /** True when this answered a command. */
  answer(message: Answer | Extract<Message, { kind: 'error' }>): boolean {
    const pending = this.#settle(message.id ?? this.#oldest(message.kind));
    if (!pending) {
      return false;
    }
    this.roundTripMs = this.clock.now() - pending.sentAt;
    if (message.kind === 'error') {
      pending.onError(message.error);
    } else {
      pending.onAnswer(message);
    }
    return true;
  }

  /** The connection is gone, and with it the answers. */
  lose(error: MetricError): void {
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id)?.onError(error);
    }
  }

  /** A server that knows no ids answers in order. Its errors cannot be told apart. */
  #oldest(kind: Message['kind']): string {
    for (const [id, pending] of this.#pending) {
      if (pending.answeredBy === kind) {
        return id;
      }
    }
    return '';
  }

  #settle(id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    pending?.timer.cancel();
    this.#pending.delete(id);
    return pending;
  }
}
