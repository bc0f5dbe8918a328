import { onScopeDispose, reactive, ref } from 'vue';
import { getMetricService } from '@greenlang/metrics-client';

const { searchParams, hash } = new URL(location.href);
const url = searchParams.get('server') ?? 'ws://localhost:8000/ws/metrics';
const token = new URLSearchParams(hash.slice(1)).get('token');

/** All components share one connection, which stays open when a component leaves the page. */
const service = getMetricService(url, token);

/** Subscribes to the metrics of a channel until the component is unmounted. Returns the latest metric of each name. */
export function useMetrics(channel, names) {
  const metrics = reactive(new Map());
  const mounted = new AbortController();
  service.onMetric(channel, (metric) => metrics.set(metric.name, metric), { signal: mounted.signal });
  service.subscribe({ channels: [channel], metrics: names, latest: true });
  service.connect();
  onScopeDispose(() => {
    mounted.abort();
    service.unsubscribe([channel]);
  });
  return metrics;
}

/** Returns whether the page is connected, as a reference. */
export function useConnected() {
  const connected = ref(service.state === 'connected');
  onScopeDispose(service.onConnectionChange((now) => (connected.value = now)));
  return connected;
}
