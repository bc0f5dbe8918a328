/** The metrics that the product's page documents for each channel, with the range of valid values. */

const percent = [0, 100];
const bytes = [0, 1e15];
const count = [0, 1e9];
const millis = [0, 3_600_000];
const processorPercent = [0, 100 * 1024]; // percent of one processor, on a machine with about a thousand

/** @type {Record<string, Record<string, [number, number]>>} */
export const CHANNELS = {
  'system.metrics': {
    'cpu.percent': percent,
    'cpu.count': [1, 4096],
    'memory.total': [1e6, 1e15],
    'memory.used': bytes,
    'memory.percent': percent,
    'disk.percent': percent,
    'network.bytes_sent': bytes,
    'network.bytes_recv': bytes,
    // additions to the product's page
    'cpu.core.percent': percent,
    'load.1m': [0, 10_000],
    'memory.available': bytes,
    'swap.total': [0, 1e15],
    'network.packets_sent': [0, 1e15],
    'network.errors_recv': [0, 1e15],
    'network.interface.bytes_recv': bytes,
    'process.cpu.percent': processorPercent,
    'process.memory.resident': [1e6, 1e13],
    'process.threads': [1, 1e5],
    'process.files.open': [1, 1e6],
    uptime: [1, 1e10],
  },
  'workflow.metrics': {
    'executions.total': count,
    'executions.successful': count,
    'executions.failed': count,
    success_rate: percent,
    'duration.avg': millis,
    'duration.p95': millis,
    'executions.running': [0, 2],
    'executions.pending': [0, 100],
    'duration.min': millis,
    'duration.max': millis,
    'duration.p50': millis,
    'duration.p99': millis,
    throughput: [0, 1000],
    'workflow.executions.total': count,
  },
  'agent.metrics': {
    'calls.total': count,
    'calls.successful': count,
    'calls.failed': count,
    'latency.avg': millis,
    'latency.p95': millis,
    'errors.total': count,
    'errors.by_type': count,
    'top.calls': [1, 1e9],
    'slowest.p95': millis,
    'agent.calls.total': count,
  },
  'distributed.metrics': {
    'nodes.active': [1, 1],
    'nodes.total': [1, 1],
    'tasks.pending': [0, 100],
    'tasks.running': [0, 2],
    'tasks.completed': count,
    throughput: [0, 1000],
  },
  'jvm.metrics': {
    'memory.heap.used': bytes,
    'memory.pool.used': bytes,
    'gc.count': count,
    'threads.count': [1, 1e5],
    'threads.by_state': [0, 1e5],
    'classes.count': [1, 1e7],
    'buffers.used': bytes,
    'cpu.percent': processorPercent,
  },
};
