import { useEffect, useState } from 'react';
import { getMetricService, type Metric } from '@greenlang/metrics-client';

const { searchParams, hash } = new URL(location.href);
const url = searchParams.get('server') ?? 'ws://localhost:8000/ws/metrics';
const token = new URLSearchParams(hash.slice(1)).get('token');

/** All components share one connection, which stays open when a component leaves the page. */
const service = getMetricService(url, token);

/**
 * Subscribes to the metrics of a channel while the component is mounted. Returns the latest metric of each name.
 *
 * React's `StrictMode` mounts each component twice: the cleanup removes everything that the first mount has added.
 */
export function useMetrics(channel: string, names: string): Map<string, Metric> {
  const [metrics, setMetrics] = useState<Map<string, Metric>>(new Map());
  useEffect(() => {
    const mounted = new AbortController();
    service.onMetric(channel, (metric) => setMetrics((before) => new Map(before).set(metric.name, metric)), { signal: mounted.signal });
    service.subscribe({ channels: [channel], metrics: names.split(','), latest: true });
    service.connect();
    return () => {
      mounted.abort();
      service.unsubscribe([channel]);
    };
  }, [channel, names]);
  return metrics;
}

/** Returns whether the page is connected. */
export function useConnected(): boolean {
  const [connected, setConnected] = useState(service.state === 'connected');
  useEffect(() => service.onConnectionChange(setConnected), []);
  return connected;
}
