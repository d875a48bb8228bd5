// The tests inside the virtual Pi. One scenario a boot (or several, with commas), named by `rig.scenario=NAME`
// on the kernel's command line, or by the first word for whoever runs it by hand; `list` prints them.
// node:test does the rest: TAP to wherever --test-reporter-destination says, exit code 1 where a test failed.

import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { conversations } from './conversation.ts';
import { examined } from './doctor.ts';
import { killed } from './killed.ts';
import { DARK_LIGHT, darkLight, negativeControl } from './negative-control.ts';
import { beParrot, PARROT } from './parrot-process.ts';
import { afterPowerCut, powerCut } from './power-cut.ts';
import { secrecy } from './secrecy.ts';
import { stop } from './stop.ts';
import { surroundings } from './surroundings.ts';
import { afterTimerCut, timerCut } from './timer-cut.ts';
import { toolSet } from './tools.ts';
import { uninstall } from './uninstall.ts';
import { upgrade } from './upgrade.ts';

const scenarios: Readonly<Record<string, () => void>> = {
  conversation: conversations,
  secrecy,
  faults: killed,
  surroundings,
  stop,
  tools: toolSet,
  doctor: examined,
  upgrade,
  'power-cut': powerCut,
  'after-power-cut': afterPowerCut,
  'timer-cut': timerCut,
  'after-timer-cut': afterTimerCut,
  uninstall,
  'negative-control': negativeControl,
};

const fromKernel = (): string =>
  /(?:^|\s)rig\.scenario=(\S+)/.exec(readFileSync('/proc/cmdline', 'utf8'))?.[1] ?? '';

const unknown = (name: string) => (): void => {
  process.stderr.write(`rig: no scenario is called "${name}": ${Object.keys(scenarios).join(', ')}\n`);
  process.exitCode = 64;
};

const declare = (name: string): void => {
  const scenario = name === DARK_LIGHT ? darkLight : (scenarios[name] ?? unknown(name));
  scenario();
};

// Progress is for whoever looks on: a console that hangs up costs nothing but its lines.
process.stderr.on('error', () => undefined);

const [word = fromKernel()] = process.argv.slice(2);
if (word === PARROT) {
  await beParrot(await text(process.stdin));
} else if (word === 'list') {
  process.stdout.write(`${Object.keys(scenarios).join('\n')}\n`);
} else {
  for (const name of word.split(',')) declare(name);
}
