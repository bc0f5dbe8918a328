import { Listeners, untilAborted } from './listeners.js';
import type { ListenOptions, Logger, Metric, Unsubscribe } from './types.js';

type Listener = (metric: Metric) => void;

/** The metric listeners by channel: an exact name, a prefix such as `system.*`, or `*` for all channels. */
export class ListenerRegistry {
  readonly #exactNames = new Map<string, Listeners<[Metric]>>();
  readonly #prefixes = new Map<string, Listeners<[Metric]>>();

  constructor(private readonly logger: Logger) {}

  add(channel: string, listener: Listener, { signal }: ListenOptions = {}): Unsubscribe {
    if (typeof channel !== 'string' || channel === '') {
      throw new TypeError(`A channel is a name, a prefix such as "system.*", or "*"; it is ${JSON.stringify(channel)}`);
    }
    const [map, key] = this.#locate(channel);
    const listeners = map.get(key) ?? new Listeners<[Metric]>('onMetric', this.logger);
    map.set(key, listeners);
    listeners.add(listener);
    return untilAborted(signal, () => this.remove(channel, listener));
  }

  remove(channel: string, listener: Listener): void {
    const [map, key] = this.#locate(channel);
    const listeners = map.get(key);
    listeners?.remove(listener);
    if (listeners?.size === 0) {
      map.delete(key);
    }
  }

  notify(metric: Metric): void {
    this.#exactNames.get(metric.channel)?.notify(metric);
    for (const [prefix, listeners] of this.#prefixes) {
      if (metric.channel.startsWith(prefix)) {
        listeners.notify(metric);
      }
    }
  }

  #locate(channel: string): [Map<string, Listeners<[Metric]>>, string] {
    return channel.endsWith('*') ? [this.#prefixes, channel.slice(0, -1)] : [this.#exactNames, channel];
  }
}
