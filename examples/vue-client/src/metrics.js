import { getMetricService } from '@greenlang/metrics-client';

const { searchParams, hash } = new URL(location.href);
const url = searchParams.get('server') ?? 'ws://localhost:8000/ws/metrics';
const token = new URLSearchParams(hash.slice(1)).get('token');

/** All components share one connection, which stays open when a component leaves the page. */
export const service = getMetricService(url, token);

/** The views of the mounted components, by channel. */
const views = new Map();

/** Calls the listener for each metric with one of the names. Returns a function that ends this. */
export function showMetrics(channel, names, listener) {
  const view = { names };
  const stopListening = service.onMetric(channel, (metric) => names.includes(metric.name) && listener(metric));
  const ofChannel = views.get(channel) ?? new Set();
  views.set(channel, ofChannel.add(view));
  updateSubscription(channel, ofChannel);
  return () => {
    stopListening();
    ofChannel.delete(view);
    updateSubscription(channel, ofChannel);
  };
}

/** A channel has one subscription in a service, so it has the names of all views. */
function updateSubscription(channel, ofChannel) {
  const metrics = [...new Set([...ofChannel].flatMap(({ names }) => names))];
  if (metrics.length > 0) {
    service.subscribe({ channels: [channel], metrics, latest: true });
    service.connect();
  } else {
    service.unsubscribe([channel]);
  }
}
