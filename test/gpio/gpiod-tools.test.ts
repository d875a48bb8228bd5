import { describe, expect, it } from 'vitest';
import { runTool, toolFailure } from '../../src/gpio/gpiod-tools.ts';
import { VirtualChip } from '../fakes/virtual-chip.ts';

describe('running a tool', () => {
  it('gives its output, its words and its code', async () => {
    const ran = await runTool('sh', ['-c', 'echo out; echo words >&2; exit 3']);
    expect(ran).toMatchObject({ code: 3, stdout: 'out\n', stderr: 'words' });
  });

  it('ends one that does not end by itself', async () => {
    expect(await runTool('sleep', ['60'])).toMatchObject({ code: null, stdout: '', failure: 'timed-out' });
  });

  it('says 127 where there is no such program', async () => {
    expect(await runTool('parley-no-such-tool', [])).toMatchObject({ code: 127 });
  });
});

describe('the failure of a tool', () => {
  const line = { chip: '/dev/gpiochip0', gpio: 17, activeLow: true };

  it.each([
    { code: 127, stderr: 'setpriv: failed to execute gpiomon: No such file', failure: 'tool-missing' },
    {
      code: 1,
      stderr: "gpiomon: unable to open chip '/dev/gpiochip0': Permission denied",
      failure: 'line-denied',
    },
    {
      code: 1,
      stderr: "gpiomon: cannot find GPIO chip character device '/dev/gpiochip0'",
      failure: 'chip-missing',
    },
    { code: 1, stderr: "gpiomon: offset 17 is out of range on chip 'gpiochip0'", failure: 'line-missing' },
    {
      code: 1,
      stderr: 'gpiomon: unable to request lines on chip /dev/gpiochip0:\n  Invalid argument',
      failure: 'tool-failed',
    },
    { code: 9, stderr: '', failure: 'tool-failed' },
  ])('$failure: $stderr', async ({ code, stderr, failure }) => {
    expect(await toolFailure('gpiomon', line, { code, signal: null, stderr })).toMatchObject({
      code: failure,
    });
  });

  it('names the signal that ended it', async () => {
    expect(await toolFailure('gpioset', line, { code: null, signal: 'SIGKILL', stderr: '' })).toMatchObject({
      code: 'tool-killed',
      sentence: expect.stringContaining('gpioset was ended by SIGKILL'),
    });
  });

  it('names the time limit that ended it', async () => {
    const end = { code: null, signal: 'SIGKILL', stderr: '', failure: 'timed-out' } as const;
    expect(await toolFailure('gpioset', line, end)).toMatchObject({
      code: 'tool-failed',
      sentence: expect.stringContaining('(gpioset did not end within 10 s)'),
    });
  });

  it('is a line in use, by an unknown holder where gpioinfo names none', async () => {
    const chip = new VirtualChip();
    const stderr = 'gpiomon: unable to request lines on chip /dev/gpiochip0: Device or resource busy';
    expect(await toolFailure('gpiomon', line, { code: 1, signal: null, stderr })).toMatchObject({
      code: 'line-busy',
      sentence: expect.stringContaining('another program or driver'),
    });
    chip.dispose();
  });
});
