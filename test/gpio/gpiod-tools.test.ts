import { describe, expect, it } from 'vitest';
import { explain, runTool } from '../../src/gpio/gpiod-tools.ts';
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

describe('what a failure means', () => {
  const line = { chip: '/dev/gpiochip0', gpio: 17, activeLow: true };

  it.each([
    {
      code: 127,
      errors: 'setpriv: failed to execute gpiomon: No such file or directory',
      sentence: 'The program gpiomon is missing; install the package gpiod, version 2.',
    },
    {
      code: 1,
      errors: "gpiomon: unable to open chip '/dev/gpiochip0': Permission denied",
      sentence:
        'No permission for /dev/gpiochip0; add the user who runs Parley to the group gpio and start it anew.',
    },
    {
      code: 1,
      errors: "gpiomon: cannot find GPIO chip character device '/dev/gpiochip0'",
      sentence: 'There is no GPIO chip /dev/gpiochip0; gpiodetect lists those that there are.',
    },
    {
      code: 1,
      errors: "gpiomon: offset 17 is out of range on chip 'gpiochip0'",
      sentence: '/dev/gpiochip0 has no GPIO 17; choose a gpio that it has.',
    },
    {
      code: 1,
      errors: 'gpiomon: unable to request lines on chip /dev/gpiochip0:\n  Invalid argument',
      sentence:
        'gpiomon cannot hold GPIO 17 of /dev/gpiochip0 (gpiomon: unable to request lines on chip /dev/gpiochip0: Invalid argument); try the same with gpiomon by hand.',
    },
    {
      code: 9,
      errors: '',
      sentence:
        'gpiomon cannot hold GPIO 17 of /dev/gpiochip0 (exit code 9); try the same with gpiomon by hand.',
    },
  ])('$sentence', async ({ code, errors, sentence }) => {
    expect(await explain('gpiomon', line, { code, signal: null, errors })).toBe(sentence);
  });

  it('names the signal that ended it', async () => {
    expect(await explain('gpioset', line, { code: null, signal: 'SIGKILL', errors: '' })).toBe(
      'GPIO 17 of /dev/gpiochip0 is lost, for gpioset was ended by SIGKILL; where nobody did that, "journalctl -k" may say why.',
    );
  });

  it('names nobody where gpioinfo names nobody', async () => {
    const chip = new VirtualChip();
    const errors = 'gpiomon: unable to request lines on chip /dev/gpiochip0: Device or resource busy';
    expect(await explain('gpiomon', line, { code: 1, signal: null, errors })).toBe(
      'GPIO 17 of /dev/gpiochip0 is in use by another program or driver; end that, or choose another gpio.',
    );
    chip.dispose();
  });
});
