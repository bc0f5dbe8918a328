/** The metrics and the store of the unit tests. */

import { Store } from '../../main/web/store.js';

export const NOON = Date.UTC(2026, 0, 1, 12) / 1000;

export const metric = (name, value, second, tags = { host: 'h' }, fields = {}) => ({
  channel: 'system.metrics',
  name,
  type: /bytes_|total$/.test(name) ? 'counter' : 'gauge',
  value,
  timestamp: new Date(1000 * (NOON + second)).toISOString(),
  tags,
  ...fields,
});

/** Creates a store whose server's time is late enough for every metric. `clock.second` changes it. */
export function newStore(clock = { second: 10_000 }) {
  return new Store(() => NOON + clock.second);
}
