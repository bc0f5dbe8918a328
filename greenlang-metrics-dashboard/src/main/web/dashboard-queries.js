import { ALL_HOSTS, PANELS, SYSTEM } from './panels.js';
import { WINDOWS, resolutionOf, toSubscription } from './preferences.js';
import { ANNOTATION } from './sample-time.js';

/**
 * The conversion between the charts of a custom dashboard, their queries, and the view of the page.
 *
 * @typedef {import('./dashboard-schema.js').Dashboard} Dashboard
 * @typedef {import('./dashboard-schema.js').ChartDefinition} ChartDefinition
 * @typedef {import('./preferences.js').Preferences} Preferences
 */

const NEW_NAME = 'My dashboard';

/**
 * Returns the query of a chart. A chart without its own range follows that of the page, with the events of its channel.
 *
 * @param {ChartDefinition} chart
 * @param {string} id
 * @param {Preferences} preferences
 * @param {number} now the server's time in seconds
 * @returns {import('./query-charts.js').Query}
 */
export function queryOf(chart, id, preferences, now) {
  const tags = Object.fromEntries(Object.entries(chart.tags ?? {}).map(([key, values]) => [key, [values].flat()]));
  const ownSeconds = WINDOWS.get(chart.range ?? '');
  const range = ownSeconds ? { interval: /** @type {const} */ ('auto'), windowSeconds: ownSeconds, past: null } : {};
  const effective = { ...preferences, ...range, tags, groupBy: chart.group_by ?? null };
  const resolution = resolutionOf(effective, now);
  const { channels: _, compression: _compression, format: _format, buckets: _buckets, ...query } = toSubscription(effective, resolution, [chart.channel]);
  const { group_by: _groupBy, ...ungrouped } = query;
  return {
    view: { channel: chart.channel, metrics: ownSeconds ? chart.metrics : [...chart.metrics, ANNOTATION], query: { ...ungrouped, channels: [], ...(chart.group_by && { group_by: chart.group_by }) } },
    resolution,
    seconds: effective.windowSeconds,
    past: effective.past,
    groupBy: chart.group_by,
    options: { ...(chart.statistics && { statistics: chart.statistics }), ...(chart.axis && { axis: chart.axis }), ...(chart.form && { form: chart.form }), ...(chart.top && { top: chart.top }) },
    combined: { id, title: chart.title ?? chart.metrics.join(', '), ...(chart.thresholds && { thresholds: chart.thresholds }) },
  };
}

/** Tests whether two queries need the same values. @param {import('./query-charts.js').Query} a @param {import('./query-charts.js').Query} b */
export function isSameQuery(a, b) {
  const key = (/** @type {import('./query-charts.js').Query} */ { view, resolution, seconds, past }) => JSON.stringify([view, resolution, seconds, past]);
  return key(a) === key(b);
}

/**
 * Returns a dashboard with the pinned charts of the page, or with some of the machine if none is pinned.
 *
 * @param {Preferences} preferences
 * @param {string | null} host the visible host, or `ALL_HOSTS`
 * @param {string[]} [names] those of the other dashboards
 * @returns {Dashboard}
 */
export function dashboardOf(preferences, host, names = []) {
  const pinned = preferences.pinned.length > 0 ? preferences.pinned : ['cpu', 'memory'];
  const proposals = [NEW_NAME, ...names.map((_, i) => `${NEW_NAME} ${i + 2}`)]; // one more than the names, so one of them is free
  const name = /** @type {string} */ (proposals.find((each) => !names.includes(each)));
  return { name, charts: pinned.map((id) => chartOf(id, preferences, host)) };
}

/** @param {string} id the identifier of a panel @param {Preferences} preferences @param {string | null} host @returns {ChartDefinition} */
function chartOf(id, { tags, groupBy, charts }, host) {
  const panel = PANELS.find((each) => each.id === id);
  const options = Object.hasOwn(charts, id) ? charts[id] : {};
  const common = { ...(options.statistics && { statistics: options.statistics }), ...(options.axis && { axis: options.axis }), ...(options.form && { form: options.form }), ...(options.top && { top: options.top }) };
  if (panel) {
    return { channel: SYSTEM, metrics: panel.series.map(({ metric }) => metric), title: panel.title, ...(host && host !== ALL_HOSTS && { tags: { host } }), ...common };
  }
  const [channel, name] = [id.slice(0, id.indexOf('/')), id.slice(id.indexOf('/') + 1)];
  const filter = Object.fromEntries(Object.entries(tags).map(([key, values]) => [key, values.length === 1 ? values[0] : values]));
  return { channel, metrics: [name], ...(Object.keys(filter).length > 0 && { tags: filter }), ...(groupBy && { group_by: groupBy }), ...common };
}
