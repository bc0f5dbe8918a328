/**
 * The modules of the page that its parts use, too. The browser loads the parts on demand, and they import these from app.js: build.mjs
 * reads their paths here.
 */

export { Chart } from './chart.js';
export { alertOf } from './chart-alert.js';
export { download } from './chart-export.js';
export { ChartMenu } from './chart-menu.js';
export { MAX_TOP, STATISTICS, isTop } from './chart-options.js';
export { createElement, find, setText } from './dom.js';
export { tagsKey } from './counter-rate.js';
export { SAVED_KEY } from './dashboard-keys.js';
export { Eviction } from './eviction.js';
export { compareNames, duration, formatCount, formatMoment, formatQuantity } from './format.js';
export { isHistoryProblem } from './history-error.js';
export { loadHistory } from './history-parts.js';
export { mergeHistory } from './merge-history.js';
export { MetricGroup } from './metric-group.js';
export { Outage } from './outage.js';
export { ALL_HOSTS, PANELS, SYSTEM } from './panels.js';
export { WINDOWS, resolutionOf, toSubscription } from './preferences.js';
export { lengthOf, resolutionFor } from './resolution.js';
export { ANNOTATION, sampleTime } from './sample-time.js';
export { LEVELS, MARKS, worstOf } from './thresholds.js';
export { TimeRange, liveEdge } from './time-range.js';
export { createMetricService } from '@greenlang/metrics-client';
