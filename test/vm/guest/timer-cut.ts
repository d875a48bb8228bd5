// A timer, and the power is cut as soon as Parley has said that it is set: it rings at the next boot.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openHouse } from './house.ts';
import { say } from './room.ts';
import { stepsOf } from './steps.ts';
import { begin } from './talk.ts';
import { tellHost } from './tell-host.ts';
import { speak } from './voice.ts';
import { becomes, PATIENCE_MS } from './waiting.ts';

export const timerCut = (): void => {
  test('the host cuts the power when a timer is set', async () => {
    const house = await openHouse();
    const eggs = { name: 'set_timer', arguments: '{"name":"eggs","seconds":20}' };
    await house.newParrot([{ turn: 1, calls: [eggs] }]);
    await begin(house);
    const { mark } = house.journal;
    await Promise.all([
      say(speak(1500, house.nextSeed)),
      house.journal.line(mark, ({ msg }) => msg === 'Called set_timer', 'the timer to be set'),
    ]);
    tellHost('timer: ==> Set');
    await delay(PATIENCE_MS);
    assert.fail('the power is still on');
  });
};

export const afterTimerCut = (): void => {
  test('after the power cut', async (context) => {
    // Whoever restarts Parley here ends the ringing with it, and it begins anew.
    const house = await openHouse();
    context.after(() => house.close());
    const { step } = stepsOf(context);
    await step('it rings, and says how late', async () => {
      await house.journal.phase(0, 'ringing');
      await becomes(() => house.ear.soundingSamples > 20_000, 'the ringing to be heard');
      const late = /^The timer "eggs" rings .* late: Parley was off when it was due\.$/;
      await house.journal.line(0, ({ msg = '' }) => late.test(msg), 'a line on how late');
    });
    await step('until the button is pressed', async () => {
      const pressed = await house.button.press();
      await house.journal.phase(pressed, 'idle');
    });
  });
};
