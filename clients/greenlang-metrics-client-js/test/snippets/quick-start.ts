import { getMetricService } from './MetricService';

const service = getMetricService(
  'ws://localhost:8000/ws/metrics',
  userToken  // JWT token
);

// Connect
service.connect();

// Subscribe to metrics
service.subscribe({
  channels: ['system.metrics', 'workflow.metrics'],
  tags: { env: 'production' },
  aggregation_interval: '5s',
  compression: true
});

// Listen for metrics
service.onMetric('system.metrics', (metric) => {
  console.log('Received metric:', metric);
});

// Handle connection status
service.onConnectionChange((connected) => {
  console.log('Connected:', connected);
});
