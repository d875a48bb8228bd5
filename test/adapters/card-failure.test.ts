import { describe, expect, it } from 'vitest';
import { cardFailure } from '../../src/adapters/card-failure.ts';

const said = (stderr: string, code: number | null = 1, kind: 'microphone' | 'loudspeaker' = 'loudspeaker') =>
  cardFailure(
    { kind, device: 'hw:1', program: kind === 'microphone' ? 'arecord' : 'aplay' },
    { code, signal: code === null ? 'SIGSEGV' : null, stderr },
  );

describe('what ALSA says, in a sentence', () => {
  // As alsa-utils 1.2.8 and alsa-lib 1.2.8 say it.
  it.each([
    ['aplay: main:831: audio open error: Device or resource busy', /"hw:1" is busy: .*fuser -v/],
    ['aplay: main:831: audio open error: Permission denied', /"hw:1" may not be opened: .*group audio/],
    [
      'ALSA lib pcm.c:2666:(snd_pcm_open_noupdate) Unknown PCM nosuch\naplay: main:831: audio open error: No such file or directory',
      /^There is no loudspeaker "hw:1": .*aplay -L/,
    ],
    [
      'ALSA lib confmisc.c:165:(snd_config_get_card) Cannot get card index for foo\naplay: main:831: audio open error: No such device',
      /^There is no loudspeaker/,
    ],
    ['aplay: pcm_write:2127: write error: No such device', /is it plugged in\?/],
    ['aplay: main:831: audio open error: Connection refused', /a sound server that does not answer/],
    ['aplay: set_params:1387: Channels count non available', /cannot do 24 kHz.*plughw:/],
    ['aplay: set_params:1382: Sample format non available', /cannot do 24 kHz.*plughw:/],
    ['aplay: set_params:1456: Unable to install hw params:', /cannot do 24 kHz.*plughw:/],
    ['[../deps/mpg123/src/output/alsa.c:165] error: cannot open device hw:1', /^There is no loudspeaker/],
  ])('%s', (stderr, sentence) => {
    expect(said(stderr)).toMatch(sentence);
  });

  it('names the microphone and its own tools for a microphone', () => {
    expect(said('arecord: main:831: audio open error: No such device', 1, 'microphone')).toMatch(
      /^There is no microphone "hw:1": .*"arecord -L".*\[microphone\]/,
    );
  });

  it('tells a program that is missing from one that cannot be started', () => {
    expect(said('setpriv: failed to execute aplay: No such file or directory', 127)).toMatch(
      /needs the program aplay, which is not installed: "sudo apt install alsa-utils"\.$/,
    );
    expect(said('setpriv: failed to execute aplay: Permission denied', 126)).toMatch(
      /needs the program aplay, which cannot be started \(.*Permission denied\): "sudo apt install --reinstall/,
    );
  });

  it('passes on the last line of what it does not know, within bounds', () => {
    expect(said(`first\n  ${'x'.repeat(5_000)}  \n\n`)).toBe(
      `The loudspeaker "hw:1" failed (aplay ended with code 1: ${'x'.repeat(200)}): ` +
        'unplug the card, plug it in again, and try.',
    );
    expect(said('', null)).toContain('(aplay was ended by SIGSEGV: it gave no reason)');
  });
});
