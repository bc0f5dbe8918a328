/**
 * The system panels, which show the `system.metrics` of a host. Other metrics need no entry here: each name gets its own chart.
 *
 * @typedef {import('./format.js').Unit} Unit
 *
 * @typedef {object} Series
 * @property {string} id identifies the line in the user's choices
 * @property {string} key the name in tests and in the off-screen tables
 * @property {string} metric the name of the metric
 * @property {string} [limited] the metric that takes its place once it exists: that of a container with a limit
 * @property {string} label
 * @property {string} color a custom property in theme.css
 * @property {Record<string, string>} [tags]
 * @property {string} [statistic] the statistic of a distribution, such as `p95`
 * @property {number[]} [dash] the lengths of strokes and spaces
 *
 * @typedef {object} Panel
 * @property {string} id
 * @property {string} title
 * @property {string} subtitle
 * @property {string} [description] a text that the title shows when the pointer is over it
 * @property {Unit} unit
 * @property {'auto' | 'full'} scale `full`: always 0 to 100 %. `auto`: as high as the values require
 * @property {Series[]} series
 * @property {string} [channel] by default that of the machine
 * @property {import('./thresholds.js').Thresholds} [thresholds]
 */

export const SYSTEM = 'system.metrics';

/** The choice that shows all hosts side by side. No host has this name. */
export const ALL_HOSTS = '*';

/** @type {Unit} */
const PERCENT = { ucum: '%', isRate: false };
/** @type {Unit} */
const BYTES_PER_SECOND = { ucum: 'By', isRate: true };

/** @type {Panel[]} */
export const PANELS = [
  {
    id: 'cpu',
    title: 'CPU',
    subtitle: 'all cores',
    unit: PERCENT,
    scale: 'auto',
    series: [{ id: 'cpu.percent', key: 'cpu.percent', metric: 'cpu.percent', limited: 'container.cpu.percent', label: 'CPU', color: '--cpu' }],
  },
  {
    id: 'memory',
    title: 'Memory',
    subtitle: 'in use',
    unit: PERCENT,
    scale: 'full',
    series: [{ id: 'memory.percent', key: 'memory.percent', metric: 'memory.percent', limited: 'container.memory.percent', label: 'Memory', color: '--memory' }],
  },
  {
    id: 'network',
    title: 'Network',
    subtitle: 'all interfaces',
    unit: BYTES_PER_SECOND,
    scale: 'auto',
    series: [
      { id: 'network.bytes_recv.rate', key: 'network.bytes_recv.rate', metric: 'network.bytes_recv', label: 'Received', color: '--received' },
      { id: 'network.bytes_sent.rate', key: 'network.bytes_sent.rate', metric: 'network.bytes_sent', label: 'Sent', color: '--sent' },
    ],
  },
  {
    id: 'io',
    title: 'Disk I/O',
    subtitle: 'all disks',
    unit: BYTES_PER_SECOND,
    scale: 'auto',
    series: [
      { id: 'disk.bytes_read.rate', key: 'disk.bytes_read.rate', metric: 'disk.bytes_read', label: 'Read', color: '--disk' },
      { id: 'disk.bytes_written.rate', key: 'disk.bytes_written.rate', metric: 'disk.bytes_written', label: 'Written', color: '--written' },
    ],
  },
];

/** The disk panel. It is only a tile, because its value changes too slowly for a chart. */
export const DISK = /** @type {Panel} */ ({
  id: 'disk',
  title: 'Disk',
  subtitle: 'space in use',
  unit: PERCENT,
  scale: 'full',
  series: [{ id: 'disk.percent', key: 'disk.percent', metric: 'disk.percent', label: 'Disk', color: '--disk' }],
});

/** The metrics whose history the system panels show. */
export const SYSTEM_METRICS = [...PANELS, DISK].flatMap(({ series }) => series.flatMap(({ metric, limited }) => (limited ? [metric, limited] : [metric])));

/** The metrics in the details of the tiles. */
export const FACTS = [
  'cpu.count', 'cpu.frequency', 'container.cpu.limit', 'container.memory.limit', 'container.memory.used', 'memory.used', 'memory.total',
  'memory.available', 'disk.used', 'disk.total', 'swap.used', 'swap.total',
];

/** The tiles in display order. */
export const TILES = [PANELS[0], PANELS[1], DISK, PANELS[2]];
