/** Unit tests of the tags, their values and their numbers. */

import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { tagsKey } from '../../main/web/counter-rate.js';
import { FacetIndex, MAX_FACETS, MAX_KNOWN, MAX_VALUES } from '../../main/web/facet-index.js';

const CHANNELS = ['shop'];
const entry = (name, tags, channel = 'shop') => ({ channel, name, key: tagsKey(tags) });
/** Returns the listed values as `key=value: series/charts`, with a star if the filter has the value. */
const listed = (index, filter = {}, search = '') =>
  index.facets(filter, search).facets.flatMap(({ key, values }) => values.map(({ value, series, charts, isSelected }) => `${key}=${value}: ${series}/${charts}${isSelected ? '*' : ''}`));

const ALL = [entry('orders', { env: 'live', host: 'a' }), entry('orders', { env: 'live', host: 'b' }), entry('errors', { env: 'live', host: 'a' }), entry('orders', { env: 'test', host: 'c' })];
const LIVE = { env: ['live'] };

describe('the facets', () => {
  /** @type {FacetIndex} */
  let index;
  beforeEach(() => {
    index = new FacetIndex();
    index.update(ALL, CHANNELS, {}, true);
  });

  test('facets_noFilter_countSeriesAndCharts', () => {
    assert.deepEqual(listed(index), ['env=live: 3/2', 'env=test: 1/1', 'host=a: 2/2', 'host=b: 1/1', 'host=c: 1/1']);
  });

  test('facets_filteredTag_keepItsOtherValuesAndNarrowThoseOfOtherTags', () => {
    index.update(ALL.slice(0, 3), CHANNELS, LIVE, true);
    assert.deepEqual(listed(index, LIVE), ['env=live: 3/2*', 'env=test: 1/1', 'host=a: 2/2', 'host=b: 1/1']);
  });

  test('facets_newFilterBeforeItsValues_countTheRememberedSeries', () => {
    index.update([], CHANNELS, LIVE, false);
    assert.deepEqual(listed(index, LIVE), ['env=live: 3/2*', 'env=test: 1/1', 'host=a: 2/2', 'host=b: 1/1']);
  });

  test('update_seriesGone_isForgottenUnlessTheFilterHidesIt', () => {
    index.update([entry('orders', { env: 'live', host: 'b' })], CHANNELS, LIVE, true);
    assert.deepEqual(listed(index, LIVE), ['env=live: 1/1*', 'env=test: 1/1', 'host=b: 1/1']);
    index.update([], CHANNELS, {}, true);
    assert.deepEqual(listed(index), []);
  });

  test('update_channelHidden_forgetsItsSeries', () => {
    index.update([entry('depth', { queue: 'q' }, 'queue')], ['queue'], {}, true);
    assert.deepEqual(listed(index), ['queue=q: 1/1']);
  });

  test('facets_selectedValueWithoutSeries_isListed', () => {
    assert.ok(listed(index, { env: ['none'] }).includes('env=none: 0/0*'));
  });

  test('facets_search_matchesTagsAndValues', () => {
    assert.deepEqual(listed(index, {}, 'ENV'), ['env=live: 3/2', 'env=test: 1/1']);
    assert.deepEqual(listed(index, {}, 'v=t'), ['env=test: 1/1']);
  });

  test('facets_emptyValue_isLeftOut', () => {
    index.update([entry('orders', { env: '' })], CHANNELS, {}, true);
    assert.deepEqual(listed(index), []);
  });

  test('facets_manyValues_listTheSelectedAndTheMostUsed', () => {
    const many = Array.from({ length: 30 }, (_, i) => entry('orders', { pod: `p${i}` }));
    index.update([...many, entry('errors', { pod: 'p20' })], CHANNELS, {}, true);
    const { values, hiddenCount } = index.facets({ pod: ['p29'] }, '').facets[0];
    assert.deepEqual([values.length, hiddenCount], [MAX_VALUES, 30 - MAX_VALUES]);
    assert.deepEqual(values.slice(-2).map(({ value }) => value), ['p20', 'p29']);
  });

  test('facets_manyTags_areBoundedAndCounted', () => {
    index.update(Array.from({ length: MAX_FACETS + 5 }, (_, i) => entry('orders', { [`key${i}`]: 'x' })), CHANNELS, {}, true);
    const { facets, hiddenCount } = index.facets({}, '');
    assert.deepEqual([facets.length, hiddenCount], [MAX_FACETS, 5]);
  });

  test('update_seriesWithoutEnd_evictsTheOldest', () => {
    index.update(Array.from({ length: MAX_KNOWN + 10 }, (_, i) => entry('orders', { env: 'live', n: String(i) })), CHANNELS, {}, true);
    assert.equal(index.facets({}, 'env=live').facets[0].values[0].series, MAX_KNOWN);
  });
});
