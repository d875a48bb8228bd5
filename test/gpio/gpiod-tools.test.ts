import { describe, expect, it } from 'vitest';
import { runTool, toolFailure } from '../../src/gpio/gpiod-tools.ts';
import { VirtualChip } from '../fakes/virtual-chip.ts';

describe('running a tool', () => {
  it('gives its output, its words and its code', async () => {
    const ran = await runTool('sh', ['-c', 'echo out; echo words >&2; exit 3']);
    expect(ran).toEqual({ code: 3, output: 'out\n', errors: 'words' });
  });

  it('keeps the first 64 KB of what it says', async () => {
    const { code, output } = await runTool('sh', ['-c', 'echo first; yes | head -c 1000000']);
    expect(code).toBe(0);
    expect(output.startsWith('first\n')).toBe(true);
    expect(output).toHaveLength(65_536);
  });

  it('ends one that does not end by itself', async () => {
    expect(await runTool('sleep', ['60'])).toMatchObject({ code: null, output: '' });
  });

  it('says 127 where there is no such program', async () => {
    expect(await runTool('parley-no-such-tool', [])).toMatchObject({ code: 127 });
  });
});

describe('the failure of a tool', () => {
  const line = { chip: '/dev/gpiochip0', gpio: 17, activeLow: true };

  it.each([
    { code: 127, errors: 'setpriv: failed to execute gpiomon: No such file', failure: 'tool-missing' },
    {
      code: 1,
      errors: "gpiomon: unable to open chip '/dev/gpiochip0': Permission denied",
      failure: 'line-denied',
    },
    {
      code: 1,
      errors: "gpiomon: cannot find GPIO chip character device '/dev/gpiochip0'",
      failure: 'chip-missing',
    },
    { code: 1, errors: "gpiomon: offset 17 is out of range on chip 'gpiochip0'", failure: 'line-missing' },
    {
      code: 1,
      errors: 'gpiomon: unable to request lines on chip /dev/gpiochip0:\n  Invalid argument',
      failure: 'tool-failed',
    },
    { code: 9, errors: '', failure: 'tool-failed' },
  ])('$failure: $errors', async ({ code, errors, failure }) => {
    expect(await toolFailure('gpiomon', line, { code, signal: null, errors })).toMatchObject({
      code: failure,
    });
  });

  it('names the signal that ended it', async () => {
    expect(await toolFailure('gpioset', line, { code: null, signal: 'SIGKILL', errors: '' })).toMatchObject({
      code: 'tool-killed',
      sentence: expect.stringContaining('gpioset was ended by SIGKILL'),
    });
  });

  it('is a line in use, by an unknown holder where gpioinfo names none', async () => {
    const chip = new VirtualChip();
    const errors = 'gpiomon: unable to request lines on chip /dev/gpiochip0: Device or resource busy';
    expect(await toolFailure('gpiomon', line, { code: 1, signal: null, errors })).toMatchObject({
      code: 'line-busy',
      sentence: expect.stringContaining('another program or driver'),
    });
    chip.dispose();
  });
});
