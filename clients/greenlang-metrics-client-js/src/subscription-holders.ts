/** The calls of `subscribe` that hold each channel. A channel is released when the last of them is aborted. */
export class SubscriptionHolders {
  /** The holders by channel; a call without a signal is the holder null, which `clear` alone removes. */
  readonly #holders = new Map<string, Set<AbortSignal | null>>();

  /** @param onRelease receives the channels that no call holds any more */
  constructor(private readonly onRelease: (channels: string[]) => void) {}

  add(channels: string[], signal: AbortSignal | null = null): void {
    for (const channel of channels) {
      this.#holders.set(channel, (this.#holders.get(channel) ?? new Set()).add(signal));
    }
    signal?.addEventListener('abort', () => this.#release(channels, signal), { once: true });
  }

  /** Forgets all holders of channels that the application unsubscribes. */
  clear(channels: string[]): void {
    channels.forEach((channel) => this.#holders.delete(channel));
  }

  #release(channels: string[], signal: AbortSignal): void {
    const released = channels.filter((channel) => {
      const holders = this.#holders.get(channel);
      return holders?.delete(signal) && holders.size === 0 && this.#holders.delete(channel);
    });
    if (released.length > 0) {
      this.onRelease(released);
    }
  }
}
