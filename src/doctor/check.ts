// What a check of `parley doctor` is, and which there are. A check looks at one thing and returns a finding. Checks
// are independent: one that fails, throws or hangs does not affect the others. Everything that a check looks at is
// passed to it, so that a test can pass anything.

import { errorMessage, type Failure } from '../core/errors.ts';

/** In the order of the report. The documentation's table is generated from it. */
export const checkTable = {
  node: { title: 'Node', looksAt: 'the version of Node that runs Parley' },
  release: { title: 'Parley', looksAt: 'the installed release: the current one, and built for this Node' },
  config: { title: 'Configuration', looksAt: 'every key and value of the configuration file' },
  key: { title: 'Key', looksAt: 'where the API key is stored, and who may read it' },
  unit: { title: 'Service', looksAt: 'the systemd service: running, enabled at boot, number of restarts' },
  dns: { title: 'DNS', looksAt: 'the address of the service' },
  tcp: { title: 'TCP', looksAt: 'a connection to the service' },
  tls: { title: 'TLS', looksAt: "encryption, and the service's certificate" },
  session: { title: 'Session', looksAt: 'key and model: a session is opened, and no audio is sent' },
  'microphone-card': { title: 'Microphone card', looksAt: 'whether ALSA lists the configured microphone' },
  'loudspeaker-card': { title: 'Loudspeaker card', looksAt: 'whether ALSA lists the configured loudspeaker' },
  'microphone-level': {
    title: 'Microphone level',
    looksAt: 'three seconds of speech, or one second of the room: level, noise, clipping, offset',
  },
  'loudspeaker-tone': { title: 'Loudspeaker', looksAt: 'a tone that the loudspeaker plays' },
  'loudspeaker-heard': {
    title: 'Loudspeaker heard',
    looksAt: 'whether the microphone records a second tone',
  },
  'button-chip': { title: 'Button chip', looksAt: "the GPIO chip of the button's line" },
  'light-chip': { title: 'Light chip', looksAt: "the GPIO chip of the light's line" },
  'button-line': { title: 'Button line', looksAt: "which program holds the button's line" },
  'light-line': { title: 'Light line', looksAt: "which program holds the light's line" },
  'button-level': {
    title: 'Button at rest',
    looksAt: 'the level of the line while the button is not pressed',
  },
  light: { title: 'Light', looksAt: 'two seconds of flashing' },
  button: { title: 'Button', looksAt: 'one press, at a terminal only' },
  clock: { title: 'Clock', looksAt: 'the difference to the clock of the service, and NTP' },
  power: { title: 'Power', looksAt: 'undervoltage, throttling and heat since the last boot (Raspberry Pi)' },
  'wifi-power-saving': { title: 'Wi-Fi power saving', looksAt: 'whether power saving is on' },
  'wifi-signal': { title: 'Wi-Fi signal', looksAt: 'the strength of the signal' },
  disk: { title: 'Disk space', looksAt: 'free space on the disks of /, /opt and /var/log' },
  memory: { title: 'Memory', looksAt: 'available memory' },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly looksAt: string }>>;

export type CheckId = keyof typeof checkTable;

/** `skip`: could not or must not be looked at here, which is not a fault. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'skip';

export interface Finding {
  readonly verdict: Verdict;
  /** Kebab-case and stable, for programs: "microphone-missing". */
  readonly code: string;
  /** What was found, in a few words, with figures and units: "Node 20.19.2", "plughw:CARD=Mic,DEV=0, 24 kHz". */
  readonly detail: string;
  /** Of `warn` and `fail`: what to do, one sentence. */
  readonly remedy?: string;
}

export interface Check {
  /** Stable, for programs: "config", "session", "microphone-level". */
  readonly id: string;
  /** For people: "Microphone level". */
  readonly title: string;
  /** A check that takes longer has failed. Default 10 s. */
  readonly limitMs?: number;
  /** Printed before the check runs, where a person has to do something: "Speak for three seconds". */
  readonly prompt?: string;
  run(): Promise<Finding>;
}

/** The check of this id, with its title from the table. */
export const createCheck = (
  id: CheckId,
  run: Check['run'],
  more: Pick<Check, 'limitMs' | 'prompt'> = {},
): Check => ({ id, title: checkTable[id].title, run, ...more });

export const pass = (code: string, detail: string): Finding => ({ verdict: 'pass', code, detail });
export const skip = (code: string, detail: string): Finding => ({ verdict: 'skip', code, detail });

type Fault = (code: string, detail: string, remedy: string) => Finding;
export const warn: Fault = (code, detail, remedy) => ({ verdict: 'warn', code, detail, remedy });
export const fail: Fault = (code, detail, remedy) => ({ verdict: 'fail', code, detail, remedy });

/**
 * What another part of Parley reports, as a finding. Its sentence names the thing and the remedy, so the remedy is
 * the whole sentence: taking it apart would make the report depend on its wording.
 * @param error an Error, a Failure, or a sentence alone
 * @param code of the finding: that of the check, since programs look for what has failed
 * @param detail what was attempted
 */
export const findingFromError = (error: unknown, code: string, detail: string): Finding =>
  fail(code, detail, (error as Partial<Failure> | undefined)?.sentence ?? errorMessage(error));
