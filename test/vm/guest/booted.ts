// What a boot alone has led to: nobody has touched anything yet.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Light } from './light.ts';
import { property, startMs, untilActive } from './unit.ts';

export const booted = (): void => {
  test('the boot has started Parley, once, and the light is off', async (context) => {
    await untilActive();
    context.diagnostic(`benchmark: boot, start to READY ${(await startMs()).toFixed(0)} ms`);
    assert.equal(await property('NRestarts'), '0');
    assert.equal(await property('UnitFileState'), 'enabled');
    const light = new Light();
    context.after(() => light.stop());
    // Nobody answers as the service yet, and it is on this machine: nothing is missed.
    assert.match(await property('StatusText'), /^Ready$/);
    await light.shows('off');
  });
};
