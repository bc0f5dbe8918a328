import type { Clock, Timer } from './clock.js';
import { MetricError } from './errors.js';
import type { Message } from './messages.js';

type Reply = Extract<Message, { kind: 'subscribed' | 'unsubscribed' | 'history' }>;

interface PendingCommand {
  replyKind: Reply['kind'];
  sentAt: number;
  timer: Timer;
  onReply(reply: Reply): void;
  onError(error: MetricError): void;
}

const TIMEOUT_MS = 10_000;

/** The commands of one connection that await their replies. A reply carries the `id` of its command. */
export class Commands {
  #lastId = 0;
  readonly #pending = new Map<string, PendingCommand>();
  roundTripMs: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly sendMessage: (message: object) => void,
  ) {}

  /**
   * Sends a command and calls exactly one of the callbacks, once.
   *
   * The callback runs synchronously with the reply, because the frames that follow the reply depend on it. A promise callback
   * would run after them.
   *
   * @param onError receives the server's error, `TIMEOUT`, or `CONNECTION` if the connection was lost before the reply
   */
  send<K extends Reply['kind']>(
    message: { type: string; [field: string]: unknown },
    replyKind: K,
    onReply: (reply: Extract<Reply, { kind: K }>) => void,
    onError: (error: MetricError) => void,
  ): void {
    const id = String(++this.#lastId);
    const timer = this.clock.schedule(TIMEOUT_MS, () =>
      this.#remove(id)?.onError(new MetricError('TIMEOUT', `No reply to ${message.type} within ${TIMEOUT_MS / 1000} s`)),
    );
    this.#pending.set(id, { replyKind, sentAt: this.clock.now(), timer, onReply: onReply as PendingCommand['onReply'], onError });
    this.sendMessage({ ...message, id });
  }

  /** Completes the command that the message replies to. Returns false if the message replies to none. */
  complete(message: Reply | Extract<Message, { kind: 'error' }>): boolean {
    const command = this.#remove(message.id ?? this.#oldestId(message.kind));
    if (!command) {
      return false;
    }
    this.roundTripMs = this.clock.now() - command.sentAt;
    if (message.kind === 'error') {
      command.onError(message.error);
    } else {
      command.onReply(message);
    }
    return true;
  }

  /** Fails every pending command. Their replies are lost with the connection. */
  failAll(error: MetricError): void {
    for (const id of [...this.#pending.keys()]) {
      this.#remove(id)?.onError(error);
    }
  }

  /** Returns the oldest command of a kind. A server without ids replies in order, and its errors name no command. */
  #oldestId(kind: Message['kind']): string {
    for (const [id, command] of this.#pending) {
      if (command.replyKind === kind) {
        return id;
      }
    }
    return '';
  }

  #remove(id: string): PendingCommand | undefined {
    const command = this.#pending.get(id);
    command?.timer.cancel();
    this.#pending.delete(id);
    return command;
  }
}
