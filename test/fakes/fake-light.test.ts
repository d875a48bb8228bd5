import { describeLight } from '../contracts/light.ts';
import { createFakeLight, type FakeLight } from './fake-light.ts';

describeLight('the fake', () => {
  let light: FakeLight | undefined;
  return Promise.resolve({
    create: () => {
      light = createFakeLight();
      return Promise.resolve(light);
    },
    lit: () => light?.lit() ?? false,
    held: () => Promise.resolve(light?.stopped === false),
    dispose: () => Promise.resolve(),
  });
});
