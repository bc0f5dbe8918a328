/**
 * What the dashboard shows: four panels, each a tile and a chart. Everything else in the page is about panels in general.
 *
 * @typedef {object} Series
 * @property {string} key the name that tests and the off-screen tables use
 * @property {string} metric the metric it is read from
 * @property {'gauge' | 'rate'} reading `rate`: the metric is a running total, drawn per second
 * @property {string} label
 * @property {string} color a custom property in theme.css
 *
 * @typedef {object} Panel
 * @property {string} id
 * @property {string} title
 * @property {string} subtitle
 * @property {'percent' | 'bytesPerSecond'} unit
 * @property {'snug' | 'full'} scale `full`: always 0 to 100 %. `snug`: as high as the values need
 * @property {Series[]} series
 */

/** @type {Panel[]} */
export const PANELS = [
  {
    id: 'cpu',
    title: 'CPU',
    subtitle: 'all cores',
    unit: 'percent',
    scale: 'snug',
    series: [{ key: 'cpu.percent', metric: 'cpu.percent', reading: 'gauge', label: 'CPU', color: '--cpu' }],
  },
  {
    id: 'memory',
    title: 'Memory',
    subtitle: 'in use',
    unit: 'percent',
    scale: 'full',
    series: [{ key: 'memory.percent', metric: 'memory.percent', reading: 'gauge', label: 'Memory', color: '--memory' }],
  },
  {
    id: 'disk',
    title: 'Disk',
    subtitle: 'space in use',
    unit: 'percent',
    scale: 'full',
    series: [{ key: 'disk.percent', metric: 'disk.percent', reading: 'gauge', label: 'Disk', color: '--disk' }],
  },
  {
    id: 'network',
    title: 'Network',
    subtitle: 'all interfaces',
    unit: 'bytesPerSecond',
    scale: 'snug',
    series: [
      {
        key: 'network.bytes_recv.rate',
        metric: 'network.bytes_recv',
        reading: 'rate',
        label: 'Received',
        color: '--received',
      },
      { key: 'network.bytes_sent.rate', metric: 'network.bytes_sent', reading: 'rate', label: 'Sent', color: '--sent' },
    ],
  },
];
