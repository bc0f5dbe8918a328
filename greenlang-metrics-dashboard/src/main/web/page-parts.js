/**
 * The modules of the page that its parts use, too. The browser loads the parts on demand, and they import these from app.js: build.mjs
 * reads their paths here.
 */

export { Chart } from './chart.js';
export { alertOf } from './chart-alert.js';
export { availableStatistics, chosenStatistics, selectableLines } from './chart-lines.js';
export { ChartMenuLoader } from './chart-menu-loader.js';
export { MAX_TOP, STATISTICS, isTop } from './chart-options.js';
export { createElement, download, find, setText } from './dom.js';
export { tagsKey } from './counter-rate.js';
export { SAVED_KEY } from './dashboard-keys.js';
export { Eviction } from './eviction.js';
export { figuresOf, rowsIn } from './figures.js';
export { NO_VALUE, compareNames, duration, formatCount, formatMoment, formatQuantity, quantityOf } from './format.js';
export { loadHistory } from './history-parts.js';
export { mergeHistory } from './merge-history.js';
export { lineButton, linesKey } from './legend.js';
export { MetricGroup } from './metric-group.js';
export { Outage } from './outage.js';
export { ALL_HOSTS, PANELS, SYSTEM } from './panels.js';
export { WINDOWS, resolutionOf, toSubscription } from './preferences.js';
export { lengthOf, resolutionFor } from './resolution.js';
export { ANNOTATION, sampleTime } from './sample-time.js';
export { isHistoryProblem, seriesLimitText } from './server-problems.js';
export { LEVELS, MARKS, worstOf } from './thresholds.js';
export { TimeRange, liveEdge } from './time-range.js';
export { DEFAULT_TOP } from './top-lines.js';
export { createMetricService } from '@greenlang/metrics-client';
