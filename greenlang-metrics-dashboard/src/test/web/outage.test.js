/** Unit tests of the losses that a connection reports. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Outage } from '../../main/web/outage.js';

const connectedAt = (time) => {
  const outage = new Outage();
  outage.onState('connecting', time - 1);
  outage.onState('connected', time);
  return outage;
};

describe('the losses of a connection', () => {
  test('lossOf_gapAfterAnOutage_isTheTimeWithoutAConnection', () => {
    const outage = connectedAt(100);
    outage.onState('reconnecting', 500);
    outage.onState('reconnecting', 502); // the first attempt has failed
    outage.onState('connected', 503);
    assert.deepEqual(outage.lossOf({ channel: 'a', recovered: false }, 504), { channel: 'a', from: 500, to: 503 });
    assert.deepEqual(outage.lossOf({ channel: 'b', recovered: false }, 560), { channel: 'b', from: 500, to: 503 }, 'the server confirms it later');
  });

  test('lossOf_furtherGapOfTheChannel_isNoOutage', () => {
    const outage = connectedAt(100);
    assert.deepEqual(outage.lossOf({ channel: 'a', recovered: false }, 200), { channel: 'a', to: 200 });
    outage.onState('reconnecting', 500);
    outage.onState('connected', 503);
    outage.lossOf({ channel: 'a', recovered: true }, 504);
    assert.deepEqual(outage.lossOf({ channel: 'a', recovered: false }, 900), { channel: 'a', to: 900 });
  });

  test('lossOf_gapWithANumber_keepsItAndLeavesTheOutage', () => {
    const outage = connectedAt(100);
    outage.onState('reconnecting', 500);
    outage.onState('connected', 503);
    assert.deepEqual(outage.lossOf({ channel: 'a', missed: 7, recovered: false }, 504), { channel: 'a', to: 504, missed: 7 });
    assert.equal(outage.lossOf({ channel: 'a', recovered: false }, 505).from, 500);
  });

  test('lossOf_connectionLostAgainBeforeTheReport_isFromTheFirstLoss', () => {
    const outage = connectedAt(100);
    for (const time of [500, 505, 512]) {
      outage.onState('reconnecting', time);
      outage.onState('connected', time + 3);
    }
    assert.deepEqual(outage.lossOf({ channel: 'a', recovered: false }, 516), { channel: 'a', from: 500, to: 515 });
    outage.onState('reconnecting', 520);
    outage.onState('connected', 523);
    assert.equal(outage.lossOf({ channel: 'a', recovered: false }, 524).from, 520, 'the report has ended the outage before');
  });

  test('lossOf_connectionLostAfterAStableOneWithoutAReport_isFromThatLoss', () => {
    const outage = connectedAt(100);
    outage.onState('reconnecting', 500);
    outage.onState('connected', 503);
    outage.onState('reconnecting', 520);
    outage.onState('connected', 525);
    assert.deepEqual(outage.lossOf({ channel: 'a', recovered: false }, 526), { channel: 'a', from: 520, to: 525 });
  });
});
