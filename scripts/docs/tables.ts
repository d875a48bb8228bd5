// The tables of the pages, made from the sources: what a table says cannot differ from what the program does.

import {
  type Event,
  events,
  outputs,
  type Phase,
  phases,
  type Transition,
  transitions,
} from '../../src/core/conversation.ts';

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

/** Every table by the name that stands in its marker. */
export const tables: Readonly<Record<string, () => string>> = {
  phases: phaseTable,
  transitions: transitionTable,
  interrupt: interruptTable,
};
