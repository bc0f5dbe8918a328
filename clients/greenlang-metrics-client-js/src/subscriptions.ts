import type { Clock, Timer } from './clock.js';
import type { Commands } from './commands.js';
import { Cursor } from './cursor.js';
import { Deferred } from './deferred.js';
import type { MetricError } from './errors.js';
import type { Message, Position } from './messages.js';
import type { Gap, Metric, MetricSubscription } from './types.js';

type Subscribed = Extract<Message, { kind: 'subscribed' }>;
type Delivery = Extract<Message, { kind: 'metrics' }>;
type Wishes = Omit<MetricSubscription, 'channels'>;

/** One call of `subscribe`, or what later calls have left of it. */
interface Ask {
  channels: string[];
  readonly wishes: Wishes;
  /** The wishes as text: equal for equal ones. */
  readonly key: string;
  /** What the server made of `channels`; empty until it has confirmed. */
  resolved: string[];
  /** Whether the server has ever confirmed it. */
  wasConfirmed: boolean;
  /** Of the command that it was last sent with, and whose answer is its own; what it is split into has the same. */
  ticket: number;
  /** Shared by what one call was split into. */
  readonly answer: Deferred<string[]>;
}

/** What the subscriptions need of the service. */
export interface Delivering {
  readonly isConnected: boolean;
  readonly resume: boolean;
  gap(gap: Gap): void;
  error(error: MetricError): void;
}

const AGAIN_MS = 5_000;

/** What is wanted, whether or not there is a connection; and where each channel stands. */
export class Subscriptions {
  /** In the order of the calls: a later one for the same channel wins on the server, so it must be sent later, too. */
  #asks: Ask[] = [];
  readonly #cursors = new Map<string, Cursor>();
  /** Channels that the server sends, also while a call that replaces their subscription is on the way. */
  readonly #followed = new Set<string>();
  /** Channels whose subscription a cut has interrupted, until a new connection has it: what they missed must be told. */
  readonly #interrupted = new Set<string>();
  #retry: Timer | undefined;
  #tickets = 0;
  duplicates = 0;

  constructor(
    private readonly owner: Delivering,
    private readonly commands: Commands,
    private readonly clock: Clock,
  ) {}

  get list(): MetricSubscription[] {
    return this.#asks.map(({ channels, wishes }) => ({ channels: [...channels], ...structuredClone(wishes) }));
  }

  add({ channels: given, ...wishes }: MetricSubscription): Promise<string[]> {
    const channels = [...new Set(given)];
    const key = JSON.stringify(Object.entries(wishes).sort(([a], [b]) => (a < b ? -1 : 1)));
    const isCovered = (ask: Ask): boolean => channels.every((channel) => ask.channels.includes(channel) && this.#rules(ask, channel));
    const same = this.#asks.find((ask) => ask.key === key && isCovered(ask));
    if (same) {
      return same.answer.promise;
    }
    this.#forget(channels);
    const ask: Ask = { channels, wishes: structuredClone(wishes), key, resolved: [], wasConfirmed: false, ticket: 0, answer: new Deferred() };
    this.#asks.push(ask);
    if (this.owner.isConnected) {
      this.#send(ask);
    }
    return ask.answer.promise;
  }

  remove(channels: string[]): Promise<void> {
    this.#split(channels);
    this.#forget(channels);
    for (const channel of channels) {
      this.#cursors.delete(channel);
      this.#followed.delete(channel);
      this.#interrupted.delete(channel);
    }
    const done = new Deferred<void>();
    if (this.owner.isConnected) {
      const lost = (error: MetricError): void => (error.code === 'CONNECTION' ? done.resolve() : done.reject(error));
      this.commands.ask({ type: 'unsubscribe', channels }, 'unsubscribed', () => done.resolve(), lost);
    } else {
      done.resolve(); // no connection, no subscriptions
    }
    return done.promise;
  }

  /** The connection is lost: from here on something may be missed. */
  pause(): void {
    this.#retry?.cancel();
    this.#followed.forEach((channel) => this.#interrupted.add(channel));
  }

  /** A new connection, which knows nothing yet. */
  resume(): void {
    this.#asks.forEach((ask) => this.#send(ask));
  }

  /** Nothing more will come. */
  close(error: MetricError): void {
    // The wishes stay for a later connect(); only those who await one now are told.
    const waiting = new Set(this.#asks.map((ask) => ask.answer).filter((answer) => !answer.settled));
    this.#asks = this.#asks.map((ask) => (waiting.has(ask.answer) ? { ...ask, answer: new Deferred() } : ask));
    waiting.forEach((answer) => answer.reject(error));
  }

  /** The metrics of a frame that are news. */
  accept({ channel, metrics, offset, replayed, isWhole }: Delivery): Metric[] {
    const cursor = this.#cursors.get(channel);
    if (!cursor || offset === undefined) {
      return metrics;
    }
    const fresh = cursor.accept(metrics, offset, replayed, isWhole);
    this.duplicates += metrics.length - fresh.length;
    return fresh;
  }

  /** The server has left out so much that it says where the channel stands now. */
  moveTo(channel: string, position: Position): void {
    if (this.#cursors.has(channel)) {
      this.#cursors.set(channel, new Cursor(position));
    }
  }

  #send(ask: Ask): void {
    const ticket = (ask.ticket = ++this.#tickets);
    const asked = (): Ask[] => this.#asks.filter((each) => each.ticket === ticket);
    const since = this.#since(ask);
    const data = {
      channels: ask.channels,
      ...ask.wishes,
      ...(this.owner.resume && { resume: true }),
      ...(since && { since }),
    };
    this.commands.ask(
      { type: 'subscribe', data },
      'subscribed',
      (answer) => asked().forEach((each) => this.#confirmed(each, answer)),
      (error) => this.#refused(asked(), error),
    );
  }

  /** Where to go on, for each of its channels that stood somewhere when the last connection was lost. */
  #since(ask: Ask): Record<string, Position> | undefined {
    const positions = [...new Set([...ask.resolved, ...ask.channels])].flatMap((channel) => {
      const cursor = this.#interrupted.has(channel) && this.#rules(ask, channel) ? this.#cursors.get(channel) : undefined;
      return cursor ? [[channel, cursor.since] as const] : [];
    });
    return positions.length > 0 ? Object.fromEntries(positions) : undefined;
  }

  #confirmed(ask: Ask, { channels, positions }: Subscribed): void {
    ask.resolved = channels.filter((channel) => ask.channels.some((name) => means(name, channel)));
    ask.wasConfirmed = true;
    for (const channel of ask.resolved.filter((each) => this.#rules(ask, each))) {
      this.#followed.add(channel);
      const position = positions.get(channel);
      const cursor = this.#cursors.get(channel);
      const recovered = this.#interrupted.has(channel) && position?.recovered === true && cursor?.since.epoch === position.epoch;
      if (recovered) {
        cursor.replay();
      } else if (position && this.owner.resume) {
        this.#cursors.set(channel, new Cursor(position));
      } else {
        this.#cursors.delete(channel);
      }
      if (this.#interrupted.delete(channel)) {
        this.owner.gap({ channel, recovered });
      }
    }
    this.#settle(ask);
  }

  /** Once all that the call was split into has been confirmed, or was replaced or taken back before that. */
  #settle({ answer }: Ask): void {
    const asks = this.#asks.filter((each) => each.answer === answer);
    if (asks.every((each) => each.wasConfirmed)) {
      answer.resolve(asks.flatMap((each) => each.resolved));
    }
  }

  /** Of several calls that mean a channel, by name or by a pattern, the last one counts: on the server, too. */
  #rules(ask: Ask, channel: string): boolean {
    return this.#asks.findLast((each) => each === ask || each.channels.includes(channel) || each.resolved.includes(channel)) === ask;
  }

