// The volume of the loudspeaker: what the tools need from a sound card, and what is kept over a restart.

export interface Volume {
  /**
   * Percent of the perceived loudness, 0 to 100; 0 where the card is muted.
   * @throws ToolError; the reason of `signal` where that was aborted
   */
  get(signal?: AbortSignal): Promise<number>;
  /**
   * Sets the volume and stores it; where it cannot be stored, it is set anyway.
   * @param percent less than 0 is 0, more than 100 is 100
   * @returns the volume that the card has set: some have only a few steps
   * @throws as `get` does
   */
  set(percent: number, signal?: AbortSignal): Promise<number>;
  /** Sets the stored volume, if there is one. Never rejects: without it the card still plays. */
  restore(): Promise<void>;
}

/** A whole number from 0 to 100. */
export const withinPercent = (percent: number): number => Math.round(Math.min(100, Math.max(0, percent)));
