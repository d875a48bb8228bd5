// A volume without a sound card, and what stays after it: the card and the stored volume, which another one may get.

import { ToolError } from '../../src/core/errors.ts';
import { type Volume, withinPercent } from '../../src/core/volume.ts';

export interface FakeVolumeState {
  percent: number;
  muted: boolean;
  remembered: number | undefined;
  /** Nothing can be remembered. */
  diskFull: boolean;
  /** What a call fails with from now on. */
  failure: string | undefined;
}

export interface FakeVolume extends Volume {
  readonly state: FakeVolumeState;
}

export const createFakeVolume = (given: Partial<FakeVolumeState> = {}): FakeVolume =>
  volumeOn({
    percent: 50,
    muted: false,
    remembered: undefined,
    diskFull: false,
    failure: undefined,
    ...given,
  });

/** Another one on what is there, as after a restart. */
export const volumeOn = (state: FakeVolumeState): FakeVolume => {
  const check = (signal?: AbortSignal): void => {
    signal?.throwIfAborted();
    if (state.failure !== undefined) throw new ToolError('volume-failed', state.failure);
  };
  const setCard = (percent: number): number => {
    state.percent = withinPercent(percent);
    if (percent > 0) state.muted = false;
    return state.muted ? 0 : state.percent;
  };
  return {
    state,
    get: async (signal) => {
      check(signal);
      return state.muted ? 0 : state.percent;
    },
    set: async (percent, signal) => {
      check(signal);
      const taken = setCard(percent);
      if (!state.diskFull) state.remembered = state.percent;
      return taken;
    },
    restore: async () => {
      if (state.remembered !== undefined && state.failure === undefined) setCard(state.remembered);
    },
  };
};
