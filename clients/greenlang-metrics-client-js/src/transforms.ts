import type { Metric } from './types.js';

/** A function from the metrics of one series, in time order, to derived numbers. It returns null if no number can be derived. */
export type Transform = (metric: Metric) => number | null;

const seconds = (metric: Metric): number => Date.parse(metric.timestamp) / 1000;

/** Creates a transform to the change per second. */
function derivative(): Transform {
  let previous: { time: number; value: number } | null = null;
  return (metric) => {
    const [last, time] = [previous, seconds(metric)];
    previous = { time, value: metric.value };
    return last && time > last.time ? (metric.value - last.value) / (time - last.time) : null;
  };
}

/**
 * Creates a transform to the increase of a counter per second.
 *
 * A total that fell was reset, and that step has no rate. Counting from zero would show a spike of terabytes per second when one
 * of several network interfaces disappears.
 */
function rate(): Transform {
  const change = derivative();
  return (metric) => {
    const perSecond = change(metric);
    return perSecond !== null && perSecond < 0 ? null : perSecond;
  };
}

/** Creates a transform to the mean of the last `size` values. */
function movingAverage(size: number): Transform {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`The size of a moving average is ${size}; it must be a whole number, 1 or more`);
  }
  const values: number[] = [];
  return ({ value }) => {
    values.push(value);
    if (values.length > size) {
      values.shift();
    }
    return values.reduce((sum, each) => sum + each, 0) / values.length;
  };
}

/** The transform factories. Each call creates a transform for one series. */
export const transforms = { rate, derivative, movingAverage };
