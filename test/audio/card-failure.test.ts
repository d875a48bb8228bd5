import { describe, expect, it } from 'vitest';
import { cardFailure } from '../../src/audio/card-failure.ts';

const said = (stderr: string, code = 1, kind: 'microphone' | 'loudspeaker' = 'loudspeaker') =>
  cardFailure(
    { kind, device: 'hw:1', program: kind === 'microphone' ? 'arecord' : 'aplay' },
    { code, signal: null, stderr },
  );

const ended = (signal: NodeJS.Signals, program = 'aplay', stderr = '') =>
  cardFailure({ kind: 'loudspeaker', device: 'hw:1', program }, { code: null, signal, stderr });

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
    ['aplay: main:831: audio open error: Host is down', /a sound server that does not answer/],
    ['aplay: main:831: audio open error: Cannot allocate memory', /"hw:1" found no memory: end other/],
    [
      'ALSA lib conf.c:2007:(_snd_config_load_with_include) _toplevel_:2:0:Unexpected char\naplay: main:831: audio open error: Invalid argument',
      /check device in \[loudspeaker\] of the configuration, .*asound\.conf/,
    ],
    [
      'ALSA lib pcm_plug.c:1286:(_snd_pcm_plug_open) Unknown field bogus\n[../deps/mpg123/src/output/alsa.c:165] error: cannot open device hw:1',
      /check device in \[loudspeaker\].*asound\.conf/,
    ],
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

  it.each([
    // As Node says it.
    [
      "arecord: The argument 'args[8]' must be a string without null bytes. Received 'a\\x00b'",
      /has a zero byte in its name, .*: correct device in \[loudspeaker\] of the configuration\.$/,
    ],
    ['aplay: spawn ENOMEM', /found no memory/],
    ['aplay: spawn aplay EAGAIN', /found no memory/],
    [
      'arecord: No such recorder found: arecord-recorder.cjs',
      /failed before aplay was started \(.*No such recorder.*\): try again; .*"npm ci"/,
    ],
  ])('blames no program for what is not its fault: %s', (stderr, sentence) => {
    expect(said(stderr, 126)).toMatch(sentence);
    expect(said(stderr, 126)).not.toContain('reinstall');
  });

  it('does not blame the card where a signal ended the program', () => {
    expect(ended('SIGKILL')).toBe(
      'The loudspeaker "hw:1" failed: aplay was ended by SIGKILL; where nobody did that, the memory was full: ' +
        'end other programs ("journalctl -k" tells more).',
    );
    expect(ended('SIGSEGV')).toMatch(
      /ended by SIGSEGV, a fault of its own: "sudo apt install --reinstall alsa-/,
    );
    expect(ended('SIGILL', 'speaker')).toMatch(
      /a fault of its own: run "npm rebuild speaker", or set backend/,
    );
    expect(ended('SIGTERM')).toMatch(/was ended by SIGTERM, from outside Parley; try again\.$/);
    expect(ended('SIGSEGV', 'aplay', 'aplay: audio open error: Device or resource busy')).toMatch(/is busy/);
  });

  it('passes on the last line of what it does not know, within bounds', () => {
    expect(said(`first\n  ${'x'.repeat(5_000)}  \n\n`)).toBe(
      `The loudspeaker "hw:1" failed (aplay ended with code 1: ${'x'.repeat(200)}): ` +
        'unplug the card, plug it in again, and try.',
    );
    expect(said('')).toContain('(aplay ended with code 1: it gave no reason)');
  });
});
