// The tests inside the virtual Pi. One scenario a boot, named by `rig.scenario=NAME` on the kernel's command
// line, or by the first word for whoever runs it by hand; `list` prints them. node:test does the rest: TAP to
// wherever --test-reporter-destination says, exit code 1 where a test failed.

import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { conversations } from './conversation.ts';
import { killed } from './killed.ts';
import { DARK_LIGHT, darkLight, negativeControl } from './negative-control.ts';
import { beParrot, PARROT } from './parrot-process.ts';
import { secrecy } from './secrecy.ts';
import { stop } from './stop.ts';
import { surroundings } from './surroundings.ts';

const scenarios: Readonly<Record<string, () => void>> = {
  conversation: conversations,
  secrecy,
  faults: killed,
  surroundings,
  stop,
  'negative-control': negativeControl,
};

const fromKernel = (): string =>
  /(?:^|\s)rig\.scenario=(\S+)/.exec(readFileSync('/proc/cmdline', 'utf8'))?.[1] ?? '';

const [word = fromKernel(), ...words] = process.argv.slice(2);
if (word === PARROT) {
  await beParrot((await text(process.stdin)).trim(), words.includes('thoughtful'));
} else if (word === 'list') {
  process.stdout.write(`${Object.keys(scenarios).join('\n')}\n`);
} else {
  const scenario = word === DARK_LIGHT ? darkLight : scenarios[word];
  if (scenario === undefined) {
    process.stderr.write(
      `rig: there is no scenario "${word}"; there is ${Object.keys(scenarios).join(', ')}\n`,
    );
    process.exitCode = 64;
  } else scenario();
}
