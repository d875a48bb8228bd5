// Louder and quieter, by voice. People mostly ask for a change ("a bit louder") and the service does not know the
// volume: it may give a change, and gets the new volume.

import pLimit from 'p-limit';
import { ToolError } from '../../core/errors.ts';
import { type Volume, withinPercent } from '../../core/volume.ts';
import type { Tool, ToolArguments } from '../tool.ts';

const TIMEOUT_MS = 5000;

const wholeNumber = (value: unknown, name: string, min: number, max: number): number => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw new ToolError('volume-invalid', `${name} must be a whole number from ${min} to ${max}.`);
  return value;
};

/** From the present volume to the new one. */
const changeOf = ({
  percent,
  change: given,
}: ToolArguments): ((now: () => Promise<number>) => Promise<number>) => {
  // Some models fill in what they do not mean.
  const change = percent !== undefined && given === 0 ? undefined : given;
  if ((percent === undefined) === (change === undefined))
    throw new ToolError(
      'volume-ambiguous',
      'Either percent, for a volume, or change, for louder or quieter, must be given.',
    );
  if (percent !== undefined) {
    const target = wholeNumber(percent, 'percent', 0, 100);
    return () => Promise.resolve(target);
  }
  const by = wholeNumber(change, 'change', -100, 100);
  return async (now) => withinPercent((await now()) + by);
};

const setDescription =
  'Sets how loud this speaker is. Use it whenever the user wants it louder, quieter, silent, or at a volume. ' +
  'Give exactly one of percent and change: "louder" is change 10, "a bit louder" change 5, "much louder" ' +
  'change 25, "quieter" change -10; "volume 4 of 10" or "40 percent" is percent 40, "as loud as you can" percent 100. ' +
  'Gives the volume from now on in percent. Afterwards say a word or two only, so that the user hears it.';

const getDescription =
  'Gives how loud this speaker is, in percent: 0 is silent, 100 as loud as it can be. Only for when the user ' +
  'asks for it: set_volume finds the present volume by itself.';

export const volumeTools = (volume: Volume): Tool[] => {
  // One at a time: of two changes at the same time, one would be lost.
  const inTurn = pLimit(1);
  const result = (percent: number) => ({ output: JSON.stringify({ percent }) });
  return [
    {
      name: 'set_volume',
      description: setDescription,
      parameters: {
        type: 'object',
        properties: {
          percent: { type: 'integer', minimum: 0, maximum: 100, description: 'The volume to set.' },
          change: {
            type: 'integer',
            minimum: -100,
            maximum: 100,
            description: 'How much louder, or, below 0, quieter than now.',
          },
        },
        additionalProperties: false,
      },
      timeoutMs: TIMEOUT_MS,
      run: async (args, signal) => {
        const newVolume = changeOf(args);
        return inTurn(async () => {
          signal.throwIfAborted();
          return result(await volume.set(await newVolume(() => volume.get(signal)), signal));
        });
      },
    },
    {
      name: 'get_volume',
      description: getDescription,
      parameters: { type: 'object', properties: {}, additionalProperties: false },
      timeoutMs: TIMEOUT_MS,
      run: (_args, signal) => inTurn(async () => result(await volume.get(signal))),
    },
  ];
};
