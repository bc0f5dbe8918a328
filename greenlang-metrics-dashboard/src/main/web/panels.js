/**
 * The system's panels: what a machine's `system.metrics` look like. Other metrics need no entry here: each name is given a
 * chart of its own.
 *
 * @typedef {import('./format.js').Unit} Unit
 *
 * @typedef {object} Series
 * @property {string} key the name that tests and the off-screen tables use
 * @property {string} metric the metric that it is read from
 * @property {string} label
 * @property {string} color a custom property in theme.css
 *
 * @typedef {object} Panel
 * @property {string} id
 * @property {string} title
 * @property {string} subtitle
 * @property {Unit} unit
 * @property {'snug' | 'full'} scale `full`: always 0 to 100 %. `snug`: as high as the values need
 * @property {boolean} [band] the first series comes with its least and its greatest value, where windows have them
 * @property {Series[]} series
 */

export const SYSTEM = 'system.metrics';

/** @type {Panel[]} */
export const PANELS = [
  {
    id: 'cpu',
    title: 'CPU',
    subtitle: 'all cores',
    unit: 'percent',
    scale: 'snug',
    band: true,
    series: [{ key: 'cpu.percent', metric: 'cpu.percent', label: 'CPU', color: '--cpu' }],
  },
  {
    id: 'memory',
    title: 'Memory',
    subtitle: 'in use',
    unit: 'percent',
    scale: 'full',
    band: true,
    series: [{ key: 'memory.percent', metric: 'memory.percent', label: 'Memory', color: '--memory' }],
  },
  {
    id: 'network',
    title: 'Network',
    subtitle: 'all interfaces',
    unit: 'bytesPerSecond',
    scale: 'snug',
    series: [
      { key: 'network.bytes_recv.rate', metric: 'network.bytes_recv', label: 'Received', color: '--received' },
      { key: 'network.bytes_sent.rate', metric: 'network.bytes_sent', label: 'Sent', color: '--sent' },
    ],
  },
  {
    id: 'io',
    title: 'Disk I/O',
    subtitle: 'all disks',
    unit: 'bytesPerSecond',
    scale: 'snug',
    series: [
      { key: 'disk.bytes_read.rate', metric: 'disk.bytes_read', label: 'Read', color: '--disk' },
      { key: 'disk.bytes_written.rate', metric: 'disk.bytes_written', label: 'Written', color: '--written' },
    ],
  },
];

/** Shown as a tile only: it moves too slowly for a chart. */
export const DISK = {
  id: 'disk',
  title: 'Disk',
  subtitle: 'space in use',
  unit: /** @type {Unit} */ ('percent'),
  scale: /** @type {'full'} */ ('full'),
  series: [{ key: 'disk.percent', metric: 'disk.percent', label: 'Disk', color: '--disk' }],
};

/** Figures in the tiles' details. */
export const FACTS = ['cpu.count', 'cpu.frequency', 'memory.used', 'memory.total', 'memory.available', 'disk.used', 'disk.total', 'swap.used', 'swap.total'];

/** The tiles, in their order. */
export const TILES = [PANELS[0], PANELS[1], DISK, PANELS[2]];

/** A panel's columns in its track: with a band the least and the greatest value follow. @param {Panel} panel */
export function columnsOf(panel) {
  return panel.series.length + (panel.band ? 2 : 0);
}
