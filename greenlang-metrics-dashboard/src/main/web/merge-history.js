/**
 * The history of groups: the server groups live windows only, so the windows of history are merged here by the same rules.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */

/** The ratio of the bounds of a bucket, and the representative of bucket 0, as the protocol defines them. */
const GAMMA = 1.01 / 0.99;
const REPRESENTATIVE = 1.01;
const PERCENTILES = /** @type {Array<['p50' | 'p95' | 'p99', number]>} */ ([['p50', 0.5], ['p95', 0.95], ['p99', 0.99]]);

/**
 * Merges the windows of series that differ only in other tags. The windows of a distribution need their buckets.
 *
 * @param {Metric[]} metrics windows, in time order
 * @param {string[]} keys the tag keys to keep
 * @returns {Metric[]} in time order
 */
export function mergeHistory(metrics, keys) {
  /** @type {Map<string, Metric[]>} */
  const groups = new Map();
  for (const metric of metrics) {
    const tags = keys.filter((key) => Object.hasOwn(metric.tags, key)).map((key) => [key, metric.tags[key]]);
    const id = JSON.stringify([metric.timestamp, metric.name, tags]);
    groups.set(id, [...(groups.get(id) ?? []), { ...metric, tags: Object.fromEntries(tags) }]);
  }
  return [...groups.values()].map((group) => (group.length === 1 ? group[0] : mergeWindows(group)));
}

/** @param {Metric[]} group @returns {Metric} */
function mergeWindows(group) {
  const sumOf = (/** @type {(metric: Metric) => number | undefined} */ field) => group.reduce((sum, metric) => sum + (field(metric) ?? 0), 0);
  const [first] = group;
  const merged = {
    ...first,
    count: sumOf(({ count }) => count),
    min: Math.min(...group.map(({ min, value }) => min ?? value)),
    max: Math.max(...group.map(({ max, value }) => max ?? value)),
  };
  if (first.type === 'counter') {
    return { ...merged, value: sumOf(({ value }) => value), rate: sumOf(({ rate }) => rate), delta: sumOf(({ delta }) => delta) };
  }
  const weight = sumOf(({ count = 1 }) => count);
  const value = sumOf(({ value: mean, count = 1 }) => mean * count) / weight;
  return { ...merged, value, buckets: mergeBuckets(group), ...percentilesOf(group, merged.min, merged.max) };
}

/** Returns the buckets of all windows, in lists that may overlap. @param {Metric[]} group @returns {Metric['buckets']} */
function mergeBuckets(group) {
  const all = group.flatMap(({ buckets }) => buckets ?? []);
  return all.length < group.length ? undefined : {
    zero: all.reduce((sum, { zero = 0 }) => sum + zero, 0),
    positive: all.flatMap(({ positive = [] }) => positive),
    negative: all.flatMap(({ negative = [] }) => negative),
  };
}

/** @param {Metric[]} group @param {number} min @param {number} max @returns {Partial<Metric>} empty if a window has no buckets */
function percentilesOf(group, min, max) {
  const lists = group.map(({ buckets }) => buckets);
  if (lists.some((buckets) => buckets === undefined)) {
    return { p50: undefined, p95: undefined, p99: undefined };
  }
  /** @type {Map<number, number>} */
  const counts = new Map();
  const add = (/** @type {number} */ value, /** @type {number} */ count) => counts.set(value, (counts.get(value) ?? 0) + count);
  for (const { zero = 0, positive = [], negative = [] } of /** @type {import('@greenlang/metrics-client').Buckets[]} */ (lists)) {
    add(0, zero);
    positive.forEach(([index, ...adjacent]) => adjacent.forEach((count, i) => add(REPRESENTATIVE * GAMMA ** (index + i), count)));
    negative.forEach(([index, ...adjacent]) => adjacent.forEach((count, i) => add(-REPRESENTATIVE * GAMMA ** (index + i), count)));
  }
  const ordered = [...counts].sort(([a], [b]) => a - b);
  const total = ordered.reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries(PERCENTILES.map(([name, share]) => [name, Math.min(max, Math.max(min, nearestRank(ordered, Math.ceil(share * total))))]));
}

/** @param {Array<[value: number, count: number]>} ordered @param {number} rank */
function nearestRank(ordered, rank) {
  let seen = 0;
  return ordered.find(([, count]) => (seen += count) >= rank)?.[0] ?? 0;
}
