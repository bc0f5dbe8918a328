/** Unit tests of the events that the page keeps. */

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Annotations } from '../../main/web/annotations.js';
import { NOON, metric, newStore } from './fixtures.js';

const MAX_EVENTS = 1_000;
const event = (text, second) => metric('annotation', 1, second, { text });

describe('the events', () => {
  /** @type {Annotations} */
  let annotations;
  let announced = [];
  /** The texts of the elements with the class. */
  let texts = (/** @type {string} */ _) => [];
  let now = NOON;
  const range = [NOON - 10_000, NOON + 10_000];

  before(() => {
    const created = [];
    const create = () => {
      const element = { textContent: '', before() {}, append() {}, replaceChildren() {}, setAttribute: (name, value) => (element[name] = value) };
      created.push(element);
      return element;
    };
    globalThis.document = { createElement: create, querySelector: create };
    texts = (name) => created.filter((each) => each.class === name).map((each) => each.textContent);
  });
  after(() => delete globalThis.document);
  beforeEach(() => {
    announced = [];
    now = NOON;
    annotations = new Annotations({
      palette: { get: () => '' },
      timeRange: { range, latest: NOON },
      announce: (text) => announced.push(text),
      loadHistory: () => {},
      now: () => now,
      onChange: () => {},
    });
  });

  const render = () => annotations.render(newStore(), null, 'raw', false);

  test('add_olderHistoryBeyondTheLimit_keepsTheLatest', () => {
    annotations.add([event('latest', 0)], true);
    annotations.add(Array.from({ length: MAX_EVENTS }, (_, i) => event(`old ${i}`, i - 2_000)), false);
    render();
    assert.ok(texts('event-text').includes('latest'));
    assert.ok(texts('event-text').includes(`old ${MAX_EVENTS - 1}`));
  });

  test('addLoss_ofTwoChannelsAndConnectionsInOneOutage_isOneEvent', () => {
    annotations.addLoss({ from: NOON - 60, to: NOON - 57, channel: 'a' });
    annotations.addLoss({ to: NOON - 57, channel: 'a', missed: 1_234 });
    annotations.addLoss({ from: NOON - 59, to: NOON - 55, channel: 'b' });
    annotations.addLoss({ to: NOON - 20, channel: 'b' });
    annotations.addLoss({ from: NOON - 10, to: NOON - 9.7, channel: 'a' });
    render();
    assert.deepEqual(texts('event-text').slice(-4).sort(), ['1,234 metrics of a were not received', 'Connection interrupted for 1 s', 'Connection interrupted for 3 s', 'Some metrics of b were not received']);
  });

  test('add_eventOfAClockAheadAgain_isTheSameEvent', () => {
    const ahead = event('Release', 60);
    annotations.add([ahead], true);
    now += 5;
    annotations.add([ahead], true);
    annotations.add([ahead], false);
    render();
    assert.deepEqual(announced, ['Event: Release']);
  });
});
