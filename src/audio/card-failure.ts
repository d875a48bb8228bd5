// Why recording or playing failed: a code, its severity, and one sentence that names the device and the remedy.
// The programs and libasound explain their failures on stderr; they run with LC_ALL=C, so the words are fixed.

import type { Failure } from '../core/errors.ts';
import { type FailureKind, permanent, temporary } from '../core/failure-kinds.ts';
import { BYTES_PER_SAMPLE, SAMPLE_RATE } from '../core/pcm.ts';
import { type ChildEnd, lastLine } from '../system/child-process.ts';

export interface CardUse {
  readonly kind: 'microphone' | 'loudspeaker';
  /** As ALSA and the configuration know it. */
  readonly device: string;
  /** The program that plays or records, as messages call it. */
  readonly program: string;
}

const name = ({ kind, device }: CardUse): string => `The ${kind} "${device}"`;
const listCommand = ({ kind }: CardUse): string => (kind === 'microphone' ? 'arecord -L' : 'aplay -L');
const key = ({ kind }: CardUse): string => `device in [${kind}] of the configuration`;

const reinstall = ({ program }: CardUse): string =>
  program === 'speaker'
    ? 'run "npm rebuild speaker", or set backend = "aplay" in [loudspeaker].'
    : '"sudo apt install --reinstall alsa-utils libasound2-plugins".';

/** `detail` is what the program said, the signal that ended it, or a limit. */
const kinds = {
  'device-busy': temporary(
    (use) =>
      `${name(use)} is busy: another program uses the card, such as a desktop's PipeWire or PulseAudio; ` +
      '"fuser -v /dev/snd/*" shows which; end it, or let Parley use that server\'s device.',
  ),
  'device-denied': permanent(
    (use) =>
      `${name(use)} may not be opened: add the user that runs Parley to the group audio ` +
      '("sudo usermod -aG audio USER") and start Parley again.',
  ),
  'device-missing': permanent(
    (use) =>
      `There is no ${use.kind} "${use.device}": is it plugged in? "${listCommand(use)}" lists the devices, ` +
      `and ${key(use)} names the one to use.`,
  ),
  'device-lost': temporary(
    (use) =>
      `${name(use)} was lost while it was in use: check its cable and its power supply, and plug it in again.`,
  ),
  'device-stalled': temporary(
    (use) =>
      `${name(use)} has stopped delivering sound: the card has stalled; unplug it, plug it in again, and try.`,
  ),
  'device-stuck': temporary(
    (use) =>
      `${name(use)} does not finish playing the reply: the card is stuck; ` +
      'unplug it, plug it in again, and try.',
  ),
  'device-name-invalid': permanent(
    (use) => `${name(use)} has a zero byte in its name, which no program can be given: correct ${key(use)}.`,
  ),
  'device-name-unknown': permanent(
    (use) =>
      `${name(use)} is not what ALSA understands: check ${key(use)}, ` +
      `and where /etc/asound.conf or ~/.asoundrc defines it ("${listCommand(use)}" lists the devices).`,
  ),
  'default-device-missing': permanent(
    (use) =>
      `${name(use)} cannot be played by the speaker package, which fails where ALSA's default device ` +
      'cannot be opened: set one in /etc/asound.conf, or set backend = "aplay" in [loudspeaker].',
  ),
  'unsupported-format': permanent(
    (use) =>
      `${name(use)} cannot do ${SAMPLE_RATE / 1000} kHz, mono, ${8 * BYTES_PER_SAMPLE} bit by itself: let ALSA ` +
      `convert, by naming it "plughw:..." instead of "hw:..." ("${listCommand(use)}" lists the devices).`,
  ),
  'sound-server-unreachable': temporary(
    (use) =>
      `${name(use)} belongs to a sound server that does not answer: start PulseAudio or PipeWire for ` +
      `the user that runs Parley, or name a card directly ("${listCommand(use)}" lists them).`,
  ),
  'out-of-memory': temporary(
    (use) =>
      `${name(use)} ran out of memory: end other programs ("free -m" shows how much there is), and try again.`,
  ),
  'program-missing': permanent(
    (use) =>
      `${name(use)} needs the program ${use.program}, which is not installed: "sudo apt install alsa-utils".`,
  ),
  'program-broken': permanent(
    (use, reason) =>
      `${name(use)} needs the program ${use.program}, which cannot be started (${reason}): ${reinstall(use)}`,
  ),
  'program-crashed': temporary(
    (use, signal) =>
      `${name(use)} failed: ${use.program} was ended by ${signal}, which is an error in it: ${reinstall(use)}`,
  ),
  'program-killed': temporary(
    (use, signal) =>
      `${name(use)} failed: ${use.program} was ended by ${signal}; unless a user did that, the memory was full: ` +
      'end other programs ("journalctl -k" shows more).',
  ),
  'program-ended': temporary(
    (use, signal) =>
      `${name(use)} failed: ${use.program} was ended by ${signal}, from outside Parley: try again.`,
  ),
  'speaker-package-missing': permanent(
    (_use, reason) =>
      `The "speaker" package cannot be loaded (${reason}): ` +
      'run "npm install" again, or set backend = "aplay" in [loudspeaker].',
  ),
  'start-failed': temporary(
    (use, reason) =>
      `${name(use)} failed before ${use.program} was started (${reason}): ` +
      'try again; if that does not help, install Parley again ("npm ci", "npm run build").',
  ),
  'card-failed': temporary(
    (use, reason) =>
      `${name(use)} failed (${use.program} ended with ${reason}): unplug the card, plug it in again, and try.`,
  ),
  'queue-full': temporary(
    (use, limitMs) =>
      `The queue of ${name(use).replace('The', 'the')} is full at ${limitMs} ms: ` +
      'the reply comes faster than it can be played; ask for shorter replies.',
  ),
} satisfies Record<string, FailureKind<[use: CardUse, detail: string]>>;

