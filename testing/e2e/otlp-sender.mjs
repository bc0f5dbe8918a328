/**
 * A program that measures with OpenTelemetry's packages from npm, which its environment configures. The argument is the exporter:
 * `proto` or `http`, which sends JSON. For each line of its input it records a round and exports it. It prints the time at which
 * the export began, in milliseconds since 1970.
 */

import { createInterface } from 'node:readline';
import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { detectResources, envDetector } from '@opentelemetry/resources';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';

const OBSERVATIONS = 100;

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
const { OTLPMetricExporter } = await import(`@opentelemetry/exporter-metrics-otlp-${process.argv[2]}`);
const provider = new MeterProvider({
  resource: detectResources({ detectors: [envDetector] }),
  readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), exportIntervalMillis: 3_600_000 })],
  views: [{ instrumentName: 'exponential.size', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
});
const meter = provider.getMeter('shop');
const latestRound = meter.createGauge('round');
const orders = meter.createCounter('orders', { unit: '{order}' });
const explicit = meter.createHistogram('explicit.size', { unit: 'By' });
const exponential = meter.createHistogram('exponential.size', { unit: 'By' });

let round = 0;
for await (const _ of createInterface({ input: process.stdin })) {
  latestRound.record(++round);
  for (let i = 1; i <= OBSERVATIONS; i++) {
    orders.add(1, { region: 'eu' });
    explicit.record(i);
    exponential.record(i);
  }
  const start = Date.now();
  await provider.forceFlush();
  console.log(`exported ${start}`);
}
await provider.shutdown();
