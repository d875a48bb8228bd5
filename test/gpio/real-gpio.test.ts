// The same contracts with the real kernel, its gpio-sim and the real tools, where present:
//   PARLEY_GPIO_CHIP=pinctrl-bcm2711 PARLEY_GPIO_SIM=/sys/devices/platform/gpio-sim.0/gpiochip0

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createButton, createLight } from '../../src/gpio/backend.ts';
import { findSysfsChip } from '../../src/gpio/chip.ts';
import { createGpiodLight } from '../../src/gpio/gpiod-light.ts';
import { runTool } from '../../src/gpio/gpiod-tools.ts';
import { describeButton } from '../contracts/button.ts';
import { describeLight } from '../contracts/light.ts';
import { createFakeLog } from '../fakes/fake-log.ts';

const chip = process.env['PARLEY_GPIO_CHIP'] ?? '';
const sim = process.env['PARLEY_GPIO_SIM'];

const pull = (direction: 'up' | 'down'): void => writeFileSync(`${sim}/sim_gpio17/pull`, `pull-${direction}`);
const gpioinfo = async (line: number): Promise<string> => {
  const name = sim?.split('/').at(-1) ?? '';
  return (await runTool('gpioinfo', ['--chip', name, String(line)])).stdout;
};
const log = createFakeLog();

for (const backend of sim === undefined ? [] : (['gpiod', 'onoff'] as const)) {
  describeButton(`${backend} on the kernel's gpio-sim`, async () => {
    pull('up');
    return {
      button: await createButton({ backend, chip, gpio: 17, activeLow: true, debounceMs: 100 }, log),
      press: () => pull('down'),
      release: () => pull('up'),
      debounceMs: 100,
      bounce: (ending) => {
        for (let change = 0; change < 6; change += 1) pull(change % 2 === 0 ? 'down' : 'up');
        pull(ending === 'pressed' ? 'down' : 'up');
      },
      watched: async () => (await gpioinfo(17)).includes('consumer='),
      occupy: async () => {
        const line = { chip: `/dev/${sim?.split('/').at(-1)}`, gpio: 17, activeLow: false };
        const other = await createGpiodLight(line, log);
        return () => other.stop();
      },
      dispose: () => Promise.resolve(),
    };
  });

  describeLight(`${backend} on the kernel's gpio-sim`, () =>
    Promise.resolve({
      create: () => createLight({ backend, chip, gpio: 27, activeLow: false }, log),
      lit: () => readFileSync(`${sim}/sim_gpio27/value`, 'utf8').trim() === '1',
      held: async () => (await gpioinfo(27)).includes('consumer='),
      dispose: () => Promise.resolve(),
    }),
  );
}

// The kernel does not report it, so the button does nothing until its next start; it must not crash.
it.skipIf(sim === undefined)('survives when another program unexports the pin', async () => {
  const found = findSysfsChip('/sys/class/gpio', chip);
  const pin = 'chip' in found ? found.chip.base + 17 : expect.fail(found.reason);
  const button = await createButton(
    { backend: 'onoff', chip, gpio: 17, activeLow: true, debounceMs: 10 },
    log,
  );
  const pressed = () =>
    new Promise<void>((resolve, reject) => {
      void button
        .start({ pressed: resolve, failed: ({ sentence }) => reject(new Error(sentence)) })
        .then(() => {
          if (!existsSync(`/sys/class/gpio/gpio${pin}`)) reject(new Error('not exported'));
          pull('down');
        });
    });
  pull('up');
  await pressed();
  writeFileSync('/sys/class/gpio/unexport', String(pin));
  pull('up');
  await button.stop();
  await pressed();
  await button.stop();
});
