export { MetricError, type MetricErrorCode } from './errors.js';
export { createMetricService, getMetricService, resetMetricService } from './registry.js';
export { type Transform, transforms } from './transforms.js';
export type {
  BufferFilter,
  ConnectionInfo,
  Gap,
  HistoryRequest,
  Interval,
  ListenOptions,
  Logger,
  Metric,
  MetricService,
  MetricSubscription,
  Options,
  State,
  Stats,
  Token,
  Unsubscribe,
  WebSocketConstructor,
  WebSocketLike,
} from './types.js';
