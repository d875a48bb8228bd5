// Findings on the cards: levels, and what the checks do with a microphone and a loudspeaker.

import { silence } from '../../../src/core/pcm.ts';
import type { Verdict } from '../../../src/doctor/check.ts';
import { judgeEcho, judgeLevel, soundChecks } from '../../../src/doctor/checks/sound-checks.ts';
import { levelOf, tone } from '../../../src/doctor/checks/sound-level.ts';
import { createFakeClock, type FakeClock } from '../../fakes/fake-clock.ts';
import { createFakeLoudspeaker, type FakeLoudspeaker } from '../../fakes/fake-loudspeaker.ts';
import { createFakeMicrophone, type FakeMicrophone } from '../../fakes/fake-microphone.ts';
import { until } from '../../rigs/until.ts';
import { createFakeMachine } from '../fake-machine.ts';
import { type Case, createDialog, dialogTexts } from './case.ts';

const level = (verdict: Verdict, code: string, name: string, pcm: Buffer, speech = false): Case => ({
  verdict,
  code,
  name,
  find: () => judgeLevel(levelOf(pcm), 'plughw:CARD=Mic,DEV=0', speech),
});
/** One second that repeats these bytes. */
const repeat = (...bytes: number[]): Buffer => Buffer.alloc(48_000, Buffer.from(bytes));

const echo = (verdict: Verdict, code: string, name: string, ...[sound, room, clipped]: number[]): Case => ({
  verdict,
  code,
  name,
  find: () => judgeEcho(sound ?? 0, room ?? 0, clipped ?? 0),
});

export interface SoundRig {
  readonly clock: FakeClock;
  readonly microphone: FakeMicrophone;
  readonly loudspeaker: FakeLoudspeaker;
  run(id: string): ReturnType<ReturnType<typeof soundChecks>[number]['run']>;
}

/** The checks with fake cards; `heard` is the answer of the person at the terminal. */
export const createSoundRig = ({
  silent = false,
  heard,
}: {
  silent?: boolean;
  heard?: boolean;
}): SoundRig => {
  const clock = createFakeClock();
  const microphone = createFakeMicrophone();
  const loudspeaker = createFakeLoudspeaker(clock);
  const devices = { device: 'plughw:CARD=Mic,DEV=0' };
  const machine = createFakeMachine({});
  machine.remove();
  const checks = soundChecks({
    microphoneConfig: devices,
    loudspeakerConfig: devices,
    microphone,
    loudspeaker,
    machine,
    silent,
    clock,
    dialog: createDialog(heard),
  });
  const run: SoundRig['run'] = (id) => {
    const check = checks.find((one) => one.id === id);
    if (check === undefined) throw new Error(id);
    if (check.prompt !== undefined) dialogTexts.add(check.prompt);
    return check.run();
  };
  return { clock, microphone, loudspeaker, run };
};

const used = (
  verdict: Verdict,
  code: string,
  name: string,
  id: string,
  options: { silent?: boolean; heard?: boolean },
  act: (rig: SoundRig) => unknown = () => undefined,
): Case => ({
  verdict,
  code,
  name,
  find: async () => {
    const rig = createSoundRig(options);
    const finding = rig.run(id);
    await act(rig);
    return finding;
  },
});
const busy = 'The microphone "x" is busy: end the other program.';
const lost = 'The loudspeaker "x" is busy: end the other program.';

/** The microphone records the quiet room, then `heard` while the tone plays. */
const hears =
  (heard: Buffer) =>
  async ({ microphone, clock }: SoundRig) => {
    microphone.say(silence(500));
    await until(() => microphone.inUse && microphone.starts === 2, 'the second recording');
    microphone.say(heard);
    clock.advance(2000);
  };

export const cases: Case[] = [
  level('fail', 'microphone-silent', 'zeros', silence(500)),
  level('fail', 'microphone-silent', 'a constant', repeat(5, 0)),
  level('pass', 'microphone-level-good', 'a quiet room', tone(500, 200, -60)),
  level('warn', 'room-too-loud', '', tone(500, 200, -12)),
  level('pass', 'microphone-level-good', 'speech', tone(500, 200, -12), true),
  level('warn', 'speech-too-soft', '', tone(500, 200, -45), true),
  level('warn', 'microphone-clipping', '', repeat(0xff, 0x7f, 0x00, 0x80), true),
  level('warn', 'microphone-offset', '', repeat(0x00, 0x10, 0x00, 0x11)),
  echo('pass', 'tone-recorded', '', -40, -70, 0),
  echo('warn', 'tone-not-recorded', 'as loud as the room', -68, -70, 0),
  echo('warn', 'tone-not-recorded', 'silence', Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0),
  echo('warn', 'tone-clipping', '', -3, -70, 0.2),
  used('fail', 'microphone-failed', '', 'microphone-level', {}, ({ microphone }) => microphone.fail(busy)),
  used('fail', 'microphone-failed', 'with a person', 'microphone-level', { heard: true }, ({ microphone }) =>
    microphone.fail(busy),
  ),
  used('fail', 'microphone-no-sound', '', 'microphone-level', {}, ({ clock }) => clock.advance(5000)),
  used('pass', 'tone-played', '', 'loudspeaker-tone', {}, ({ clock }) => clock.advance(2000)),
  used('pass', 'tone-heard', '', 'loudspeaker-tone', { heard: true }, ({ clock }) => clock.advance(2000)),
  used('fail', 'tone-not-heard', '', 'loudspeaker-tone', { heard: false }, ({ clock }) =>
    clock.advance(2000),
  ),
  used('fail', 'loudspeaker-failed', '', 'loudspeaker-tone', {}, ({ clock, loudspeaker }) => {
    loudspeaker.fail(lost);
    clock.advance(2000);
  }),
  used('skip', 'skipped-silent', 'tone', 'loudspeaker-tone', { silent: true }),
  used('skip', 'skipped-silent', 'echo', 'loudspeaker-heard', { silent: true }),
  used('pass', 'tone-recorded', 'by the microphone', 'loudspeaker-heard', {}, hears(tone(1500, 1000, -40))),
  used(
    'warn',
    'tone-not-recorded',
    'another frequency',
    'loudspeaker-heard',
    {},
    hears(tone(1500, 300, -40)),
  ),
  used('warn', 'cards-not-at-once', '', 'loudspeaker-heard', {}, async ({ microphone, clock }) => {
    microphone.say(silence(500));
    await until(() => microphone.inUse && microphone.starts === 2, 'the second recording');
    microphone.fail(busy);
    clock.advance(2000);
  }),
];
