// The tests inside the virtual Pi. The host names the scenarios of a run (`from-host`), or the first word does when
// it is started by hand; `list` prints the runs of the full set, `list --short` those of the short one.
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
}

const gpiod = { button: 'gpiod', light: 'gpiod' } as const;
const onoff = { button: 'onoff', light: 'onoff' } as const;

const scenarios: Readonly<Record<string, Scenario>> = {
  boot: { run: bootTests },
  'conversation-gpiod-aplay': { run: () => conversationTest({ ...gpiod, loudspeaker: 'aplay' }) },
  'conversation-gpiod-speaker': { run: () => conversationTest({ ...gpiod, loudspeaker: 'speaker' }) },
  'conversation-onoff-aplay': { run: () => conversationTest({ ...onoff, loudspeaker: 'aplay' }) },
  'conversation-onoff-speaker': { run: () => conversationTest({ ...onoff, loudspeaker: 'speaker' }) },
  'negative-control': { run: negativeControlTest },
  secrecy: { run: secrecyTests },
  'process-failures': { run: processFailureTests },
  'environment-failures': { run: environmentFailureTests },
  stop: { run: stopTests },
  tools: { run: toolTests },
  doctor: { run: doctorTests },
  upgrade: { run: upgradeTests },
  'setup-refusals': { run: refusalTests },
  uninstall: { run: uninstallTests },
  'power-cut-preparing': {
    run: () => cutPowerInUpgrade('==> Building release'),
    afterPowerCut: afterCutInUpgrade,
  },
  'power-cut-switching': {
    run: () => cutPowerInUpgrade('==> Switching to release'),
    afterPowerCut: afterCutInUpgrade,
  },
  'power-cut-starting': {
    run: () => cutPowerInUpgrade('==> Starting and checking the service'),
    afterPowerCut: afterCutInUpgrade,
  },
  'power-cut-timer': { run: cutPowerAfterTimer, afterPowerCut: afterCutAfterTimer },
};

/**
 * The runs of each set, the longest first. Scenarios that do not disturb each other share a run, because the
 * emulator has to translate all programs again in each.
 */
const sets = {
  short: [
    'boot+conversation-gpiod-aplay+conversation-onoff-speaker+negative-control+uninstall',
    'power-cut-switching',
    'upgrade',
  ],
  full: [
    'process-failures+stop',
    'environment-failures+doctor',
    'boot+conversation-gpiod-aplay+conversation-gpiod-speaker+conversation-onoff-aplay+conversation-onoff-speaker+negative-control',
    'secrecy+uninstall',
    'power-cut-preparing',
    'power-cut-switching',
    'power-cut-starting',
    'tools',
    'upgrade+setup-refusals',
    'power-cut-timer',
  ],
} as const;

const AFTER = 'after-';

const find = (name: string): (() => void) | undefined => {
  if (name === DISABLED_LIGHT) return disabledLightTests;
  return name.startsWith(AFTER) ? scenarios[name.slice(AFTER.length)]?.afterPowerCut : scenarios[name]?.run;
};

/** @param names one scenario, or several with "+" between them */
const declare = (names: string): void => {
  for (const name of names.split('+')) {
    const scenario = find(name);
    if (scenario === undefined) {
      process.stderr.write(`rig: no scenario is called "${name}": ${Object.keys(scenarios).join(', ')}\n`);
      process.exitCode = 64;
    } else scenario();
  }
};

// Progress is for the console: one that hangs loses only its lines.
process.stderr.on('error', () => undefined);

const [word = '', option] = process.argv.slice(2);
if (word === PARROT) await runParrot();
else if (word === 'list')
  process.stdout.write(`${sets[option === '--short' ? 'short' : 'full'].join('\n')}\n`);
else if (word === 'configure') configureForEmulation();
else if (word === 'from-host') {
  await parrotProcess().ready();
  declare(await scenarioFromHost(await property('ActiveState')));
} else declare(word);
