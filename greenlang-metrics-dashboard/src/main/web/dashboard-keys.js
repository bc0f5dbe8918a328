/** The key of the saved dashboards in the storage of the browser. The page reads it before it loads the code of the dashboards. */
export const SAVED_KEY = 'greenlang-metrics.dashboards';
