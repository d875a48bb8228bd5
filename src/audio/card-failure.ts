// What arecord, aplay and libasound say on stderr when a card does not work, in one sentence that names
// the device and the remedy. They are run with LC_ALL=C, so the words are always these.

export interface CardUse {
  readonly kind: 'microphone' | 'loudspeaker';
  /** As ALSA knows it, from the configuration. */
  readonly device: string;
  /** The program that plays or records. */
  readonly program: string;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

const LONGEST_REASON = 200;

const lister = (use: CardUse): string => (use.kind === 'microphone' ? 'arecord -L' : 'aplay -L');

const named = (use: CardUse): string => `The ${use.kind} "${use.device}"`;

type Sentence = (use: CardUse) => string;

const noMemory: Sentence = (use) =>
  `${named(use)} found no memory: end other programs ("free -m" shows how much there is), and try again.`;

const memoryIsOut = /Cannot allocate memory|\b(ENOMEM|EAGAIN)\b/;

const known: readonly (readonly [RegExp, Sentence])[] = [
  [
    /Device or resource busy/,
    (use) =>
      `${named(use)} is busy: another program holds the card, a desktop's PipeWire or PulseAudio for one; ` +
      '"fuser -v /dev/snd/*" shows which; end it, or let Parley use that server\'s device.',
  ],
  [
    /Permission denied|Operation not permitted/,
    (use) =>
      `${named(use)} may not be opened: add the user that runs Parley to the group audio ` +
      '("sudo usermod -aG audio USER") and start Parley again.',
  ],
  [
    /Connection refused|Host is down|Connection terminated|Unable to (connect|create stream)/,
    (use) =>
      `${named(use)} belongs to a sound server that does not answer: start PulseAudio or PipeWire for ` +
      `the user that runs Parley, or name a card directly ("${lister(use)}" lists them).`,
  ],
  [
    /(format|count|rate|access type) (is )?non available|not available for playback|cannot set (rate|format|\d+ channels)|Broken configuration|nable to install hw params/i,
    (use) =>
      `${named(use)} cannot do 24 kHz, mono, 16 bit by itself: let ALSA convert, by naming it ` +
      `"plughw:..." instead of "hw:..." ("${lister(use)}" lists the devices).`,
  ],
  [memoryIsOut, noMemory],
  [
    /Invalid argument|Unknown field/,
    (use) =>
      `${named(use)} is not what ALSA understands: check device in [${use.kind}] of the configuration, ` +
      `and where /etc/asound.conf or ~/.asoundrc defines it ("${lister(use)}" lists the devices).`,
  ],
  [
    /No such (file or directory|device)|Unknown PCM|[Cc]annot (find|get) card|Invalid card|cannot open device/,
    (use) =>
      `There is no ${use.kind} "${use.device}": is it plugged in? "${lister(use)}" lists the devices, ` +
      `and device in [${use.kind}] of the configuration names the one to use.`,
  ],
];

const lastLine = (stderr: string): string =>
  stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1)
    ?.slice(0, LONGEST_REASON) ?? '';

/** A reason that one of our own children has already put into a sentence. */
const ownSentence = (stderr: string): string | undefined => /^parley: (.+)$/m.exec(stderr)?.[1];

const reinstall = ({ program }: CardUse): string =>
  program === 'speaker'
    ? 'run "npm rebuild speaker", or set backend = "aplay" in [loudspeaker].'
    : '"sudo apt install --reinstall alsa-utils libasound2-plugins".';

/** A program that was found, and could not be started. */
const notStarted = (use: CardUse, stderr: string): string => {
  if (memoryIsOut.test(stderr)) return noMemory(use);
  if (stderr.includes('null bytes')) {
    return (
      `${named(use)} has a zero byte in its name, which no program can be given: ` +
      `correct device in [${use.kind}] of the configuration.`
    );
  }
  const reason = lastLine(stderr);
  if (/Permission denied|Exec format error|\b(EACCES|ENOEXEC)\b/.test(stderr)) {
    return `${named(use)} needs the program ${use.program}, which cannot be started (${reason}): ${reinstall(use)}`;
  }
  return (
    `${named(use)} failed before ${use.program} was started (${reason}): ` +
    'try again; where that does not help, install Parley anew ("npm ci", "npm run build").'
  );
};

const crashes: readonly NodeJS.Signals[] = ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGSYS'];

/** A program that did not end by itself, and left no reason that is known. */
const endedBy = (use: CardUse, signal: NodeJS.Signals): string => {
  const what = `${named(use)} failed: ${use.program} was ended by ${signal}`;
  if (signal === 'SIGKILL') {
    return `${what}; where nobody did that, the memory was full: end other programs ("journalctl -k" tells more).`;
  }
  return crashes.includes(signal)
    ? `${what}, a fault of its own: ${reinstall(use)}`
    : `${what}, from outside Parley; try again.`;
};

/** The sentence for a child that recorded or played and ended before it should have. */
export const cardFailure = (use: CardUse, end: ChildEnd): string => {
  if (end.code === 127) {
    return `${named(use)} needs the program ${use.program}, which is not installed: "sudo apt install alsa-utils".`;
  }
  if (end.code === 126) return notStarted(use, end.stderr);
  const own = ownSentence(end.stderr);
  if (own !== undefined) return own;
  if (use.program === 'speaker' && end.signal === 'SIGABRT') {
    return (
      `${named(use)} cannot be played by the speaker package, which gives up where ALSA's default device ` +
      'cannot be opened: set one in /etc/asound.conf, or set backend = "aplay" in [loudspeaker].'
    );
  }
  const found = known.find(([pattern]) => pattern.test(end.stderr));
  if (found !== undefined) return found[1](use);
  if (end.signal !== null) return endedBy(use, end.signal);
  const reason = lastLine(end.stderr) || 'it gave no reason';
  return (
    `${named(use)} failed (${use.program} ended with code ${end.code}: ${reason}): ` +
    'unplug the card, plug it in again, and try.'
  );
};
