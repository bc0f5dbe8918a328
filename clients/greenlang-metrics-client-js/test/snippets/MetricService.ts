/** What the spec's first snippet imports. */
export { getMetricService } from '../../src/index.js';
