// Timers with events in any order: set, cancel, dismiss, time, crashes, clocks that are set, a full disk. The
// invariants hold after every step.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import {
  DAY_MS,
  diskFull,
  type Kitchen,
  makeFolder,
  removeFolder,
  startKitchen,
  storedIn,
  WALL_MS,
} from './state.ts';

const ms = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: DAY_MS }));

const move = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), ms: ms.map((each) => each + 1000) }),
  fc.record({ kind: fc.constantFrom('advance' as const, 'crash' as const), ms }),
  fc.record({ kind: fc.constant('step' as const), ms: fc.integer({ min: -DAY_MS, max: DAY_MS }) }),
  fc.record({ kind: fc.constant('cancel' as const), index: fc.nat(9) }),
  fc.record({ kind: fc.constantFrom('dismiss' as const, 'fullDisk' as const, 'freeDisk' as const) }),
);
type Move = typeof move extends fc.Arbitrary<infer Each> ? Each : never;

/** What must be true of the timers, as a model. */
class Walk {
  readonly #folder: string;
  readonly #alive = new Map<string, { readonly due: number | undefined }>();
  /** Dismissed in this process, but still in the file, which could not be written. */
  #onlyInFile = new Set<string>();
  readonly #ended = new Set<string>();
  #kitchen: Kitchen;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#kitchen = startKitchen(folder, WALL_MS);
  }

  take(one: Move): void {
    const { timers, clock, store, wallNow, setWall } = this.#kitchen;
    if (one.kind === 'set') this.#set(one.ms);
    else if (one.kind === 'cancel') this.#cancel(one.index);
    else if (one.kind === 'advance') clock.advance(one.ms);
    else if (one.kind === 'crash') this.#crash(one.ms);
    else if (one.kind === 'dismiss') this.#dismiss();
    else if (one.kind === 'step') {
      setWall(wallNow() + one.ms);
      timers.clockStepped();
    } else store.failure = one.kind === 'fullDisk' ? diskFull() : undefined;
    this.check();
  }

  check(): void {
    const { timers, clock } = this.#kitchen;
    const listed = timers.list();
    expect(listed.map(({ name }) => name).sort()).toEqual([...this.#alive.keys()].sort());
    const ringing = listed.filter(({ remainingMs }) => remainingMs === 0);
    expect(timers.due() !== undefined).toBe(ringing.length > 0);
    for (const { name, remainingMs } of listed) {
      const due = this.#alive.get(name)?.due;
      if (due !== undefined) expect(remainingMs).toBe(Math.max(0, due - clock.now()));
    }
    expect(clock.waiting).toBe(listed.length > ringing.length ? 1 : 0);
  }

  /** Every timer that is left rings in the end. */
  finish(): void {
    this.#kitchen.clock.advance(8 * DAY_MS);
    this.check();
    expect(this.#kitchen.timers.list().every(({ remainingMs }) => remainingMs === 0)).toBe(true);
  }

  #succeeds(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(ToolError);
      return false;
    }
  }

  #set(durationMs: number): void {
    this.#count += 1;
    const name = `timer ${this.#count}`;
    const { timers, clock, store } = this.#kitchen;
    const isSet = this.#succeeds(() => timers.set({ name, durationMs }));
    expect(isSet).toBe(store.failure === undefined);
    if (!isSet) return;
    this.#alive.set(name, { due: clock.now() + durationMs });
    this.#onlyInFile.clear();
  }

  #cancel(index: number): void {
    const name = [...this.#alive.keys()][index];
    if (name === undefined || !this.#succeeds(() => this.#kitchen.timers.cancel(name))) return;
    this.#onlyInFile.clear();
    this.#leave(name);
  }

  #dismiss(): void {
    const { timers, store } = this.#kitchen;
    const ringing = timers.list().filter(({ remainingMs }) => remainingMs === 0);
    timers.dismiss();
    for (const { name } of ringing) {
      this.#leave(name);
      if (store.failure !== undefined) this.#onlyInFile.add(name);
    }
    if (ringing.length > 0 && store.failure === undefined) this.#onlyInFile.clear();
  }

  #leave(name: string): void {
    this.#alive.delete(name);
    expect(this.#ended.has(name)).toBe(false);
    this.#ended.add(name);
  }

  #crash(offMs: number): void {
    const { wallNow, timers, setWall } = this.#kitchen;
    timers.stop();
    setWall(wallNow() + offMs);
    // A step of the clock may have written the file without them.
    const stored = this.#alive.size + this.#onlyInFile.size === 0 ? [] : storedIn(this.#folder);
    const inFile = new Set(stored.map(({ name }) => name));
    for (const name of this.#alive.keys()) expect(inFile.has(name)).toBe(true);
    for (const name of inFile) if (!this.#alive.has(name)) expect(this.#onlyInFile.has(name)).toBe(true);
    this.#kitchen = startKitchen(this.#folder, wallNow());
    for (const name of inFile) {
      this.#ended.delete(name);
      this.#alive.set(name, { due: undefined });
    }
    this.#onlyInFile = new Set();
  }
}

it('a timer that was set is never lost, and one that was dismissed never rings again', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
      const folder = makeFolder();
      try {
        const walk = new Walk(folder);
        for (const one of moves) walk.take(one);
        walk.finish();
      } finally {
        removeFolder(folder);
      }
    }),
    { numRuns: 150 },
  );
});

it('a timer rings at the exact time, however often the process is killed, where the clock is not set', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 7 * DAY_MS }),
      fc.array(ms, { maxLength: 8 }),
      (durationMs, offs) => {
        const folder = makeFolder();
        try {
          const dueAt = WALL_MS + durationMs;
          let kitchen = startKitchen(folder, dueAt - durationMs);
          kitchen.timers.set({ durationMs });
          for (const off of offs) kitchen = startKitchen(folder, kitchen.wallNow() + off);
          kitchen.clock.advance(Math.max(0, dueAt - kitchen.wallNow() - 1));
          expect(kitchen.rings()).toBe(kitchen.wallNow() < dueAt ? 0 : 1);
          kitchen.clock.advance(1);
          expect(kitchen.rings()).toBe(1);
        } finally {
          removeFolder(folder);
        }
      },
    ),
    { numRuns: 100 },
  );
});
