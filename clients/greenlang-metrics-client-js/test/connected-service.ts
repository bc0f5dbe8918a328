/** A connected service of the tests, and the positions and samples of its server. */

import type { Gap, MetricSubscription } from '../src/index.js';
import { FakeSocket, fakeService, metric } from './fakes.js';

export const CPU: MetricSubscription = { channels: ['system.metrics'], tags: { env: 'production' }, aggregation_interval: '5s', compression: true };
export const systemPosition = (offset: number, recovered?: boolean) => ({ 'system.metrics': { epoch: 'e', offset, ...(recovered !== undefined && { recovered }) } });

/** Creates a connected service and records the metrics and gaps that it delivers. */
export function connectedService(subscription: MetricSubscription = { channels: ['system.metrics'] }, options = {}) {
  const fake = fakeService(options);
  const received: number[] = [];
  const gaps: Gap[] = [];
  fake.service.onMetric('system.metrics', ({ value }) => received.push(value));
  fake.service.onGap((gap) => gaps.push(gap));
  const subscribed = fake.service.subscribe(subscription);
  fake.service.connect();
  FakeSocket.last.welcome();
  /** Drops the connection and opens the next one. */
  const reconnect = () => {
    FakeSocket.last.drop();
    fake.service.connect();
    FakeSocket.last.welcome();
  };
  return { ...fake, received, gaps, subscribed, reconnect };
}

export const sample = (value: number, offset: number, fields: object = {}) => ({ ...metric(`m${value}`, value), offset, ...fields });
