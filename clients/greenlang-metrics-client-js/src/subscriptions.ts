import type { Clock, Timer } from './clock.js';
import type { Commands } from './commands.js';
import { Deferred } from './deferred.js';
import type { MetricError } from './errors.js';
import type { Message, StreamPosition } from './messages.js';
import { PositionTracker } from './stream-position.js';
import type { Gap, Metric, MetricSubscription } from './types.js';

type SubscribedMessage = Extract<Message, { kind: 'subscribed' }>;
type MetricsMessage = Extract<Message, { kind: 'metrics' }>;
type SubscriptionOptions = Omit<MetricSubscription, 'channels'>;

/** One call of `subscribe`, without the channels that later calls have replaced or removed. */
interface RequestedSubscription {
  channels: string[];
  readonly options: SubscriptionOptions;
  /** The options as text. Equal options have equal keys. */
  readonly key: string;
  /** The channels that the server derived from `channels`; empty until the server confirms. */
  resolvedChannels: string[];
  /** True if the server has ever confirmed the subscription. */
  wasConfirmed: boolean;
  /** The number of the last command for this subscription. All parts of a split subscription share it. */
  commandNumber: number;
  /** The result of the call. All parts of a split subscription share it. */
  readonly confirmation: Deferred<string[]>;
}

/** The state and callbacks that subscriptions need from the service. */
export interface SubscriptionEvents {
  readonly isConnected: boolean;
  readonly resume: boolean;
  onGap(gap: Gap): void;
  onError(error: MetricError): void;
}

const RETRY_DELAY_MS = 5_000;

/** The requested subscriptions, with or without a connection, and the position in each channel. */
export class Subscriptions {
  /** The subscriptions in the order of the calls. On the server a later one for the same channel wins, so the order is kept. */
  #requested: RequestedSubscription[] = [];
  readonly #positions = new Map<string, PositionTracker>();
  /** The channels that the server delivers. A channel stays in the set while a new subscription for it is being confirmed. */
  readonly #activeChannels = new Set<string>();
  /** The channels that lost their connection and await a new confirmation. The client must report the gap of each. */
  readonly #disconnectedChannels = new Set<string>();
  #retryTimer: Timer | undefined;
  #lastCommandNumber = 0;
  duplicates = 0;

  constructor(
    private readonly events: SubscriptionEvents,
    private readonly commands: Commands,
    private readonly clock: Clock,
  ) {}

  get list(): MetricSubscription[] {
    return this.#requested.map(({ channels, options }) => ({ channels: [...channels], ...structuredClone(options) }));
  }

