// A microphone that is a child process, which node-record-lpcm16 starts through a recorder of Parley's own. The
// package ends a recording with a signal and reports the exit code of that as an error, a string, on a stream; so
// its errors are ignored, and the child itself is watched.

import { fileURLToPath } from 'node:url';
import lpcm16 from 'node-record-lpcm16';
import type { Failure } from '../core/errors.ts';
import { FRAME_BYTES, Framer } from '../core/pcm.ts';
import type { Microphone, MicrophoneListener } from '../core/ports.ts';
import { bound, Child, type ChildEnd, childEnvironment } from '../system/child-process.ts';
import { cardFailure, childFailure } from './card-failure.ts';
import type { SoundCommand } from './commands.ts';

/** A card in silence delivers zeros; one that delivers nothing has stalled. */
const STALLED_AFTER_MS = 2000;

const recorder = fileURLToPath(new URL('./lpcm16-recorder.cjs', import.meta.url));

interface Session {
  readonly listener: MicrophoneListener;
  readonly framer: Framer;
  /** Set when the card is free. */
  child: Child | undefined;
  /** Nothing has arrived since the stall timer fired. */
  stalled: boolean;
}

export const createChildMicrophone = (command: SoundCommand): Microphone => {
  let current: Session | undefined;
  /** The one that uses the card: it records, or it was stopped and has not ended yet. */
  let recording: Child | undefined;
  let stallTimer: NodeJS.Timeout | undefined;

  const fail = (session: Session, failure: Failure): void => {
    current = undefined;
    clearTimeout(stallTimer);
    session.listener.failed(failure);
  };

  const record = (session: Session): void => {
    const { command: program, args } = command;
    const child: Child = new Child(program, args, {
      spawn: () => lpcm16.record({ recorder, ...bound(program, args), env: childEnvironment() }).process,
      onOutput: (chunk) => deliver(child, chunk),
      onExit: (code, signal, stderr) => childEnded(child, { code, signal, stderr }),
    });
    recording = child;
    session.child = child;
    stallTimer = setTimeout(() => checkStall(session), STALLED_AFTER_MS);
  };

  const deliver = (child: Child, chunk: Buffer): void => {
    const session = current;
    // What a child still delivers after its stop is dropped.
    if (session?.child !== child) return;
    session.stalled = false;
    stallTimer?.refresh();
    for (const frame of session.framer.split(chunk)) {
      if (current === session) session.listener.frame(frame);
    }
  };

  const childEnded = (child: Child, end: ChildEnd): void => {
    recording = undefined;
    if (current === undefined) return;
    if (current.child === child) fail(current, childFailure(command, end));
    else record(current);
  };

  const checkStall = (session: Session): void => {
    // If Parley itself was stalled, what the card has delivered meanwhile is read before this runs.
    session.stalled = true;
    setImmediate(() => {
      if (current !== session || !session.stalled) return;
      session.child?.kill();
      fail(session, cardFailure('device-stalled', command));
    });
  };

  return {
    get inUse() {
      return recording !== undefined;
    },
    start(listener) {
      if (current !== undefined) return;
      current = { listener, framer: new Framer(FRAME_BYTES), child: undefined, stalled: false };
      if (recording === undefined) record(current);
    },
    async stop() {
      current = undefined;
      clearTimeout(stallTimer);
      await recording?.stop();
    },
  };
};
