// The real program between a sound card in user space and a parrot: what a person near it would hear.

import { silence } from '../../src/core/pcm.ts';
import { type Parrot, type ParrotOptions, startParrot } from '../../src/parrot/server/parrot.ts';
import { type Daemon, startDaemonProgram } from '../rigs/daemon.ts';
import type { Hearing } from '../rigs/recording.ts';
import { type SoundRig, startSoundRig } from '../rigs/sound-rig.ts';

export const apiKey = 'sk-of-the-tests';

export interface WireLine {
  readonly direction: 'in' | 'out';
  readonly type: string;
  readonly callId?: string;
}

export interface RunningParley {
  /** The process that runs now. */
  readonly daemon: Daemon;
  readonly parrot: Parrot;
  readonly rig: SoundRig;
  readonly hearing: Hearing;
  /** The events on the wire, as the parrot saw them. */
  readonly wire: WireLine[];
  /** Plays 24 kHz mono s16le into the microphone, between two short silences; resolves when it was played. */
  say(pcm: Buffer): Promise<void>;
  /** Kills the daemon, as a power cut would, and starts it again when `pause` is over. */
  restart(pause?: Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface RunningOptions {
  /** Of the parrot. */
  readonly dialect?: 'ga' | 'beta';
  /** In the configuration of the daemon. */
  readonly configuredDialect?: 'auto' | 'ga' | 'beta';
  readonly backend?: 'aplay' | 'speaker';
  readonly parrot?: Partial<ParrotOptions>;
  readonly pressWhileSpeaking?: 'hang-up' | 'interrupt';
  /** Instead of the parrot's. */
  readonly url?: string;
  readonly loudspeakerDevice?: string;
  /** More tables of the configuration. */
  readonly toml?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const configuration = (url: string, options: RunningOptions): string => {
  const { loudspeakerDevice = 'default', configuredDialect = 'auto', backend = 'aplay' } = options;
  const { pressWhileSpeaking = 'hang-up', toml = '' } = options;
  return `
[realtime]
url = "${url}"
dialect = "${configuredDialect}"
[realtime.headers]
Authorization = "Bearer {key}"
[loudspeaker]
backend = "${backend}"
device = "${loudspeakerDevice}"
[button]
backend = "none"
press_while_speaking = "${pressWhileSpeaking}"
[light]
backend = "none"
${toml}
`;
};

export const startParley = async (options: RunningOptions = {}): Promise<RunningParley> => {
  const wire: WireLine[] = [];
  const rig = await startSoundRig();
  const parrot = await startParrot({
    dialect: options.dialect ?? 'ga',
    key: apiKey,
    onEvent: ({ direction, type, callId }) =>
      wire.push({ direction, type, ...(callId === undefined ? {} : { callId }) }),
    ...options.parrot,
  });
  const env = { ...rig.env, OPENAI_API_KEY: apiKey, ...options.env };
  const toml = configuration(options.url ?? parrot.url, options);
  const [first, hearing] = await Promise.all([startDaemonProgram(toml, env), rig.hear()]);
  let daemon = first;
  return {
    get daemon() {
      return daemon;
    },
    restart: async (pause) => {
      await daemon.remove();
      await pause;
      daemon = await startDaemonProgram(toml, env);
    },
    say: (pcm) => rig.say(Buffer.concat([silence(200), pcm, silence(200)])),
    parrot,
    rig,
    hearing,
    wire,
    stop: async () => {
      await daemon.remove();
      await hearing.stop();
      await parrot.close();
      await rig.stop();
    },
  };
};
