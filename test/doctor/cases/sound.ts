// Findings on the cards: levels, and what the checks do with a microphone and a loudspeaker.

import { silence } from '../../../src/core/pcm.ts';
import { judgeEcho, judgeLevel, soundChecks } from '../../../src/doctor/checks/sound-checks.ts';
import { levelOf, tone } from '../../../src/doctor/checks/sound-level.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeLoudspeaker } from '../../fakes/fake-loudspeaker.ts';
import { createFakeMicrophone } from '../../fakes/fake-microphone.ts';
import { until } from '../../rigs/until.ts';
import { createFakeMachine } from '../fake-machine.ts';
import { type Case, createDialog, runById } from './case.ts';

const level =
  (pcm: Buffer, speech = false) =>
  () =>
    judgeLevel(levelOf(pcm), 'plughw:CARD=Mic,DEV=0', speech);
/** One second that repeats these bytes. */
const repeat = (...bytes: number[]): Buffer => Buffer.alloc(48_000, Buffer.from(bytes));

interface Options {
  readonly silent?: boolean;
  /** The answer of the person at the terminal. */
  readonly heard?: boolean;
}

/** The sound checks with fake cards. */
export const createSoundRig = ({ silent = false, heard }: Options) => {
  const clock = createFakeClock();
  const microphone = createFakeMicrophone();
  const loudspeaker = createFakeLoudspeaker(clock);
  const devices = { device: 'plughw:CARD=Mic,DEV=0' };
  const machine = createFakeMachine({});
  machine.remove();
  const checks = soundChecks({
    config: { microphone: devices, loudspeaker: devices },
    microphone,
    loudspeaker,
    machine,
    silent,
    clock,
    dialog: createDialog(heard),
  });
  return { clock, microphone, loudspeaker, run: (id: string) => runById(checks, id) };
};
type SoundRig = ReturnType<typeof createSoundRig>;

const used =
  (id: string, options: Options, act: (rig: SoundRig) => unknown = () => undefined) =>
  async () => {
    const rig = createSoundRig(options);
    const finding = rig.run(id);
    await act(rig);
    return finding;
  };
const busy = 'The card "x" is busy: end the other program.';
const wait = ({ clock }: SoundRig): void => clock.advance(5000);
const fails = ({ microphone }: SoundRig): void => microphone.fail(busy);

/** Records the quiet room, then does this with the microphone while the tone plays. */
const whileTone = (act: (rig: SoundRig) => void) =>
  used('loudspeaker-heard', {}, async (rig) => {
    const { microphone } = rig;
    microphone.say(silence(500));
    await until(() => microphone.inUse && microphone.starts === 2, 'the second recording');
    act(rig);
    wait(rig);
  });
const hears = (pcm: Buffer) => whileTone(({ microphone }) => microphone.say(pcm));
const noneDbfs = Number.NEGATIVE_INFINITY;

export const cases: Case[] = [
  ['fail', 'microphone-silent', 'zeros', level(silence(500))],
  ['fail', 'microphone-silent', 'a constant', level(repeat(5, 0))],
  ['pass', 'microphone-level-good', 'a quiet room', level(tone(500, 200, -60))],
  ['warn', 'room-too-loud', '', level(tone(500, 200, -12))],
  ['pass', 'microphone-level-good', 'speech', level(tone(500, 200, -12), true)],
  ['warn', 'speech-too-soft', '', level(tone(500, 200, -45), true)],
  ['warn', 'microphone-clipping', '', level(repeat(0xff, 0x7f, 0x00, 0x80), true)],
  ['warn', 'microphone-offset', '', level(repeat(0x00, 0x10, 0x00, 0x11))],
  ['pass', 'tone-recorded', '', () => judgeEcho(-40, -70, 0)],
  ['warn', 'tone-not-recorded', 'as loud as the room', () => judgeEcho(-68, -70, 0)],
  ['warn', 'tone-not-recorded', 'silence', () => judgeEcho(noneDbfs, noneDbfs, 0)],
  ['warn', 'tone-clipping', '', () => judgeEcho(-3, -70, 0.2)],
  ['fail', 'microphone-failed', 'room', used('microphone-level', {}, fails)],
  ['fail', 'microphone-failed', 'speech', used('microphone-level', { heard: true }, fails)],
  ['fail', 'microphone-no-sound', '', used('microphone-level', {}, wait)],
  ['pass', 'tone-played', '', used('loudspeaker-tone', {}, wait)],
  ['pass', 'tone-heard', '', used('loudspeaker-tone', { heard: true }, wait)],
  ['fail', 'tone-not-heard', '', used('loudspeaker-tone', { heard: false }, wait)],
  [
    'fail',
    'loudspeaker-failed',
    '',
    used('loudspeaker-tone', {}, (rig) => {
      rig.loudspeaker.fail(busy);
      wait(rig);
    }),
  ],
  ['skip', 'skipped-silent', 'tone', used('loudspeaker-tone', { silent: true })],
  ['skip', 'skipped-silent', 'echo', used('loudspeaker-heard', { silent: true })],
  ['pass', 'tone-recorded', 'by the microphone', hears(tone(1500, 1000, -40))],
  ['warn', 'tone-not-recorded', 'another frequency', hears(tone(1500, 300, -40))],
  ['warn', 'cards-not-at-once', '', whileTone(fails)],
];
