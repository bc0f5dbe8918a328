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

  const render = () => annotations.render(newStore(), null, 'raw');

  test('add_olderHistoryBeyondTheLimit_keepsTheLatest', () => {
    annotations.add([event('latest', 0)], true);
    annotations.add(Array.from({ length: MAX_EVENTS }, (_, i) => event(`old ${i}`, i - 2_000)), false);
    render();
    assert.ok(texts('event-text').includes('latest'));
    assert.ok(texts('event-text').includes(`old ${MAX_EVENTS - 1}`));
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
