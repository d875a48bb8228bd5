import type { Check, Finding, Verdict } from '../../../src/doctor/check.ts';
import type { Machine } from '../../../src/doctor/checks/machine.ts';
import type { UserDialog } from '../../../src/doctor/user-dialog.ts';
import { findingOn, type Parts } from '../fake-machine.ts';

/** One situation, and the finding that it must lead to. */
export interface Case {
  readonly verdict: Verdict;
  readonly code: string;
  readonly name: string;
  find(): Finding | Promise<Finding>;
}

/** Situations of one check on machines with these parts: verdict, code, name, parts. */
export const casesOn = (
  create: (machine: Machine) => Check | Promise<Check>,
  rows: readonly (readonly [Verdict, string, string, Parts])[],
): Case[] =>
  rows.map(([verdict, code, name, parts]) => ({
    verdict,
    code,
    name,
    find: () => findingOn(parts, create),
  }));

/** Everything that the checks have told or asked a person. */
export const dialogTexts = new Set<string>();

/** A person at the terminal who gives this answer; undefined: there is no terminal. */
export const createDialog = (answer: boolean | undefined): UserDialog | undefined =>
  answer === undefined
    ? undefined
    : {
        say: (text) => void dialogTexts.add(text),
        confirm: (question) => {
          dialogTexts.add(question);
          return Promise.resolve(answer);
        },
      };
