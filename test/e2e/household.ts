// The real program between a real sound card in user space and a parrot: what a room would see and hear.

import { silence } from '../../src/core/pcm.ts';
import { type Parrot, type ParrotOptions, startParrot } from '../../src/parrot/server/parrot.ts';
import { type Daemon, startDaemonProgram } from '../rigs/daemon.ts';
import { type Hearing, type SoundRig, startSoundRig } from '../rigs/sound-rig.ts';

export interface WireLine {
  readonly direction: 'in' | 'out';
  readonly type: string;
  readonly callId?: string;
}

export interface RealHousehold {
  /** The one that runs now. */
  readonly daemon: Daemon;
  readonly parrot: Parrot;
  readonly rig: SoundRig;
  readonly hearing: Hearing;
  /** What crossed the wire, as the parrot saw it. */
  readonly wire: WireLine[];
  /** Kills the daemon, as a power cut would, and starts it again when `pause` is over. */
  restart(pause?: Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface HouseholdOptions {
  readonly dialect?: 'ga' | 'beta';
  /** For the daemon; default: found out by itself. */
  readonly wanted?: 'auto' | 'ga' | 'beta';
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

const configuration = (url: string, options: HouseholdOptions): string => {
  const { loudspeakerDevice = 'default' } = options;
  const { wanted = 'auto', backend = 'aplay', pressWhileSpeaking = 'hang-up', toml = '' } = options;
  return `
[realtime]
url = "${url}"
dialect = "${wanted}"
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

export const startHousehold = async (options: HouseholdOptions = {}): Promise<RealHousehold> => {
  const wire: WireLine[] = [];
  const rig = await startSoundRig();
  const parrot = await startParrot({
    dialect: options.dialect ?? 'ga',
    key: 'sk-of-the-household',
    onEvent: ({ direction, type, callId }) =>
      wire.push({ direction, type, ...(callId === undefined ? {} : { callId }) }),
    ...options.parrot,
  });
  const env = { ...rig.env, OPENAI_API_KEY: 'sk-of-the-household', ...options.env };
  const toml = configuration(options.url ?? parrot.url, options);
  let daemon = await startDaemonProgram(toml, env);
  const hearing = await rig.hear();
  return {
    get daemon() {
      return daemon;
    },
    restart: async (pause) => {
      await daemon.remove();
      await pause;
      daemon = await startDaemonProgram(toml, env);
    },
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

/** Says it into the room, with a little silence before and after. */
export const say = (household: RealHousehold, pcm: Buffer): Promise<void> =>
  household.rig.say(Buffer.concat([silence(200), pcm, silence(200)]));
