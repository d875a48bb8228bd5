import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Light } from '../../src/core/ports.ts';
import { createGpiodLight } from '../../src/gpio/gpiod-light.ts';
import { lightPatterns } from '../../src/gpio/light-patterns.ts';
import { describeLight } from '../contracts/light.ts';
import { createFakeLog, type FakeLog } from '../fakes/fake-log.ts';
import { VirtualChip } from '../fakes/virtual-chip.ts';
import { childrenNamed, childrenOf } from '../rigs/processes.ts';

const soon = { timeout: 120_000, interval: 5 };
const line = { chip: '/dev/gpiochip0', gpio: 27, activeLow: false };

for (const activeLow of [false, true]) {
  describeLight(`gpiod, active ${activeLow ? 'low' : 'high'}, on a virtual chip`, () => {
    const chip = new VirtualChip();
    return Promise.resolve({
      create: () => createGpiodLight({ ...line, activeLow }, createFakeLog()),
      lit: () => chip.read('27.level') === (activeLow ? '0' : '1'),
      held: () => chip.held(27),
      dispose: () => {
        chip.dispose();
        return Promise.resolve();
      },
    });
  });
}

describe('a light on the character device', () => {
  let chip: VirtualChip;
  let log: FakeLog;
  let light: Light | undefined;
  beforeEach(() => {
    chip = new VirtualChip();
    log = createFakeLog();
  });
  afterEach(async () => {
    await light?.stop();
    light = undefined;
    chip.dispose();
  });

  const becomes = (level: string): Promise<void> =>
    vi.waitFor(() => expect(chip.read('27.level')).toBe(level), soon);

  it('starts only the newest pattern when the line is free', async () => {
    light = await createGpiodLight(line, log);
    for (const pattern of ['solid', 'off', 'solid', 'off'] as const) light.show(pattern);
    light.show('solid');
    await becomes('1');
    await light.stop();
    // Dark at first, the newest pattern, dark at the end.
    expect(chip.read('27.trace')).toBe('010');
  });

  it.each(['fastBlink', 'slowBlink', 'heartbeat', 'alarm'] as const)(
    'begins %s lit, and lets gpioset play it',
    async (pattern) => {
      light = await createGpiodLight(line, log);
      light.show(pattern);
      await becomes('1');
      const { shape } = lightPatterns[pattern];
      const steps = typeof shape === 'string' ? shape : shape.map((ms) => `${ms}ms`).join(',');
      expect(chip.tools().map(({ command }) => command)).toEqual([
        expect.stringContaining(
          ` gpioset --banner --chip /dev/gpiochip0 --consumer parley-light --toggle ${steps} 27=1 `,
        ),
      ]);
    },
  );

  it('shows the pattern again after gpioset was killed, and logs that once', async () => {
    light = await createGpiodLight(line, log);
    light.show('solid');
    await becomes('1');
    chip.write('27.level', '0');
    chip.killTools();
    await becomes('1');
    chip.write('27.level', '0');
    chip.killTools();
    await becomes('1');
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { code: 'tool-killed', signal: 'SIGKILL' } }]);
  });

  it('leaves no child when it is stopped', async () => {
    const before = childrenOf(process.pid);
    light = await createGpiodLight(line, log);
    await vi.waitFor(() => expect(childrenNamed('sh')).toHaveLength(1), soon);
    await light.stop();
    expect(childrenOf(process.pid)).toEqual(before);
  });

  it('shows the newest pattern when it works again', async () => {
    light = await createGpiodLight(line, log);
    chip.write('denied', '');
    chip.killTools();
    await vi.waitFor(() => expect(log.lines).toHaveLength(1), soon);
    light.show('alarm');
    light.show('solid');
    rmSync(`${chip.folder}/denied`);
    await becomes('1');
  });

  it.each([
    { file: 'denied', words: '', code: 'line-denied' },
    { file: 'chip', words: 'gpiochip1 x 4', code: 'chip-missing' },
    { file: 'chip', words: 'gpiochip0 x 4', code: 'line-missing' },
  ])('is not created: $file $words', async ({ file, words, code }) => {
    chip.write(file, words);
    await expect(createGpiodLight(line, log)).rejects.toMatchObject({ code });
    expect(log.lines).toEqual([]);
  });

  it('is not created where the line is in use, and says by what', async () => {
    const release = await chip.occupy(27, 'pwm');
    await expect(createGpiodLight(line, log)).rejects.toMatchObject({
      code: 'line-busy',
      message: expect.stringContaining('"pwm"'),
    });
    await release();
  });
});