  /** @param asks what one command asked for: a call, or what that was split into meanwhile */
  #refused(asks: Ask[], error: MetricError): void {
    const answer = asks[0]?.answer;
    if (!answer || error.code === 'CONNECTION') {
      return; // it is asked again when there is another
    }
    this.owner.error(error);
    if (error.code === 'TIMEOUT' || error.code === 'RATE_LIMITED') {
      this.#retryLater();
    } else if (!answer.settled) {
      this.#asks = this.#asks.filter((each) => !asks.includes(each));
      answer.reject(error);
    } else {
      // It was fine before: a channel may not be there yet after the server's restart. The others need not wait for it.
      this.#split(asks.flatMap((ask) => ask.channels));
      this.#retryLater();
    }
  }

  #retryLater(): void {
    this.#retry?.cancel();
    this.#retry = this.clock.after(AGAIN_MS + this.clock.random() * AGAIN_MS, () =>
      this.#asks.filter((ask) => !this.#isConfirmed(ask)).forEach((ask) => this.#send(ask)),
    );
  }

  #isConfirmed(ask: Ask): boolean {
    return ask.resolved.length > 0 && !ask.resolved.some((channel) => this.#interrupted.has(channel));
  }

  /** Takes channels out of earlier calls. */
  #forget(channels: string[]): void {
    for (const ask of this.#asks) {
      ask.channels = ask.channels.filter((channel) => !channels.includes(channel));
    }
    const emptied = this.#asks.filter((ask) => ask.channels.length === 0);
    this.#asks = this.#asks.filter((ask) => ask.channels.length > 0);
    emptied.forEach((ask) => this.#settle(ask));
  }

  /** Makes patterns that stand for some of these channels, and calls that name several, one call per channel. */
  #split(channels: string[]): void {
    this.#asks = this.#asks.flatMap((ask) => {
      const stands = ask.resolved.some((channel) => channels.includes(channel) && !ask.channels.includes(channel));
      const several = ask.channels.length > 1 && ask.channels.some((channel) => channels.includes(channel));
      if (!stands && !several) {
        return [ask];
      }
      const singles = ask.resolved.length > 0 ? ask.resolved : ask.channels;
      return singles.map((channel) => ({ ...ask, channels: [channel], resolved: ask.resolved.filter((each) => each === channel) }));
    });
  }
}

/** Whether a name in a subscription, which may be a prefix such as `system.*`, stands for this channel. */
function means(name: string, channel: string): boolean {
  return name === channel || (name.endsWith('*') && channel.startsWith(name.slice(0, -1)));
}
