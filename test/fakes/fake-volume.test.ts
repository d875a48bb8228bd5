import { describeVolume } from '../contracts/volume.ts';
import { createFakeVolume, volumeOn } from './fake-volume.ts';

describeVolume('the fake', () => {
  const { state } = createFakeVolume();
  return Promise.resolve({
    create: () => volumeOn(state),
    card: () => Promise.resolve({ percent: state.percent, muted: state.muted }),
    turn: (percent) => {
      state.percent = percent;
      return Promise.resolve();
    },
    mute: () => {
      state.muted = true;
      return Promise.resolve();
    },
    fillDisk: () => {
      state.diskFull = true;
    },
    unplug: () => {
      state.failure = 'There is no card: plug it in.';
      return Promise.resolve();
    },
    dispose: () => Promise.resolve(),
  });
});
