import { onScopeDispose, reactive, ref } from 'vue';
import { service, showMetrics } from './metrics.js';

/** Returns the latest metric of each name until the component is unmounted. Other components may show other metrics of the channel. */
export function useMetrics(channel, names) {
  const metrics = reactive(new Map());
  onScopeDispose(showMetrics(channel, names, (metric) => metrics.set(metric.name, metric)));
  return metrics;
}

/** Returns whether the page is connected, as a reference. */
export function useConnected() {
  const connected = ref(service.state === 'connected');
  onScopeDispose(service.onConnectionChange((now) => (connected.value = now)));
  return connected;
}
