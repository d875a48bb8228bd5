import { expect, it } from 'vitest';
import { describeButton } from '../contracts/button.ts';
import { createFakeButton } from './fake-button.ts';

describeButton('the fake', () => {
  const button = createFakeButton();
  return Promise.resolve({
    button,
    press: button.press,
    release: button.release,
    bounce: (ending) => (ending === 'pressed' ? button.press() : button.release()),
    watched: () => Promise.resolve(button.on),
    occupy: undefined,
    dispose: () => Promise.resolve(),
  });
});

it('fails when told to', () => {
  const button = createFakeButton();
  const sentences: string[] = [];
  button.start({ pressed: () => undefined, failed: (sentence) => sentences.push(sentence) });
  button.fail('The wire is cut.');
  button.fail('The wire is cut.');
  expect(sentences).toEqual(['The wire is cut.']);
});
