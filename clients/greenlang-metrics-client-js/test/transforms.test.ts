import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Transform, transforms } from '../src/index.js';
import { metric } from './fakes.js';

const applyAll = (transform: Transform, values: number[], seconds = values.map((_, i) => i)) =>
  values.map((value, i) => transform(metric('m', value, { timestamp: new Date(1000 * seconds[i]!).toISOString() })));

test('rate_counterReset_isNull', () => {
  assert.deepEqual(applyAll(transforms.rate(), [100, 300, 300, 5, 15], [0, 2, 3, 4, 5]), [null, 100, 0, null, 10]);
});

test('derivative_fallingValue_isNegative_andSameTimeIsNull', () => {
  assert.deepEqual(applyAll(transforms.derivative(), [10, 4, 4], [0, 2, 2]), [null, -3, null]);
});

test('movingAverage_coversLastValues', () => {
  assert.deepEqual(applyAll(transforms.movingAverage(2), [1, 3, 5]), [1, 2, 4]);
  assert.throws(() => transforms.movingAverage(0), /is 0; it must be a whole number, 1 or more/);
});
