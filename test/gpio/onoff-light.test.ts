import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOnoffLight } from '../../src/gpio/onoff-light.ts';
import { describeLight } from '../contracts/light.ts';
import { createFakeLog, type FakeLog } from '../fakes/fake-log.ts';
import { createFakeOnoff, type FakeOnoff } from '../fakes/fake-onoff.ts';
import { VirtualChip } from '../fakes/virtual-chip.ts';

const base = 512;
const line = { base, gpio: 27, activeLow: false };

for (const activeLow of [false, true]) {
  describeLight(`onoff, active ${activeLow ? 'low' : 'high'}, on a virtual chip`, () => {
    const chip = new VirtualChip();
    const onoff = createFakeOnoff(chip, base);
    return Promise.resolve({
      create: () => Promise.resolve(createOnoffLight(onoff, { ...line, activeLow }, createFakeLog())),
      lit: () => chip.read('27.level') === (activeLow ? '0' : '1'),
      held: () => Promise.resolve(onoff.exported.has(27)),
      dispose: () => {
        chip.dispose();
        return Promise.resolve();
      },
    });
  });
}

describe('a light on sysfs', () => {
  let chip: VirtualChip;
  let onoff: FakeOnoff;
  let log: FakeLog;
  beforeEach(() => {
    chip = new VirtualChip();
    onoff = createFakeOnoff(chip, base);
    log = createFakeLog();
  });
  afterEach(() => chip.dispose());

  it.each([true, false])('is dark until a pattern is shown (active low: %s)', async (activeLow) => {
    const light = createOnoffLight(onoff, { ...line, activeLow }, log);
    await light.stop();
    expect(new Set(chip.read('27.trace'))).toEqual(new Set([activeLow ? '1' : '0']));
  });

  it('is not created where the pin is in use', () => {
    onoff.refuse('EBUSY');
    expect(() => createOnoffLight(onoff, line, log)).toThrow(expect.objectContaining({ code: 'line-busy' }));
  });

  it('has no timer while it is dark or solid', async () => {
    vi.useFakeTimers();
    try {
      const light = createOnoffLight(onoff, line, log);
      light.show('solid');
      expect(vi.getTimerCount()).toBe(0);
      light.show('alarm');
      expect(vi.getTimerCount()).toBe(1);
      light.show('heartbeat');
      expect(vi.getTimerCount()).toBe(1);
      light.show('off');
      expect(vi.getTimerCount()).toBe(0);
      light.show('slowBlink');
      await light.stop();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('logs its failure once, and goes on when the pin works again', async () => {
    const light = createOnoffLight(onoff, line, log);
    onoff.refuse('EIO');
    light.show('solid');
    light.show('off');
    light.show('solid');
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { code: 'line-failed' } }]);
    onoff.refuse(undefined);
    light.show('off');
    light.show('solid');
    expect(chip.read('27.level')).toBe('1');
    await light.stop();
  });
});
