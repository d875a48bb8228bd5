import type { Case } from './case.ts';
import { cases as gpio } from './gpio.ts';
import { cases as machine } from './machine.ts';
import { cases as network } from './network.ts';
import { cases as program } from './program.ts';
import { cases as skipped } from './skipped.ts';
import { cases as sound } from './sound.ts';

/** Every situation whose finding is tested and whose sentences are kept in the snapshot. */
export const allCases: readonly Case[] = [...program, ...skipped, ...network, ...sound, ...gpio, ...machine];
