// A sound card in user space: the real arecord, aplay and libasound, over a private PulseAudio server
// with two null sinks. The microphone records what is played into one; what the loudspeaker plays is
// recorded from the other. Nothing outside its own folder changes, and several run side by side.

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, isInstalled } from '../../src/system/child-process.ts';
import { type Hearing, startHearing } from './recording.ts';
import { unwatchGaps, watchGaps } from './sound-gaps.ts';

const READY_WITHIN_MS = 15_000;
const ASK_AGAIN_AFTER_MS = 20;
const RAW = ['--raw', '--format=s16le', '--rate=24000', '--channels=1'];

export interface SoundRig {
  /** For Parley and every other program that uses this card as ALSA's default, "mic" or "spk". */
  readonly env: Readonly<Record<string, string>>;
  /** Plays 24 kHz mono s16le into the microphone; resolves when the last sample was played. */
  say(pcm: Buffer): Promise<void>;
  /** Records what the loudspeaker plays from now on; resolves when the recording goes on. */
  hear(): Promise<Hearing>;
  /** Removes the card. */
  unplug(): Promise<void>;
  stop(): Promise<void>;
}

const checkInstalled = (): void => {
  const programs = ['pulseaudio', 'pacat', 'parec', 'aplay', 'arecord'];
  const missing = programs.filter((program) => !isInstalled(program));
  const hasPlugin = readdirSync('/usr/lib').some((folder) =>
    existsSync(join('/usr/lib', folder, 'alsa-lib/libasound_module_pcm_pulse.so')),
  );
  if (!hasPlugin) missing.push("ALSA's pulse plugin");
  if (missing.length > 0) {
    throw new Error(
      `The sound rig needs ${missing.join(', ')}: run "sudo apt install ` +
        'alsa-utils libasound2-plugins pulseaudio pulseaudio-utils".',
    );
  }
};

const serverScript = (socket: string): string =>
  [
    // Without rewinding the sinks deliver evenly; with it, in lumps of up to 2 s.
    'load-module module-null-sink sink_name=fakemic format=s16le rate=24000 channels=1 norewinds=1',
    'load-module module-null-sink sink_name=fakespk format=s16le rate=24000 channels=1 norewinds=1',
    'set-default-sink fakespk',
    'set-default-source fakemic.monitor',
    // Last: a program that can connect finds everything.
    `load-module module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
    '',
  ].join('\n');

const alsaConfig = (socket: string): string => `
pcm.mic { type pulse server "unix:${socket}" device "fakemic.monitor" }
pcm.spk { type pulse server "unix:${socket}" device "fakespk" }
pcm.!default { type asym playback.pcm "spk" capture.pcm "mic" }
ctl.!default { type pulse server "unix:${socket}" }
`;

const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = connect(socket);
    connection.on('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.on('error', () => resolve(false));
  });

const untilAnswers = async (socket: string, server: Child): Promise<void> => {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(socket))) {
    if (!server.running || Date.now() > deadline) {
      throw new Error('The sound rig could not start its PulseAudio server: run "pulseaudio -n" to see why.');
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_AFTER_MS));
  }
};

const logOf = (folder: string): string => join(folder, 'pulse.log');

const startServer = (folder: string, env: Readonly<Record<string, string>>): Child => {
  const script = join(folder, 'default.pa');
  writeFileSync(script, serverScript(join(folder, 'pulse.sock')));
  const args = ['-n', '-F', script, '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no'];
  const quiet = ['--disable-shm=yes', '--high-priority=no', '--realtime=no', '--log-level=debug'];
  return new Child('pulseaudio', [...args, ...quiet, `--log-target=file:${logOf(folder)}`], { env });
};

/** From a file: fed through a pipe, pacat takes fifteen times as much of the processor. */
const say = (file: string, env: Readonly<Record<string, string>>): Promise<void> =>
  new Promise((resolve, reject) => {
    new Child('pacat', ['-p', '--latency-msec=500', '-d', 'fakemic', ...RAW, file], {
      env,
      onExit: (code, _signal, stderr) => {
        if (code === 0) resolve();
        else reject(new Error(`The sound rig could not speak: ${stderr}`));
      },
    });
  });

/** @throws Error naming what to install */
export const startSoundRig = async (): Promise<SoundRig> => {
  checkInstalled();
  const folder = mkdtempSync(join(tmpdir(), 'parley-sound-'));
  const socket = join(folder, 'pulse.sock');
  const asound = join(folder, 'asound.conf');
  writeFileSync(asound, alsaConfig(socket));
  const env = {
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    PULSE_SERVER: `unix:${socket}`,
    ALSA_CONFIG_PATH: `/usr/share/alsa/alsa.conf:${asound}`,
  };
  watchGaps(logOf(folder));
  const server = startServer(folder, env);
  let stopping = false;
  let utterances = 0;
  const stop = async (): Promise<void> => {
    stopping = true;
    await server.stop();
    unwatchGaps(logOf(folder));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilAnswers(socket, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env,
    stop,
    say: async (pcm) => {
      utterances += 1;
      const file = join(folder, `utterance-${utterances}.pcm`);
      writeFileSync(file, pcm);
      await say(file, env).catch((error: unknown) => {
        // A rig may be stopped while sound is played.
        if (!stopping) throw error;
      });
    },
    hear: () => startHearing(env, ['--latency-msec=20', '-d', 'fakespk.monitor', ...RAW]),
    unplug: () => server.kill(),
  };
};
