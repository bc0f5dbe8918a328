/** What the spec's snippets take for granted. */
declare const userToken: string;
declare const service: import('../../src/index.js').MetricService;
declare function showDisconnectedBanner(): void;
