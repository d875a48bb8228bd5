// `parley try`: the whole daemon on any machine. The parrot replaces the service, Enter the button (where a file
// speaks there is no button), the terminal the light, and WAV files, as an option, the microphone and the
// loudspeaker.

import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../config/config.ts';
import { readCredentials, secretsFor } from '../config/secrets.ts';
import { Unavailable } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import type { Button, Log } from '../core/ports.ts';
import { createMask } from '../core/redact-secrets.ts';
import { createLog } from '../daemon/log.ts';
import { type Replacements, startDaemon } from '../daemon/main.ts';
import { noButton } from '../gpio/backend.ts';
import { systemClock } from '../system/clock.ts';
import { writeFailure } from '../system/text-file.ts';
import { triggersIn } from './parrot.ts';
import { createEnding, type Ending, keyFor } from './run.ts';
import { createScreen, createTerminalButton, type Screen } from './terminal.ts';
import { createProgress, type Progress } from './try-progress.ts';

/** As on the command line. */
export interface TryOptions {
  readonly config?: string;
  readonly say?: string;
  readonly hear?: string;
  readonly turns?: number;
  readonly live?: boolean;
  readonly json?: boolean;
  readonly calls?: string;
}

/**
 * Ends after the last reply where a file speaks or turns are counted; otherwise by Ctrl-C.
 * @throws ConfigError
 * @throws Unavailable: wav-..., sound-file-unusable, and those of startDaemon
 */
export const tryOut = async (options: TryOptions): Promise<ExitCode> => {
  const config = readConfig(options.config);
  const key = options.live ? keyFor(config) : undefined;
  const screen = createScreen(process.stdout);
  const credentials = readCredentials(config, process.env['CREDENTIALS_DIRECTORY']);
  const secrets = options.live ? secretsFor(config, key, credentials) : [...credentials.secrets.values()];
  const log = createTryLog(options, secrets, screen);
  for (const { code, sentence } of credentials.faults.values()) log.warn({ code }, sentence);
  const ending = createEnding();
  const goal = { fileSpeaks: options.say !== undefined, turns: options.turns };
  const progress = createProgress(goal, ending, systemClock);
  const files = await soundFiles(options, () => progress.allSaid());
  const service = await chooseService(config, options);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => ending.end(exitCodes.ok));
  if (!options.json) screen.print(startText(options));
  const stateFolder = makeStateFolder();
  const daemon = await startDaemon({
    config: service.config,
    key,
    credentials,
    // Timers and the volume of a trial end with it.
    folder: stateFolder,
    log,
    mask: createMask(secrets).text,
    replacements: { ...files, light: screen, button: createTryButton(options, ending) },
    observers: [{ transition: (record) => progress.note(record) }],
    onButtonFailed: ({ code, sentence }) => log.error({ code }, sentence),
  });
  process.on('SIGUSR1', () => daemon.press('by SIGUSR1'));
  if (options.say !== undefined) daemon.press(`to say ${options.say}`);
  const code = await ending.ended;
  await daemon.stop();
  await service.close();
  if (!options.json) screen.print(endText(options, code, progress));
  return code;
};

/**
 * Of this trial alone; it is removed when the process ends, however that comes.
 * @throws Unavailable where none can be made
 */
const makeStateFolder = (): string => {
  const prefix = join(tmpdir(), 'parley-try-');
  try {
    const folder = mkdtempSync(prefix);
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  } catch (error) {
    throw writeFailure(prefix, error);
  }
};

const createTryLog = ({ json }: TryOptions, secrets: readonly string[], screen: Screen): Log => {
  if (json) return createLog({ level: 'info', secrets });
  const destination = { write: (line: string) => screen.print(line.trimEnd()) };
  return createLog({ level: 'info', format: 'text', secrets, destination });
};

/** The configuration, with the address of the parrot where that is the service. */
const chooseService = async (config: Config, { live, calls: file }: TryOptions) => {
  if (live) return { config, close: () => Promise.resolve() };
  const { startParrot } = await import('../parrot/server/parrot.ts');
  const calls = await triggersIn(file);
  const parrot = await startParrot({ dialect: config.realtime.dialect === 'beta' ? 'beta' : 'ga', calls });
  const realtime = { ...config.realtime, url: parrot.url, headers: {} };
  return { config: { ...config, realtime }, close: () => parrot.close() };
};

const createTryButton = ({ say }: TryOptions, ending: Ending): Button =>
  say === undefined ? createTerminalButton(process.stdin, () => ending.end(exitCodes.ok)) : noButton;

const soundFiles = async ({ say, hear, turns }: TryOptions, onSaid: () => void): Promise<Replacements> => {
  // First: where this file is wrong, the other one must not be overwritten.
  const microphone = say === undefined ? {} : await microphoneOf(say, turns !== undefined, onSaid);
  return { ...microphone, ...(hear === undefined ? {} : await loudspeakerTo(hear, say)) };
};

const microphoneOf = async (file: string, repeat: boolean, onSaid: () => void): Promise<Replacements> => {
  const { readWav } = await import('../audio/wav/wav-file.ts');
  const { createWavMicrophone } = await import('../audio/wav/wav-microphone.ts');
  return { microphone: createWavMicrophone({ pcm: await readWav(file), onSaid, repeat }) };
};

const loudspeakerTo = async (file: string, say: string | undefined): Promise<Replacements> => {
  if (say !== undefined && existsSync(file) && realpathSync(file) === realpathSync(say))
    throw new Unavailable(
      'sound-file-unusable',
      `${file} cannot both speak and take the reply: name another file for one of them.`,
    );
  const { createWavLoudspeaker, WavWriter } = await import('../audio/wav/wav-loudspeaker.ts');
  // Now, not after the person has spoken.
  new WavWriter(file).check();
  return { loudspeaker: createWavLoudspeaker(file) };
};

const startText = ({ live, say }: TryOptions): string => {
  const service = live ? 'the service' : 'a parrot that repeats what you say';
  return say === undefined
    ? `Parley with ${service}. Press Enter, speak, listen. Enter again ends the conversation, Ctrl-C ends Parley.`
    : `Parley with ${service}. ${say} speaks.`;
};

const endText = ({ say, hear }: TryOptions, code: ExitCode, progress: Progress): string => {
  if (code !== exitCodes.ok) return progress.failure(say ?? 'what was said').sentence;
  return hear === undefined || !progress.hasReply() ? 'Ended.' : `The reply is in ${hear}.`;
};
