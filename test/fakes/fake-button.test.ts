import { expect, it } from 'vitest';
import { describeButton } from '../contracts/button.ts';
import { createFakeButton } from './fake-button.ts';

describeButton('the fake', () => {
  const button = createFakeButton();
  return Promise.resolve({
    button,
    press: button.press,
    release: button.release,
    debounceMs: 60,
    bounce: (ending) => (ending === 'pressed' ? button.press() : button.release()),
    watched: () => Promise.resolve(button.on),
    occupy: undefined,
    dispose: () => Promise.resolve(),
  });
});

it('fails when told to', () => {
  const button = createFakeButton();
  const codes: string[] = [];
  button.start({ pressed: () => undefined, failed: ({ code }) => codes.push(code) });
  button.fail('The wire is cut.', 'line-failed');
  button.fail('The wire is cut.', 'line-failed');
  expect(codes).toEqual(['line-failed']);
});
