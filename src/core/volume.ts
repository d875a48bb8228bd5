// The volume of the loudspeaker, for the tools that set it, and what is remembered over a restart.

export interface Volume {
  /**
   * 0 to 100, as ears hear it; 0 where the card is muted.
   * @throws ToolError; the reason of `signal` where that was aborted
   */
  get(signal?: AbortSignal): Promise<number>;
  /**
   * Also remembers it; if that fails, the volume is set nevertheless.
   * @param percent clamped to 0 to 100
   * @returns what the card has set: some have only a few steps
   * @throws as `get` does
   */
  set(percent: number, signal?: AbortSignal): Promise<number>;
  /** Sets the remembered volume, if there is one. Never rejects: a card without its volume still plays. */
  restore(): Promise<void>;
}

/** The remembered volume. */
export interface VolumeStore {
  /**
   * Undefined where nothing was remembered.
   * @throws Error where it cannot be read, or is no volume
   */
  read(): number | undefined;
  /** @throws the error of the file system; then the previous volume is kept */
  write(percent: number): void;
}

/** Rounds, and clamps to 0 to 100. */
export const withinPercent = (percent: number): number => Math.round(Math.min(100, Math.max(0, percent)));
