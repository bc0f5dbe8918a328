import { useEffect, useState } from 'react';
import type { Metric } from '@greenlang/metrics-client';
import { service, showMetrics } from './metrics.js';

/**
 * Returns the latest metric of each name while the component is mounted. Other components may show other metrics of the channel.
 *
 * React's `StrictMode` mounts each component twice: the cleanup removes everything that the first mount has added.
 */
export function useMetrics(channel: string, names: string): Map<string, Metric> {
  const [metrics, setMetrics] = useState<Map<string, Metric>>(new Map());
  useEffect(
    () => showMetrics(channel, names.split(','), (metric) => setMetrics((before) => new Map(before).set(metric.name, metric))),
    [channel, names],
  );
  return metrics;
}

/** Returns whether the page is connected. */
export function useConnected(): boolean {
  const [connected, setConnected] = useState(service.state === 'connected');
  useEffect(() => service.onConnectionChange(setConnected), []);
  return connected;
}
