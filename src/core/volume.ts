// How loud the speaker is: what the tools for it need from a sound card, and what is remembered over a restart.

export interface Volume {
  /**
   * 0 to 100, as ears hear it; 0 where the card is muted.
   * @throws ToolError with one sentence that names the remedy; the signal's reason where that was aborted
   */
  get(signal?: AbortSignal): Promise<number>;
  /**
   * Also remembers it; where that cannot be, the volume is set all the same.
   * @param percent what lies outside 0 to 100 is set to the nearer end
   * @returns what the card really took: some have a few steps only
   * @throws as `get` does
   */
  set(percent: number, signal?: AbortSignal): Promise<number>;
  /** Sets what was remembered, if anything was. Never rejects: a card without its volume still plays. */
  restore(): Promise<void>;
}

/** What is remembered. */
export interface VolumeStore {
  /**
   * Undefined where nothing was remembered.
   * @throws Error where what is there cannot be read, or is no volume
   */
  read(): number | undefined;
  /** @throws the file system's error; what was remembered before is still there then */
  write(percent: number): void;
}

/** A volume that can be set. */
export const withinPercent = (percent: number): number => Math.round(Math.min(100, Math.max(0, percent)));
