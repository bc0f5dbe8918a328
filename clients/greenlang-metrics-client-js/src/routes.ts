import { Listeners } from './listeners.js';
import type { ListenOptions, Logger, Metric, Unsubscribe } from './types.js';

type Listener = (metric: Metric) => void;

/** Who wants which channel's metrics: by name, by a prefix such as `system.*`, or all by `*`. */
export class Routes {
  readonly #named = new Map<string, Listeners<[Metric]>>();
  readonly #prefixed = new Map<string, Listeners<[Metric]>>();

  constructor(private readonly logger: Logger) {}

  add(channel: string, listener: Listener, { signal }: ListenOptions = {}): Unsubscribe {
    if (typeof channel !== 'string' || channel === '') {
      throw new TypeError(`A channel is a name, a prefix such as "system.*", or "*"; it is ${JSON.stringify(channel)}`);
    }
    if (signal?.aborted) {
      return () => {};
    }
    const [map, key] = this.#place(channel);
    const listeners = map.get(key) ?? new Listeners<[Metric]>('onMetric', this.logger);
    map.set(key, listeners);
    listeners.add(listener);
    const off = (): void => {
      signal?.removeEventListener('abort', off);
      this.remove(channel, listener);
    };
    signal?.addEventListener('abort', off);
    return off;
  }

  remove(channel: string, listener: Listener): void {
    const [map, key] = this.#place(channel);
    const listeners = map.get(key);
    listeners?.remove(listener);
    if (listeners?.size === 0) {
      map.delete(key);
    }
  }

  deliver(metric: Metric): void {
    this.#named.get(metric.channel)?.call(metric);
    for (const [prefix, listeners] of this.#prefixed) {
      if (metric.channel.startsWith(prefix)) {
        listeners.call(metric);
      }
    }
  }

  #place(channel: string): [Map<string, Listeners<[Metric]>>, string] {
    return channel.endsWith('*') ? [this.#prefixed, channel.slice(0, -1)] : [this.#named, channel];
  }
}
