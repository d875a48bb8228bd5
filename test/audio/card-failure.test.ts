import { describe, expect, it } from 'vitest';
import { childFailure } from '../../src/audio/card-failure.ts';

const loudspeaker = { kind: 'loudspeaker', device: 'hw:1', program: 'aplay' } as const;

const codeOf = (stderr: string, code = 1): string =>
  childFailure(loudspeaker, { code, signal: null, stderr }).code;

const codeOfSignal = (signal: NodeJS.Signals, program = 'aplay', stderr = ''): string =>
  childFailure({ ...loudspeaker, program }, { code: null, signal, stderr }).code;

describe('the failure of a child that records or plays', () => {
  // As alsa-utils 1.2.8 and alsa-lib 1.2.8 say it.
  it.each([
    ['aplay: main:831: audio open error: Device or resource busy', 'device-busy'],
    ['aplay: main:831: audio open error: Permission denied', 'device-denied'],
    [
      'ALSA lib pcm.c:2666:(snd_pcm_open_noupdate) Unknown PCM nosuch\naplay: main:831: audio open error: No such file or directory',
      'device-missing',
    ],
    [
      'ALSA lib confmisc.c:165:(snd_config_get_card) Cannot get card index for foo\naplay: main:831: audio open error: No such device',
      'device-missing',
    ],
    ['aplay: pcm_write:2127: write error: No such device', 'device-lost'],
    ['arecord: pcm_read:2221: read error: No such device', 'device-lost'],
    ['aplay: main:831: audio open error: Connection refused', 'sound-server-unreachable'],
    ['aplay: main:831: audio open error: Host is down', 'sound-server-unreachable'],
    ['aplay: main:831: audio open error: Cannot allocate memory', 'out-of-memory'],
    [
      'ALSA lib conf.c:2007:(_snd_config_load_with_include) _toplevel_:2:0:Unexpected char\naplay: main:831: audio open error: Invalid argument',
      'device-name-unknown',
    ],
    [
      'ALSA lib pcm_plug.c:1286:(_snd_pcm_plug_open) Unknown field bogus\n[../deps/mpg123/src/output/alsa.c:165] error: cannot open device hw:1',
      'device-name-unknown',
    ],
    ['aplay: set_params:1387: Channels count non available', 'unsupported-format'],
    ['aplay: set_params:1382: Sample format non available', 'unsupported-format'],
    ['aplay: set_params:1456: Unable to install hw params:', 'unsupported-format'],
    ['[../deps/mpg123/src/output/alsa.c:165] error: cannot open device hw:1', 'device-missing'],
  ])('%s', (stderr, code) => {
    expect(codeOf(stderr)).toBe(code);
  });

  it('is permanent where the owner must act, and temporary where a retry may help', () => {
    const severityOf = (stderr: string): string =>
      childFailure(loudspeaker, { code: 1, signal: null, stderr }).severity;
    expect(severityOf('audio open error: Device or resource busy')).toBe('temporary');
    expect(severityOf('audio open error: Permission denied')).toBe('permanent');
  });

  it('tells a program that is missing from one that cannot be started', () => {
    expect(codeOf('setpriv: failed to execute aplay: No such file or directory', 127)).toBe(
      'program-missing',
    );
    expect(codeOf('setpriv: failed to execute aplay: Permission denied', 126)).toBe('program-broken');
  });

  it.each([
    // As Node says it.
    [
      "arecord: The argument 'args[8]' must be a string without null bytes. Received 'a\\x00b'",
      'device-name-invalid',
    ],
    ['aplay: spawn ENOMEM', 'out-of-memory'],
    ['aplay: spawn aplay EAGAIN', 'out-of-memory'],
    ['arecord: No such recorder found: lpcm16-recorder.cjs', 'start-failed'],
  ])('is not blamed on the program where that has no part in it: %s', (stderr, code) => {
    expect(codeOf(stderr, 126)).toBe(code);
  });

  it('is not blamed on the card where a signal ended the program', () => {
    expect(codeOfSignal('SIGKILL')).toBe('program-killed');
    expect(codeOfSignal('SIGSEGV')).toBe('program-crashed');
    expect(codeOfSignal('SIGTERM')).toBe('program-ended');
    expect(codeOfSignal('SIGABRT', 'speaker')).toBe('default-device-missing');
    expect(codeOfSignal('SIGSEGV', 'aplay', 'aplay: audio open error: Device or resource busy')).toBe(
      'device-busy',
    );
  });

  it('keeps the last line of an unknown message, up to 200 characters', () => {
    const { code, sentence } = childFailure(loudspeaker, {
      code: 1,
      signal: null,
      stderr: `first\n  ${'x'.repeat(5_000)}  \n\n`,
    });
    expect(code).toBe('card-failed');
    expect(sentence).toContain(`code 1: ${'x'.repeat(200)}...)`);
    expect(codeOf('')).toBe('card-failed');
  });
});
