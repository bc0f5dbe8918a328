import type { Metric } from './types.js';

/** Makes, of one series' metrics in time order, another number of each; null where there is none. */
export type Transform = (metric: Metric) => number | null;

const seconds = (metric: Metric): number => Date.parse(metric.timestamp) / 1000;

/** The change per second. */
function derivative(): Transform {
  let last: { at: number; value: number } | null = null;
  return (metric) => {
    const [before, at] = [last, seconds(metric)];
    last = { at, value: metric.value };
    return before && at > before.at ? (metric.value - before.value) / (at - before.at) : null;
  };
}

/**
 * A counter's increase per second. A total that fell was reset, and that step has no rate: counting it from zero would show
 * a spike of terabytes per second when one of several network interfaces went away.
 */
function rate(): Transform {
  const change = derivative();
  return (metric) => {
    const perSecond = change(metric);
    return perSecond !== null && perSecond < 0 ? null : perSecond;
  };
}

/** The mean of the last so many values. */
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

/** Each call makes a fresh one, for one series. */
export const transforms = { rate, derivative, movingAverage };
