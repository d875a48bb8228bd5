// The tests inside the virtual Pi. A run has one scenario, which the host names (`from-host`), or the first word
// when it is started by hand; `list` prints all of them, `list --short` those that every change is tested with.
// `configure` prepares the installed configuration for emulation, when the image is made.
// node:test does the rest: TAP to wherever --test-reporter-destination says, exit code 1 where a test failed.

import { bootTests } from './boot.ts';
import { configureForEmulation } from './configuration.ts';
import { conversationTest } from './conversation.ts';
import { doctorTests } from './doctor.ts';
import { environmentFailureTests } from './environment-failures.ts';
import { scenarioFromHost } from './host.ts';
import { DISABLED_LIGHT, disabledLightTests, negativeControlTest } from './negative-control.ts';
import { PARROT, parrotProcess, runParrot } from './parrot-process.ts';
import { afterCutAfterTimer, afterCutInUpgrade, cutPowerAfterTimer, cutPowerInUpgrade } from './power-cut.ts';
import { processFailureTests } from './process-failures.ts';
import { secrecyTests } from './secrecy.ts';
import { stopTests } from './stop.ts';
import { toolTests } from './tools.ts';
import { uninstallTests } from './uninstall.ts';
import { property } from './unit.ts';
import { refusalTests, upgradeTests } from './upgrade.ts';

interface Scenario {
  readonly run: () => void;
  /** In the next boot, for one that requests a power cut. */
  readonly afterPowerCut?: () => void;
  /** Part of the short set. */
  readonly short?: boolean;
}

const gpiod = { button: 'gpiod', light: 'gpiod' } as const;
const onoff = { button: 'onoff', light: 'onoff' } as const;

const scenarios: Readonly<Record<string, Scenario>> = {
  'conversation-gpiod-aplay': {
    run: () => {
      bootTests();
      conversationTest({ ...gpiod, loudspeaker: 'aplay' });
    },
    short: true,
  },
  'conversation-onoff-speaker': {
    run: () => conversationTest({ ...onoff, loudspeaker: 'speaker' }),
    short: true,
  },
  'conversation-gpiod-speaker': { run: () => conversationTest({ ...gpiod, loudspeaker: 'speaker' }) },
  'conversation-onoff-aplay': { run: () => conversationTest({ ...onoff, loudspeaker: 'aplay' }) },
  secrecy: { run: secrecyTests },
  'process-failures': { run: processFailureTests },
  'environment-failures': { run: environmentFailureTests },
  stop: { run: stopTests },
  tools: { run: toolTests },
  doctor: { run: doctorTests },
  upgrade: { run: upgradeTests, short: true },
  'setup-refusals': { run: refusalTests },
  'power-cut-preparing': {
    run: () => cutPowerInUpgrade('==> Putting release'),
    afterPowerCut: afterCutInUpgrade,
  },
  'power-cut-switching': {
    run: () => cutPowerInUpgrade('==> Switching to release'),
    afterPowerCut: afterCutInUpgrade,
    short: true,
  },
  'power-cut-starting': {
    run: () => cutPowerInUpgrade('==> Starting the service'),
    afterPowerCut: afterCutInUpgrade,
  },
  'power-cut-timer': { run: cutPowerAfterTimer, afterPowerCut: afterCutAfterTimer },
  uninstall: { run: uninstallTests, short: true },
  'negative-control': { run: negativeControlTest, short: true },
};

const find = (name: string): (() => void) | undefined => {
  if (name === DISABLED_LIGHT) return disabledLightTests;
  const [, cut] = /^after-(.*)$/.exec(name) ?? [];
  return cut === undefined ? scenarios[name]?.run : scenarios[cut]?.afterPowerCut;
};

const declare = (name: string): void => {
  const scenario = find(name);
  if (scenario !== undefined) {
    scenario();
    return;
  }
  process.stderr.write(`rig: no scenario is called "${name}": ${Object.keys(scenarios).join(', ')}\n`);
  process.exitCode = 64;
};

const list = (short: boolean): void => {
  for (const [name, scenario] of Object.entries(scenarios))
    if (!short || scenario.short === true) process.stdout.write(`${name}\n`);
};

// Progress is for the console: one that hangs up costs nothing but its lines.
process.stderr.on('error', () => undefined);

const [word = '', option] = process.argv.slice(2);
if (word === PARROT) await runParrot();
else if (word === 'list') list(option === '--short');
else if (word === 'configure') configureForEmulation();
else if (word === 'from-host') {
  await parrotProcess().ready();
  declare(await scenarioFromHost(await property('ActiveState')));
} else declare(word);
