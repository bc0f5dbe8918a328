/** The module that the first snippet of the specification imports. */
export { getMetricService } from '../../src/index.js';
