// The tables of the pages, made from the sources: what a table says cannot differ from what the program does.

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { createProgram } from '../../src/commands/program.ts';
import {
  type Event,
  events,
  outputs,
  type Phase,
  phases,
  type Transition,
  transitions,
} from '../../src/core/conversation.ts';
import { checkTable } from '../../src/doctor/check.ts';
import { type LightShape, lightPatterns } from '../../src/gpio/light-patterns.ts';
import { keyRows, keyTables } from './key-table.ts';

type Cells = readonly string[];

const table = (head: Cells, rows: readonly Cells[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const phaseTable = (): string =>
  table(
    ['phase', 'status', 'light', 'connection', 'microphone', 'loudspeaker', 'tick', 'limit'],
    phases.map((phase) => {
      const { status, light, connection, microphone, loudspeaker, progressTick, limit } = outputs[phase];
      return [phase, status, light, connection, microphone, loudspeaker, progressTick, limit ?? '-'];
    }),
  );

/** "thinking, interruptReply", with every event that makes this transition. */
const rowOf = (row: Readonly<Partial<Record<Event, Transition>>>): string => {
  const causes = new Map<string, Event[]>();
  for (const event of events) {
    const transition = row[event];
    if (transition === undefined) continue;
    const { to, effect } = transition;
    const target = effect === undefined ? to : `${to} (${effect})`;
    causes.set(target, [...(causes.get(target) ?? []), event]);
  }
  return [...causes].map(([target, names]) => `${names.join(', ')} → ${target}`).join('; ');
};

const transitionTable = (): string =>
  table(
    ['from', 'events → next phase (effect)'],
    phases.map((phase) => [phase, rowOf(transitions['hang-up'][phase])]),
  );

const differs = (phase: Phase): boolean =>
  rowOf(transitions['hang-up'][phase]) !== rowOf(transitions.interrupt[phase]);

const interruptTable = (): string =>
  table(
    ['from', 'buttonPressed → next phase (effect)'],
    phases
      .filter(differs)
      .map((phase) => [
        phase,
        rowOf({ buttonPressed: transitions.interrupt[phase].buttonPressed ?? { to: phase } }),
      ]),
  );

/** "50 on, 2950 off": milliseconds, repeated. */
const timesOf = (shape: LightShape): string =>
  typeof shape === 'string'
    ? 'steady'
    : shape.map((ms, at) => `${ms} ${at % 2 === 0 ? 'on' : 'off'}`).join(', ');

const lightTable = (): string =>
  table(
    ['pattern', 'what a person sees', 'milliseconds', 'status'],
    (Object.keys(lightPatterns) as (keyof typeof lightPatterns)[]).map((pattern) => {
      const statuses = phases
        .filter((phase) => outputs[phase].light === pattern)
        .map((phase) => outputs[phase].status);
      const { shape, description } = lightPatterns[pattern];
      return [pattern, description, timesOf(shape), [...new Set(statuses)].join(', ')];
    }),
  );

const rowsOfCommand = (command: Command, before: string): string[][] => {
  const name = `${before} ${command.name()}`;
  const words = [
    name,
    ...command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`)),
  ];
  const options = command.options.map(({ flags, description }) => `\`${flags}\` ${description}`);
  const below = command.commands.flatMap((one) => rowsOfCommand(one, name));
  // A command with subcommands and no action only groups them.
  const isGroup = below.length > 0 && options.length === 0;
  return [
    ...(isGroup ? [] : [[`\`${words.join(' ')}\``, command.description(), options.join('; ')]]),
    ...below,
  ];
};

const commandTable = (): string => {
  const program = createProgram({ version: '', root: '' }, () => Promise.resolve());
  const rows = program.commands.flatMap((command) => rowsOfCommand(command, 'parley'));
  return table(
    ['command', 'what it does', 'options'],
    rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|'))),
  );
};

const checksTable = (): string =>
  table(
    ['check', 'what it looks at'],
    Object.values(checkTable).map(({ title, looksAt }) => [title, looksAt]),
  );

const configurationKeys = (): string => keyTables(keyRows(readFileSync('config/parley.toml', 'utf8')));

/** Every table by the name that stands in its marker. */
export const tables: Readonly<Record<string, () => string>> = {
  phases: phaseTable,
  transitions: transitionTable,
  interrupt: interruptTable,
  'light patterns': lightTable,
  commands: commandTable,
  'doctor checks': checksTable,
  'configuration keys': configurationKeys,
};
