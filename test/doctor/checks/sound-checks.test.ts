// What the doctor says of cards and levels, and what it does with a microphone and a loudspeaker.

import { describe, expect, test, vi } from 'vitest';
import { silence } from '../../../src/core/pcm.ts';
import type { Machine } from '../../../src/doctor/checks/machine.ts';
import { judgeDevice, parseCards } from '../../../src/doctor/checks/sound-cards.ts';
import { judgeEcho, judgeLevel, soundChecks } from '../../../src/doctor/checks/sound-checks.ts';
import { levelOf, tone } from '../../../src/doctor/checks/sound-level.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeLoudspeaker } from '../../fakes/fake-loudspeaker.ts';
import { createFakeMicrophone } from '../../fakes/fake-microphone.ts';

const listing = `**** List of CAPTURE Hardware Devices ****
card 0: vc4hdmi [vc4-hdmi], device 0: MAI PCM i2s-hifi-0 [MAI PCM i2s-hifi-0]
  Subdevices: 1/1
card 2: Mic [USB PnP Sound Device], device 0: USB Audio [USB Audio]
`;
const cards = parseCards(listing);

describe('cards', () => {
  test('are read from the list of arecord and aplay', () => {
    expect(cards.map(({ device, name }) => [device, name])).toEqual([
      ['plughw:CARD=vc4hdmi,DEV=0', 'vc4-hdmi'],
      ['plughw:CARD=Mic,DEV=0', 'USB PnP Sound Device'],
    ]);
  });

  test.each([
    ['plughw:CARD=Mic,DEV=0', 'pass', /USB PnP/, undefined],
    [
      'hw:2,0',
      'warn',
      /by a number that may change/,
      /Set device in \[microphone\].* to "plughw:CARD=Mic,DEV=0"/,
    ],
    ['plughw:CARD=Mic,DEV=3', 'fail', /is not there; cards: .*CARD=Mic,DEV=0/, /Plug it in/],
    ['plughw:CARD=Gone', 'fail', /is not there; cards: .*CARD=Mic/, /Plug it in, or name another/],
    ['hw:CARD="Mic",DEV=0', 'pass', /USB PnP/, undefined],
    ['sysdefault:Mic', 'pass', /USB PnP/, undefined],
    // The DEV of such a name is not the number of a PCM device.
    ['hdmi:CARD=vc4hdmi,DEV=1', 'pass', /vc4-hdmi/, undefined],
    ['default', 'pass', /whatever ALSA makes of that/, undefined],
  ] as const)('%s: %s', (device, verdict, detail, remedy) => {
    const finding = judgeDevice('microphone', device, cards);
    expect(finding).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
    if (remedy !== undefined) expect(finding.remedy).toMatch(remedy);
  });
});

describe('levels', () => {
  const judge = (pcm: Buffer, speech: boolean) => judgeLevel(levelOf(pcm), 'plughw:CARD=Mic,DEV=0', speech);

  test.each([
    ['zeros', silence(500), false, 'fail', /the same value all the time/],
    ['a dead input', Buffer.alloc(24_000, Buffer.from([5, 0])), false, 'fail', /the same value/],
    ['a quiet room', tone(500, 200, -60), false, 'pass', /peak -60 dBFS/],
    ['a loud room', tone(500, 200, -12), false, 'warn', /loud for a room/],
    ['speech', tone(500, 200, -12), true, 'pass', /peak -12/],
    ['a whisper', tone(500, 200, -45), true, 'warn', /faint for speech/],
    ['too loud', Buffer.alloc(24_000, Buffer.from([0xff, 0x7f, 0x00, 0x80])), true, 'warn', /overdriven/],
  ] as const)('%s', (_what, pcm, speech, verdict, detail) => {
    const finding = judge(Buffer.from(pcm), speech);
    expect(finding.detail).toMatch(detail);
    expect(finding.verdict).toBe(verdict);
    if (verdict !== 'pass') expect(finding.remedy).toMatch(/\.$/);
  });

  test('an echo is a matter of how much it is over the room', () => {
    expect(judgeEcho(-40, -70, 0)).toMatchObject({
      verdict: 'pass',
      detail: '-40 dBFS, 30 dB over the room',
    });
    expect(judgeEcho(-68, -70, 0)).toMatchObject({ verdict: 'warn' });
    expect(judgeEcho(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0).verdict).toBe('warn');
    expect(judgeEcho(-3, -70, 0.2).detail).toContain('overdriven');
  });
});

describe('with a microphone and a loudspeaker', () => {
  const machine: Machine = {
    run: () => Promise.resolve({ code: 0, output: listing, errors: '' }),
    text: () => Promise.resolve(undefined),
    names: () => Promise.resolve([]),
  };
  const devices = { device: 'plughw:CARD=Mic,DEV=0' };
  const create = (silent: boolean, ask?: { heard: boolean }) => {
    const clock = createFakeClock();
    const microphone = createFakeMicrophone();
    const loudspeaker = createFakeLoudspeaker(clock);
    const checks = soundChecks({
      microphoneConfig: devices,
      loudspeakerConfig: devices,
      microphone,
      loudspeaker,
      machine,
      silent,
      ask: ask && { say: () => undefined, confirm: () => Promise.resolve(ask.heard) },
    });
    const run = (id: string) => {
      const check = checks.find((one) => one.id === id);
      if (check === undefined) throw new Error(id);
      return check.run();
    };
    return { clock, microphone, loudspeaker, run };
  };

  test('the microphone is let go of, whether it was heard or failed', async () => {
    const { microphone, run } = create(true);
    const heard = run('microphone-level');
    microphone.say(tone(2000, 200, -50));
    expect(await heard).toMatchObject({ verdict: 'pass' });
    expect(microphone.inUse).toBe(false);
    const failed = run('microphone-level');
    microphone.fail('The microphone "x" is busy: end the other program.');
    expect(await failed).toEqual({
      verdict: 'fail',
      detail: 'The microphone "x" is busy',
      remedy: 'End the other program.',
    });
  });

  test('a tone is played to its end, and the person is believed', async () => {
    for (const heard of [true, false]) {
      const { clock, loudspeaker, run } = create(false, { heard });
      const finding = run('loudspeaker-tone');
      clock.advance(2000);
      expect((await finding).verdict).toBe(heard ? 'pass' : 'fail');
      expect(loudspeaker.heard().length).toBeGreaterThan(20_000);
      expect(loudspeaker.inUse).toBe(false);
    }
  });

  test('the microphone must hear the tone, and not only the room', async () => {
    for (const [echo, verdict] of [
      [tone(1500, 1000, -40), 'pass'],
      [tone(1500, 300, -40), 'warn'],
    ] as const) {
      const { clock, microphone, run } = create(false);
      const finding = run('loudspeaker-heard');
      microphone.say(silence(500));
      await vi.waitFor(() => expect([microphone.inUse, microphone.starts]).toEqual([true, 2]));
      microphone.say(echo);
      clock.advance(2000);
      expect((await finding).verdict).toBe(verdict);
    }
  });

  test('silent plays nothing', async () => {
    const { loudspeaker, run } = create(true);
    expect(await run('loudspeaker-tone')).toMatchObject({ verdict: 'skip' });
    expect(await run('loudspeaker-heard')).toMatchObject({ verdict: 'skip' });
    expect(loudspeaker.heard()).toHaveLength(0);
  });
});