  add({ channels: names, ...options }: MetricSubscription): Promise<string[]> {
    const channels = [...new Set(names)];
    const key = JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
    const covers = (subscription: RequestedSubscription): boolean =>
      channels.every((channel) => subscription.channels.includes(channel) && this.#governs(subscription, channel));
    const existing = this.#requested.find((each) => each.key === key && covers(each));
    if (existing) {
      return existing.confirmation.promise;
    }
    this.#removeChannels(channels);
    const subscription: RequestedSubscription = {
      channels,
      options: structuredClone(options),
      key,
      resolvedChannels: [],
      wasConfirmed: false,
      commandNumber: 0,
      confirmation: new Deferred(),
    };
    this.#requested.push(subscription);
    if (this.events.isConnected) {
      this.#send(subscription);
    }
    return subscription.confirmation.promise;
  }

  remove(channels: string[]): Promise<void> {
    this.#splitByChannel(channels);
    this.#removeChannels(channels);
    for (const channel of channels) {
      this.#positions.delete(channel);
      this.#activeChannels.delete(channel);
      this.#disconnectedChannels.delete(channel);
    }
    const result = new Deferred<void>();
    if (this.events.isConnected) {
      const onError = (error: MetricError): void => (error.code === 'CONNECTION' ? result.resolve() : result.reject(error));
      this.commands.send({ type: 'unsubscribe', channels }, 'unsubscribed', () => result.resolve(), onError);
    } else {
      result.resolve(); // without a connection the server has no subscriptions
    }
    return result.promise;
  }

  /** Handles a lost connection. From here on, the client may miss metrics. */
  pause(): void {
    this.#retryTimer?.cancel();
    this.#activeChannels.forEach((channel) => this.#disconnectedChannels.add(channel));
  }

  /** Sends all subscriptions on a new connection, which has none yet. */
  resume(): void {
    this.#requested.forEach((subscription) => this.#send(subscription));
  }

  /** Rejects the calls that await a confirmation. The subscriptions stay for a later `connect()`. */
  close(error: MetricError): void {
    const unconfirmed = new Set(this.#requested.map(({ confirmation }) => confirmation).filter(({ settled }) => !settled));
    this.#requested = this.#requested.map((each) => (unconfirmed.has(each.confirmation) ? { ...each, confirmation: new Deferred() } : each));
    unconfirmed.forEach((confirmation) => confirmation.reject(error));
  }

  /** Returns the metrics of a frame that are not duplicates. */
  accept({ channel, metrics, offset, replayed, isComplete }: MetricsMessage): Metric[] {
    const position = this.#positions.get(channel);
    if (!position || offset === undefined) {
      return metrics;
    }
    const newMetrics = position.accept(metrics, offset, replayed, isComplete);
    this.duplicates += metrics.length - newMetrics.length;
    return newMetrics;
  }

  /** Sets the position of a channel after a loss that the server could not count. */
  moveTo(channel: string, position: StreamPosition): void {
    if (this.#positions.has(channel)) {
      this.#positions.set(channel, new PositionTracker(position));
    }
  }

  #send(subscription: RequestedSubscription): void {
    const commandNumber = (subscription.commandNumber = ++this.#lastCommandNumber);
    const affected = (): RequestedSubscription[] => this.#requested.filter((each) => each.commandNumber === commandNumber);
    const since = this.#resumePositions(subscription);
    const data = {
      channels: subscription.channels,
      ...subscription.options,
      ...(this.events.resume && { resume: true }),
      ...(since && { since }),
    };
    this.commands.send(
      { type: 'subscribe', data },
      'subscribed',
      (reply) => affected().forEach((each) => this.#onConfirmed(each, reply)),
      (error) => this.#onRejected(affected(), error),
    );
  }

  /** Returns the resume position of each channel that had one when the last connection was lost. */
  #resumePositions(subscription: RequestedSubscription): Record<string, StreamPosition> | undefined {
    const entries = [...new Set([...subscription.resolvedChannels, ...subscription.channels])].flatMap((channel) => {
      const canResume = this.#disconnectedChannels.has(channel) && this.#governs(subscription, channel);
      const position = canResume ? this.#positions.get(channel) : undefined;
      return position ? [[channel, position.resumePosition] as const] : [];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }

  #onConfirmed(subscription: RequestedSubscription, { channels, positions }: SubscribedMessage): void {
    subscription.resolvedChannels = channels.filter((channel) => subscription.channels.some((name) => matches(name, channel)));
    subscription.wasConfirmed = true;
    for (const channel of subscription.resolvedChannels.filter((each) => this.#governs(subscription, each))) {
      this.#activeChannels.add(channel);
      const position = positions.get(channel);
      const tracker = this.#positions.get(channel);
      const recovered =
        this.#disconnectedChannels.has(channel) && position?.recovered === true && tracker?.resumePosition.epoch === position.epoch;
      if (recovered) {
        tracker.startReplay();
      } else if (position && this.events.resume) {
        this.#positions.set(channel, new PositionTracker(position));
      } else {
        this.#positions.delete(channel);
      }
      if (this.#disconnectedChannels.delete(channel)) {
        this.events.onGap({ channel, recovered });
      }
    }
    this.#resolveIfConfirmed(subscription);
  }

  /** Resolves the call once every part of it is confirmed, replaced or removed. */
  #resolveIfConfirmed({ confirmation }: RequestedSubscription): void {
    const parts = this.#requested.filter((each) => each.confirmation === confirmation);
    if (parts.every((each) => each.wasConfirmed)) {
      confirmation.resolve(parts.flatMap((each) => each.resolvedChannels));
    }
  }

  /** Tests for the last subscription that names a channel, directly or by pattern. That one wins, on the server too. */
  #governs(subscription: RequestedSubscription, channel: string): boolean {
    return (
      this.#requested.findLast((each) => each === subscription || each.channels.includes(channel) || each.resolvedChannels.includes(channel)) ===
      subscription
    );
  }

  /** @param subscriptions the parts of one command: a call, or the parts that it was split into since */
  #onRejected(subscriptions: RequestedSubscription[], error: MetricError): void {
    const confirmation = subscriptions[0]?.confirmation;
    if (!confirmation || error.code === 'CONNECTION') {
      return; // the next connection repeats the command
    }
    this.events.onError(error);
    if (error.code === 'TIMEOUT' || error.code === 'RATE_LIMITED') {
      this.#retryLater();
    } else if (!confirmation.settled) {
      this.#requested = this.#requested.filter((each) => !subscriptions.includes(each));
      confirmation.reject(error);
    } else {
      // The server accepted this subscription before. After a restart a channel may not exist yet. It must not delay the others.
      this.#splitByChannel(subscriptions.flatMap(({ channels }) => channels));
      this.#retryLater();
    }
  }

  #retryLater(): void {
    this.#retryTimer?.cancel();
    this.#retryTimer = this.clock.schedule(RETRY_DELAY_MS + this.clock.random() * RETRY_DELAY_MS, () =>
      this.#requested.filter((each) => !this.#isConfirmed(each)).forEach((each) => this.#send(each)),
    );
  }

  #isConfirmed({ resolvedChannels }: RequestedSubscription): boolean {
    return resolvedChannels.length > 0 && !resolvedChannels.some((channel) => this.#disconnectedChannels.has(channel));
  }

  /** Removes channels from earlier calls. */
  #removeChannels(channels: string[]): void {
    for (const subscription of this.#requested) {
      subscription.channels = subscription.channels.filter((channel) => !channels.includes(channel));
    }
    const emptied = this.#requested.filter((each) => each.channels.length === 0);
    this.#requested = this.#requested.filter((each) => each.channels.length > 0);
    emptied.forEach((each) => this.#resolveIfConfirmed(each));
  }

  /** Splits patterns that match one of these channels, and calls that name several channels, into one part per channel. */
  #splitByChannel(channels: string[]): void {
    this.#requested = this.#requested.flatMap((subscription) => {
      const { channels: names, resolvedChannels } = subscription;
      const matchesByPattern = resolvedChannels.some((channel) => channels.includes(channel) && !names.includes(channel));
      const hasSeveralNames = names.length > 1 && names.some((channel) => channels.includes(channel));
      if (!matchesByPattern && !hasSeveralNames) {
        return [subscription];
      }
      const parts = resolvedChannels.length > 0 ? resolvedChannels : names;
      return parts.map((channel) => ({
        ...subscription,
        channels: [channel],
        resolvedChannels: resolvedChannels.filter((each) => each === channel),
      }));
    });
  }
}

/** Tests whether a name in a subscription, which may be a prefix such as `system.*`, matches a channel. */
export function matches(name: string, channel: string): boolean {
  return name === channel || (name.endsWith('*') && channel.startsWith(name.slice(0, -1)));
}
