/** Unit tests of the custom dashboards: their format, their queries and their storage. */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { beforeEach, describe, test } from 'node:test';
import { dashboardOf, isSameQuery, queryOf } from '../../main/web/dashboard-queries.js';
import { formatDashboard, parseDashboard } from '../../main/web/dashboard-schema.js';
import { DashboardStore } from '../../main/web/dashboard-store.js';
import { defaultPreferences } from '../../main/web/preferences.js';

const EXAMPLES = ['quickstart', 'spring-boot-shop'].map((example) => `../examples/${example}/src/main/resources/META-INF/resources/greenlang-metrics/dashboards/`);
/** Dashboards with a mistake, which the tests of the server read, too. */
const PROBLEMS = JSON.parse(await readFile('src/test/web/dashboard-problems.json', 'utf8'));
const CHART = { channel: 'c', metrics: ['m'] };
const NOW = 1_767_268_800;

const parse = (dashboard) => parseDashboard(JSON.stringify(dashboard));

describe('a dashboard', () => {
  test('keeps its fields, and its export is read as the same one', () => {
    const chart = { channel: 'c', metrics: ['a', 'b.*'], title: 'Title', tags: { env: 'x', region: ['eu', 'us'] }, group_by: [], statistics: ['p99'], range: '1h', axis: 'snug', form: 'heatmap', top: 5, thresholds: { warning: 80, critical: 95, when: 'above' } };
    const dashboard = { name: 'n', description: 'd', charts: [chart, CHART] };
    assert.deepEqual(parse(dashboard), dashboard);
    assert.deepEqual(parseDashboard(formatDashboard(dashboard)), dashboard);
  });

  for (const { has, dashboard, error } of PROBLEMS) {
    test(`with ${has} is rejected with the field and its value`, () => assert.throws(() => parse(dashboard), { message: error }));
  }

  test('that is not JSON, or too long, is rejected with the reason', () => {
    assert.throws(() => parseDashboard('{'), /^Error: The text is not JSON: /);
    assert.throws(() => parse({ name: 'n', description: 'é'.repeat(40_000), charts: [CHART] }), /^Error: The dashboard has 80,\d+ bytes\. At most 65,536 are allowed\.$/);
  });

  test('that an example ships is valid, and the list names it', async () => {
    const names = [];
    for (const folder of EXAMPLES) {
      const files = JSON.parse(await readFile(`${folder}index.json`, 'utf8'));
      assert.deepEqual(files, (await readdir(folder)).filter((file) => file !== 'index.json'));
      for (const file of files) {
        names.push(parseDashboard(await readFile(folder + file, 'utf8')).name);
      }
    }
    assert.deepEqual(names, ['JVM', 'Queue', 'HTTP']);
  });
});

describe('the query of a chart', () => {
  const query = (chart, preferences = {}) => queryOf({ ...CHART, ...chart }, 'own-0', { ...defaultPreferences(), ...preferences }, NOW);

  test('follows the range of the page, and not its filter', () => {
    const { view, resolution, seconds, past, combined } = query({}, { windowSeconds: 3600, tags: { env: ['x'] }, groupBy: ['host'] });
    assert.deepEqual(view, { channel: 'c', metrics: ['m', 'annotation'], query: { channels: [], aggregation_interval: '1m' } });
    assert.deepEqual([resolution, seconds, past, combined], ['1m', 3600, null, { id: 'own-0', title: 'm' }]);
    assert.deepEqual(query({}, { past: [NOW - 100, NOW - 50] }).past, [NOW - 100, NOW - 50]);
  });

  test('has the filter, the groups and the range of the chart', () => {
    const { view, seconds, past, options } = query({ channel: 'system.metrics', tags: { env: 'x', region: ['eu', 'us'] }, group_by: ['host'], range: '24h', axis: 'snug', statistics: ['p50'] }, { past: [1, 2] });
    assert.deepEqual(view.query, { channels: [], tags: { env: 'x', region: ['eu', 'us'] }, aggregation_interval: '5m', group_by: ['host'] });
    assert.deepEqual([seconds, past, options], [86_400, null, { statistics: ['p50'], axis: 'snug' }]);
    assert.deepEqual(view.metrics, ['m'], 'the events are those of the range of the page');
    assert.equal(query({ group_by: [] }).resolution, '1s', 'groups need windows');
  });

  test('is another one if its values are', () => {
    assert.ok(isSameQuery(query({}), query({ title: 'other', axis: 'snug' })));
    assert.ok(!isSameQuery(query({}), query({ range: '1m' })));
    assert.ok(!isSameQuery(query({}), query({}, { past: [1, 2] })));
  });
});

test('a new dashboard has the pinned charts with the filter, the groups and the statistics of the page', () => {
  const preferences = { ...defaultPreferences(), pinned: ['network', 'a.metrics/x/y'], tags: { env: ['x'] }, groupBy: ['host'], charts: { 'a.metrics/x/y': { statistics: ['p99'], axis: 'snug' } } };
  const dashboard = dashboardOf(preferences, 'web-1');
  assert.deepEqual(dashboard.charts, [
    { channel: 'system.metrics', metrics: ['network.bytes_recv', 'network.bytes_sent'], title: 'Network', tags: { host: 'web-1' } },
    { channel: 'a.metrics', metrics: ['x/y'], tags: { env: 'x' }, group_by: ['host'], statistics: ['p99'], axis: 'snug' },
  ]);
  assert.deepEqual(parse(dashboard), dashboard);
  assert.deepEqual([null, '*'].map((host) => dashboardOf(defaultPreferences(), host).charts.map(({ tags }) => tags)), [[undefined, undefined], [undefined, undefined]]);
});

