import { getMetricService } from '@greenlang/metrics-client';

const find = (id) => document.getElementById(id);
const { searchParams, hash } = new URL(location.href);
const token = new URLSearchParams(hash.slice(1)).get('token');
const service = getMetricService(searchParams.get('server') ?? 'ws://localhost:8000/ws/metrics', token);

service.subscribe({ channels: ['system.metrics'], metrics: ['cpu.percent'], compression: true });
service.onMetric('system.metrics', ({ value }) => {
  find('cpu').value = `${value.toFixed(1)} %`;
  find('meter').value = value;
});
service.onConnectionChange((connected, { retryInMs }) => {
  find('state').textContent = connected ? 'Connected' : `Disconnected; retrying in ${Math.round(retryInMs / 1000)} s`;
});
service.onError((error) => (find('state').textContent = error.message));
service.connect();
