import { webSocketUrl } from './options.js';
import { Service } from './service.js';
import type { MetricService, Options, Token } from './types.js';

const services = new Map<string, MetricService>();

/** A service of your own, whatever others use the same URL. Throws for a URL, token or option that cannot be. */
export function createMetricService(url: string, token?: Token, options?: Options): MetricService {
  return new Service(url, token, options);
}

/** The one service for a URL. A token that is given replaces the one before; options count when the service is made. */
export function getMetricService(url: string, token?: Token, options?: Options): MetricService {
  const key = webSocketUrl(url).href;
  const known = services.get(key);
  if (known) {
    if (token !== undefined) {
      known.setToken(token);
    }
    return known;
  }
  const service = createMetricService(url, token, options);
  services.set(key, service);
  return service;
}

/** Disconnects the service for a URL and forgets it; without a URL, all. */
export function resetMetricService(url?: string): void {
  const keys = url === undefined ? [...services.keys()] : [webSocketUrl(url).href];
  for (const key of keys) {
    services.get(key)?.disconnect();
    services.delete(key);
  }
}