test('a new dashboard has a name that no other one has', () => {
  const nameFor = (...names) => dashboardOf(defaultPreferences(), null, names).name;
  assert.deepEqual([nameFor(), nameFor('Other'), nameFor('My dashboard'), nameFor('My dashboard 2', 'My dashboard')], ['My dashboard', 'My dashboard', 'My dashboard 2', 'My dashboard 3']);
});

describe('the saved dashboards', () => {
  const items = new Map();
  beforeEach(() => {
    items.clear();
    globalThis.localStorage = { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => items.set(key, value) };
    globalThis.fetch = async (file) => (file.includes('missing') ? { ok: false, status: 404 } : { ok: true, text: async () => JSON.stringify({ name: file.includes('b.json') ? 'other' : 'shipped', charts: file.includes('bad') ? 7 : [CHART] }) });
  });

  test('stay after a reload, and one takes the place of a shipped one until it is deleted', async () => {
    const store = new DashboardStore();
    assert.deepEqual(await store.loadShipped(['a.json']), []);
    store.save({ name: 'mine', charts: [CHART] });
    store.save({ name: 'shipped', charts: [CHART, CHART] });
    assert.deepEqual([store.names, store.find('shipped').charts.length, store.findSaved('shipped').charts.length], [['shipped', 'mine'], 2, 2]);
    const reloaded = new DashboardStore();
    assert.deepEqual(reloaded.names, ['mine', 'shipped']);
    store.delete('shipped');
    assert.deepEqual([store.find('shipped').charts.length, store.findSaved('shipped'), store.find('other')], [1, undefined, undefined]);
  });

  test('that are broken are left out, and a full or disabled storage is an error', () => {
    items.set('greenlang-metrics.dashboards', JSON.stringify([{ name: 'ok', charts: [CHART] }, { name: 'broken' }, 7]));
    const store = new DashboardStore();
    assert.deepEqual(store.names, ['ok']);
    items.set('greenlang-metrics.dashboards', '{');
    assert.deepEqual(new DashboardStore().names, []);
    globalThis.localStorage.setItem = () => {
      throw new Error('quota');
    };
    assert.throws(() => store.save({ name: 'x', charts: [CHART] }), /The browser cannot store the dashboard/);
    assert.deepEqual(store.names, ['ok']);
  });

  test('are those of all tabs, also after each has saved one', () => {
    const [first, second] = [new DashboardStore(), new DashboardStore()];
    first.save({ name: 'first', charts: [CHART] });
    second.save({ name: 'second', charts: [CHART] });
    first.save({ name: 'first', charts: [CHART, CHART] });
    second.delete('unknown');
    assert.deepEqual(new DashboardStore().names, ['second', 'first']);
    assert.equal(second.findSaved('first').charts.length, 2);
  });

  test('that only another version of the page understands stay in the storage', () => {
    const later = { name: 'later', charts: [{ ...CHART, form: 'of a later version' }] };
    items.set('greenlang-metrics.dashboards', JSON.stringify([later]));
    const store = new DashboardStore();
    store.save({ name: 'mine', charts: [CHART] });
    store.delete('mine');
    assert.deepEqual([store.names, JSON.parse(items.get('greenlang-metrics.dashboards'))], [[], [later]]);
  });

  test('that only another version of the page understands keep their names', () => {
    const later = { name: 'My dashboard', charts: [{ ...CHART, form: 'of a later version' }] };
    items.set('greenlang-metrics.dashboards', JSON.stringify([later, 7]));
    const store = new DashboardStore();
    assert.deepEqual([store.names, store.savedText('My dashboard'), store.savedText('other')], [[], JSON.stringify(later), '']);
    assert.equal(dashboardOf(defaultPreferences(), null, store.takenNames).name, 'My dashboard 2');
    const mine = { name: 'My dashboard', charts: [CHART] };
    store.save(mine);
    assert.deepEqual([store.names, store.savedText('My dashboard')], [['My dashboard'], formatDashboard(mine)]);
  });

  test('are limited in number', () => {
    const store = new DashboardStore();
    Array.from({ length: 32 }, (_, i) => store.save({ name: `n${i}`, charts: [CHART] }));
    assert.throws(() => store.save({ name: 'x', charts: [CHART] }), /32 dashboards/);
    store.save({ name: 'n0', charts: [CHART] });
  });

  test('stand beside the shipped ones, whose problems name the file', async () => {
    const problems = await new DashboardStore().loadShipped(['bad.json', 'a.json', 'missing.json']);
    assert.deepEqual(problems, ['dashboards/bad.json: charts is 7. Use a list of 1 to 24 entries.', 'dashboards/missing.json: The server answered with the status 404.']);
  });

  test('have their own name, and more than the list has room for are a problem', async () => {
    const store = new DashboardStore();
    assert.deepEqual(await store.loadShipped(['a.json', 'b.json', 'built/1.json']), ['dashboards/built/1.json: The name “shipped” is that of dashboards/a.json, too. Rename one of them.']);
    assert.deepEqual(store.names, ['shipped', 'other']);
    const problems = await store.loadShipped(Array.from({ length: 33 }, () => 'missing.json'));
    assert.deepEqual([problems.length, problems.at(-1)], [33, 'The application ships 33 dashboards. The page shows the first 32.']);
  });
});
