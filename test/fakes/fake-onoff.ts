// The package onoff on a virtual chip, with its behaviour: reading a pin that is closed throws, also inside
// the timer of its own debounce; the direction sets the level of the line itself, independent of active-low.

import { type FSWatcher, watch } from 'node:fs';
import type { OnoffGpio, OnoffPackage } from '../../src/gpio/onoff-line.ts';
import type { VirtualChip } from './virtual-chip.ts';

export interface FakeOnoff extends OnoffPackage {
  /** Pins in use by this process, as numbers of the chip. */
  readonly exported: Set<number>;
  /** What the next one to open a pin, or to read or write it, gets instead. */
  refuse(code: string | undefined): void;
}

export const createFakeOnoff = (chip: VirtualChip, base: number): FakeOnoff => {
  const exported = new Set<number>();
  let refused: string | undefined;

  const touch = (pin: number): void => {
    if (refused !== undefined)
      throw Object.assign(new Error(`${refused}: refused, write`), { code: refused });
    if (!exported.has(pin)) throw Object.assign(new Error('EBADF: bad file descriptor'), { code: 'EBADF' });
  };

  class FakeGpio implements OnoffGpio {
    readonly #pin: number;
    readonly #activeLow: boolean;
    readonly #debounceMs: number;
    #watcher: FSWatcher | undefined;
    #quiet: NodeJS.Timeout | undefined;
    #level = '';
    #listeners: ((error: Error | null | undefined, value: 0 | 1) => void)[] = [];

    constructor(
      gpio: number,
      direction: 'in' | 'high' | 'low',
      _edge: 'none' | 'both',
      options: { readonly activeLow: boolean; readonly debounceTimeout: number },
    ) {
      this.#pin = gpio - base;
      this.#activeLow = options.activeLow;
      this.#debounceMs = options.debounceTimeout;
      exported.add(this.#pin);
      try {
        touch(this.#pin);
      } catch (error) {
        exported.delete(this.#pin);
        throw error;
      }
      if (direction !== 'in') this.#set(direction === 'high' ? '1' : '0');
    }

    readSync(): 0 | 1 {
      touch(this.#pin);
      const up = chip.read(`${this.#pin}.pull`) === 'pull-up';
      return up === this.#activeLow ? 0 : 1;
    }

    writeSync(value: 0 | 1): void {
      touch(this.#pin);
      this.#set((value === 1) === this.#activeLow ? '0' : '1');
    }

    watch(callback: (error: Error | null | undefined, value: 0 | 1) => void): void {
      this.#listeners.push(callback);
      this.#level = chip.read(`${this.#pin}.pull`);
      this.#watcher = watch(chip.folder, () => {
        const level = chip.read(`${this.#pin}.pull`);
        if (level === this.#level) return;
        this.#level = level;
        this.readSync();
        clearTimeout(this.#quiet);
        this.#quiet = setTimeout(() => {
          const value = this.readSync();
          for (const listener of this.#listeners) listener(null, value);
        }, this.#debounceMs);
      });
    }

    unexport(): void {
      this.#listeners = [];
      this.#watcher?.close();
      touch(this.#pin);
      exported.delete(this.#pin);
    }

    #set(level: string): void {
      chip.write(`${this.#pin}.level`, level);
      chip.write(`${this.#pin}.trace`, chip.read(`${this.#pin}.trace`) + level);
    }
  }

  return {
    Gpio: FakeGpio,
    exported,
    refuse: (code) => {
      refused = code;
    },
  };
};
