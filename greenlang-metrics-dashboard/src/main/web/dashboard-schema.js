import { MAX_TOP, STATISTICS, isTop } from './chart-options.js';
import { WINDOWS } from './preferences.js';

/**
 * The format of a custom dashboard, which docs/reference/dashboards.md describes. A definition that is read has only known fields with
 * valid values, so the page can store and export it as it is.
 *
 * @typedef {object} Dashboard
 * @property {string} name
 * @property {string} [description]
 * @property {ChartDefinition[]} charts
 *
 * @typedef {object} ChartDefinition
 * @property {string} channel
 * @property {string[]} metrics names, or prefixes such as `jvm.*`
 * @property {string} [title]
 * @property {Record<string, string | string[]>} [tags]
 * @property {string[]} [group_by]
 * @property {string[]} [statistics]
 * @property {string} [range]
 * @property {'snug'} [axis]
 * @property {'heatmap'} [form]
 * @property {number} [top]
 * @property {import('./thresholds.js').Thresholds} [thresholds]
 */

/** The maximum size of a dashboard. */
export const MAX_DASHBOARD_BYTES = 65_536;
const MAX_CHARTS = 24;
const MAX_METRICS = 16;
const MAX_NAMES = 16;
const MAX_TEXT = 100;
const MAX_DESCRIPTION = 1_000;
const MAX_NAME = 255;
/** The maximum number of characters of a value in an error. */
const MAX_SHOWN = 60;

/** @typedef {(value: unknown, path: string) => any} Reader returns the valid value, or throws an error that names the path */

/** @type {Record<string, Reader>} */
const CHART_FIELDS = {
  channel: required(text(MAX_NAME), 'Name a channel, such as "jvm.metrics"'),
  metrics: required(list(text(MAX_NAME), 1, MAX_METRICS), 'List the names of metrics, such as ["jvm.memory.used"]'),
  title: text(MAX_TEXT),
  tags: readTags,
  group_by: list(text(MAX_NAME), 0, MAX_NAMES),
  statistics: list(oneOf(STATISTICS), 1, STATISTICS.length),
  range: oneOf([...WINDOWS.keys()]),
  axis: oneOf(['snug']),
  form: oneOf(['heatmap']),
  top: readTop,
  thresholds: readThresholds,
};

/** @type {Record<string, Reader>} */
const DASHBOARD_FIELDS = {
  name: required(text(MAX_TEXT), 'Give the dashboard a name'),
  description: text(MAX_DESCRIPTION),
  charts: required(list(object(CHART_FIELDS), 1, MAX_CHARTS), 'List the charts'),
};

/**
 * Parses a dashboard.
 *
 * @param {string} json
 * @returns {Dashboard}
 * @throws {Error} if the text is not a dashboard; the message names the field and its value
 */
export function parseDashboard(json) {
  const bytes = new TextEncoder().encode(json).length;
  if (bytes > MAX_DASHBOARD_BYTES) {
    throw new Error(`The dashboard has ${bytes.toLocaleString('en')} bytes. At most ${MAX_DASHBOARD_BYTES.toLocaleString('en')} are allowed.`);
  }
  let value;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Error(`The text is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  return object(DASHBOARD_FIELDS)(value, '');
}

/** Formats a dashboard for people. @param {Dashboard} dashboard */
export function formatDashboard(dashboard) {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

/** @type {Reader} */
function readThresholds(value, path) {
  /** @type {import('./thresholds.js').Thresholds} */
  const thresholds = object({ warning: number, critical: number, when: oneOf(['above', 'below']) })(value, path);
  const { warning, critical, when = 'above' } = thresholds;
  if (warning === undefined && critical === undefined) {
    throw problem(path, value, 'Set warning, critical or both');
  }
  if (warning !== undefined && critical !== undefined && (when === 'above' ? critical <= warning : critical >= warning)) {
    throw problem(`${path}.critical`, critical, `Use a number ${when} that of warning, ${warning}, or set when to ${when === 'above' ? 'below' : 'above'}`);
  }
  return thresholds;
}

/** @type {Reader} */
function readTop(value, path) {
  if (!isTop(value)) {
    throw problem(path, value, `Use a whole number from 1 to ${MAX_TOP}`);
  }
  return value;
}

/** @type {Reader} */
function number(value, path) {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw problem(path, value, 'Use a number');
  }
  return value;
}

/** @param {Record<string, Reader>} fields @returns {Reader} */
function object(fields) {
  return (value, path) => {
    if (!value || typeof value !== 'object' || Array.isArray(value)) {
      throw problem(path || 'The dashboard', value, 'Use an object with fields');
    }
    const pathOf = (/** @type {string} */ name) => (path ? `${path}.${name}` : name);
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
    if (unknown !== undefined) {
      throw new Error(`The field ${pathOf(shown(unknown).slice(1, -1))} with the value ${shown(/** @type {any} */ (value)[unknown])} is unknown. Use some of ${Object.keys(fields).join(', ')}.`);
    }
    const read = Object.entries(fields).map(([name, reader]) => [name, readField(/** @type {any} */ (value)[name], pathOf(name), reader)]);
    return Object.fromEntries(read.filter(([, each]) => each !== undefined));
  };
}

/** @param {unknown} value @param {string} path @param {Reader & {missing?: string}} reader */
function readField(value, path, reader) {
  if (value !== undefined) {
    return reader(value, path);
  }
  if (reader.missing) {
    throw new Error(`${path} is missing. ${reader.missing}.`);
  }
  return undefined;
}

/** @param {Reader} reader @param {string} missing the message if the field is absent @returns {Reader} */
function required(reader, missing) {
  return Object.assign((/** @type {unknown} */ value, /** @type {string} */ path) => reader(value, path), { missing });
}

/** @param {number} maximum the number of characters @returns {Reader} */
function text(maximum) {
  return (value, path) => {
    if (typeof value !== 'string' || value.trim() === '' || value.length > maximum) {
      throw problem(path, value, `Use a text of 1 to ${maximum} characters`);
    }
    return value.trim();
  };
}

/** @param {string[]} values @returns {Reader} */
function oneOf(values) {
  return (value, path) => {
    if (!values.includes(/** @type {string} */ (value))) {
      throw problem(path, value, `Use ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`);
    }
    return value;
  };
}

/** @param {Reader} reader of each entry @param {number} minimum @param {number} maximum @returns {Reader} */
function list(reader, minimum, maximum) {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < minimum || value.length > maximum) {
      throw problem(path, value, `Use a list of ${minimum} to ${maximum} entries`);
    }
    return value.map((each, i) => reader(each, `${path}[${i}]`));
  };
}

/** @type {Reader} */
function readTags(value, path) {
  if (!value || typeof value !== 'object' || Array.isArray(value) || Object.keys(value).length > MAX_NAMES) {
    throw problem(path, value, `Use an object with at most ${MAX_NAMES} tags, such as {"env": "production"}`);
  }
  const entries = Object.entries(value).map(([key, values]) => {
    const reader = Array.isArray(values) ? list(text(MAX_NAME), 1, MAX_NAMES) : text(MAX_NAME);
    return [key, reader(values, `${path}.${key}`)];
  });
  return Object.fromEntries(entries);
}

/** @param {string} path @param {unknown} value @param {string} remedy */
function problem(path, value, remedy) {
  return new Error(`${path} is ${shown(value)}. ${remedy}.`);
}

/** @param {unknown} value */
function shown(value) {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > MAX_SHOWN ? `${json.slice(0, MAX_SHOWN)}…` : json;
}
