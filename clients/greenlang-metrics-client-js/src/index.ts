export { MetricError, type MetricErrorCode } from './errors.js';
export { createMetricService, getMetricService, resetMetricService } from './registry.js';
export { type Transform, transforms } from './transforms.js';
export type {
  Buckets,
  BufferFilter,
  ConnectionInfo,
  Gap,
  HistoryRequest,
  Interval,
  ListenOptions,
  Logger,
  Metric,
  MetricMetadata,
  MetricService,
  MetricSubscription,
  Options,
  SeriesLimit,
  State,
  Stats,
  Token,
  Transport,
  Unsubscribe,
} from './types.js';
export type { WebSocketConstructor, WebSocketLike } from './websocket.js';
