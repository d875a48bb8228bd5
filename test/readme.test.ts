// What README says of the rules, held against the rules.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { events, type LightPattern, outputs, phases, transitions } from '../src/core/conversation.ts';

const page = readFileSync('README.md', 'utf8');

/** The cells of every table row that begins with this cell. */
const rows = (first: string): string[][] =>
  page
    .split('\n')
    .filter((line) => line.startsWith(`| ${first} |`))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

const lightNames: Readonly<Record<LightPattern, string>> = {
  off: 'off',
  blip: 'blip',
  fastBlink: 'fast blink',
  solid: 'solid',
  slowBlink: 'slow blink',
  heartbeat: 'heartbeat',
  longShort: 'long and short',
  evenBlink: 'even blink',
  alarm: 'alarm',
};

describe.each(phases)('what the page says of %s', (phase) => {
  const [doing = [], going = []] = rows(phase);

  test('what the hardware does', () => {
    const { light, connection, microphone, loudspeaker } = outputs[phase];
    expect(doing.slice(1, 5).map((cell) => cell.replace(' (pre-roll)', ''))).toEqual([
      lightNames[light],
      connection,
      microphone,
      loudspeaker,
    ]);
  });

  test('every event that leads on, and none that does not', () => {
    const [, words = ''] = going;
    for (const event of events) {
      const transition = transitions['hang-up'][phase][event];
      const common = event === 'failure' || (event === 'timeout' && transition?.to === 'failed');
      expect([event, words.includes(event)]).toEqual([event, transition !== undefined && !common]);
    }
  });

  test('its status stands in the table of the light', () => {
    expect(page).toContain(outputs[phase].status);
  });
});

test('its links lead somewhere', () => {
  const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link ?? '');
  expect(links.length).toBeGreaterThan(2);
  for (const link of links) expect([link, existsSync(link)]).toEqual([link, true]);
});

test('each dependency has its reason', () => {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: object;
    optionalDependencies: object;
  };
  const why = page.slice(page.indexOf('## Why so'), page.indexOf('## Working on it'));
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
    expect(why).toContain(`\`${name}\``);
});