export type CardFailureCode = keyof typeof kinds;

export const cardFailureCodes = Object.keys(kinds) as CardFailureCode[];

/** The failure of this code. @param detail a reason, a signal or a limit, where the sentence has room for one */
export const cardFailure = (code: CardFailureCode, use: CardUse, detail = ''): Failure => {
  const { severity, sentence } = kinds[code];
  return { code, severity, sentence: sentence(use, detail) };
};

const memoryIsOut = /Cannot allocate memory|\b(ENOMEM|EAGAIN)\b/;

/** What libasound and alsa-utils say; the first match counts. */
const patterns: readonly (readonly [RegExp, CardFailureCode])[] = [
  [/Device or resource busy/, 'device-busy'],
  [/Permission denied|Operation not permitted/, 'device-denied'],
  [
    /Connection refused|Host is down|Connection terminated|Unable to (connect|create stream)/,
    'sound-server-unreachable',
  ],
  [
    /(format|count|rate|access type) (is )?non available|not available for playback|cannot set (rate|format|\d+ channels)|Broken configuration|nable to install hw params/i,
    'unsupported-format',
  ],
  [memoryIsOut, 'out-of-memory'],
  [/Invalid argument|Unknown field/, 'device-name-unknown'],
  [/(read|write) error: No such device/, 'device-lost'],
  [
    /No such (file or directory|device)|Unknown PCM|[Cc]annot (find|get) card|Invalid card|cannot open device/,
    'device-missing',
  ],
];

/** A program that was found, and could not be started. */
const startFailure = (use: CardUse, stderr: string): Failure => {
  if (memoryIsOut.test(stderr)) return cardFailure('out-of-memory', use);
  if (stderr.includes('null bytes')) return cardFailure('device-name-invalid', use);
  const cannotRun = /Permission denied|Exec format error|\b(EACCES|ENOEXEC)\b/.test(stderr);
  return cardFailure(cannotRun ? 'program-broken' : 'start-failed', use, lastLine(stderr));
};

const crashes: readonly NodeJS.Signals[] = ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGSYS'];

/** Why a child that recorded or played has ended before it should have. */
export const childFailure = (use: CardUse, { code, signal, stderr }: ChildEnd): Failure => {
  if (code === 127) return cardFailure('program-missing', use);
  if (code === 126) return startFailure(use, stderr);
  const notLoaded = /^parley: speaker-package-missing: (.*)$/m.exec(stderr)?.[1];
  if (notLoaded !== undefined) return cardFailure('speaker-package-missing', use, notLoaded);
  if (use.program === 'speaker' && signal === 'SIGABRT') return cardFailure('default-device-missing', use);
  const found = patterns.find(([pattern]) => pattern.test(stderr));
  if (found !== undefined) return cardFailure(found[1], use);
  if (signal === 'SIGKILL') return cardFailure('program-killed', use, signal);
  if (signal !== null)
    return cardFailure(crashes.includes(signal) ? 'program-crashed' : 'program-ended', use, signal);
  return cardFailure('card-failed', use, `code ${code}: ${lastLine(stderr) || 'it gave no reason'}`);
};
