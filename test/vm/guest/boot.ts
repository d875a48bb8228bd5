// The state after a boot, before any input.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Light } from './light.ts';
import { property, startMs, untilActive } from './unit.ts';

export const bootTests = (): void => {
  test('the boot started Parley once, and the light is off', async (context) => {
    await untilActive();
    context.diagnostic(`benchmark: boot, start to READY ${(await startMs()).toFixed(0)} ms`);
    assert.equal(await property('NRestarts'), '0');
    assert.equal(await property('UnitFileState'), 'enabled');
    const light = new Light();
    context.after(() => light.stop());
    // The configured service is on this machine, so Parley reports no missing network before it answers.
    assert.match(await property('StatusText'), /^Ready$/);
    await light.untilShows('off');
  });
};
