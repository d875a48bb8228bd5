// A button that a test presses. Its contacts do not bounce.

import type { Button, ButtonListener } from '../../src/core/ports.ts';
import { PressDetector } from '../../src/gpio/watched-button.ts';
import { fakeFailure } from './failure.ts';

export interface FakeButton extends Button {
  /** Between start and stop. */
  readonly on: boolean;
  press(): void;
  release(): void;
  /** The button can no longer be read. */
  fail(sentence: string, code?: string): void;
}

export const createFakeButton = (): FakeButton => {
  let listener: ButtonListener | undefined;
  let down = false;
  let presses = new PressDetector();
  const change = (to: boolean): void => {
    if (down === to) return;
    down = to;
    if (listener !== undefined && presses.edge(down)) listener.pressed();
  };
  return {
    get on() {
      return listener !== undefined;
    },
    press: () => change(true),
    release: () => change(false),
    fail(sentence, code) {
      const told = listener;
      listener = undefined;
      told?.failed(fakeFailure(sentence, code));
    },
    start(started) {
      if (listener === undefined) {
        listener = started;
        presses = new PressDetector();
      }
      return Promise.resolve();
    },
    stop() {
      listener = undefined;
      return Promise.resolve();
    },
  };
};
