import { webSocketUrl } from './options.js';
import { Service } from './service.js';
import type { MetricService, Options, Token } from './types.js';

const services = new Map<string, MetricService>();

/** Creates a separate service, even if another one uses the same URL. Throws if the URL, the token or an option is invalid. */
export function createMetricService(url: string, token?: Token, options?: Options): MetricService {
  return new Service(url, token, options);
}

/**
 * Returns the shared service for a URL and creates it on the first call. A given token replaces the previous one. Options take
 * effect only when the service is created.
 */
export function getMetricService(url: string, token?: Token, options?: Options): MetricService {
  const key = webSocketUrl(url).href;
  const existing = services.get(key);
  if (existing) {
    if (token !== undefined) {
      existing.setToken(token);
    }
    return existing;
  }
  const service = createMetricService(url, token, options);
  services.set(key, service);
  return service;
}

/** Disconnects and removes the shared service for a URL. Without a URL it removes all of them. */
export function resetMetricService(url?: string): void {
  const keys = url === undefined ? [...services.keys()] : [webSocketUrl(url).href];
  for (const key of keys) {
    services.get(key)?.disconnect();
    services.delete(key);
  }
}
