import type { Check, Finding, Verdict } from '../../../src/doctor/check.ts';
import type { Machine } from '../../../src/doctor/checks/machine.ts';
import type { UserDialog } from '../../../src/doctor/user-dialog.ts';
import { findingOn, type Parts } from '../fake-machine.ts';

/** The verdict and the code to expect, the situation (where a code has several), and how to get the finding. */
export type Case = readonly [Verdict, string, string, () => Finding | Promise<Finding>];

/** Situations of one check on machines with these parts. */
export const casesOn = (
  create: (machine: Machine) => Check | Promise<Check>,
  rows: readonly (readonly [Verdict, string, string, Parts])[],
): Case[] =>
  rows.map(([verdict, code, name, parts]) => [verdict, code, name, () => findingOn(parts, create)]);

/** Runs the check of this id. */
export const runById = (checks: readonly Check[], id: string): Promise<Finding> => {
  const check = checks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  if (check.prompt !== undefined) dialogTexts.add(check.prompt);
  return check.run();
};

/** Everything that the checks have printed for a person. */
export const dialogTexts = new Set<string>();

/** A person at the terminal who gives this answer; undefined: there is no terminal. */
export const createDialog = (answer: boolean | undefined): UserDialog | undefined => {
  if (answer === undefined) return undefined;
  const say = (text: string): void => void dialogTexts.add(text);
  const confirm = async (question: string): Promise<boolean> => {
    say(question);
    return answer;
  };
  return { say, confirm };
};
