/** The globals that the snippets of the specification expect. */
declare const userToken: string;
declare const service: import('../../src/index.js').MetricService;
declare function showDisconnectedBanner(): void;
