// The test files on the sound rig: their time is the time of the sound, with little work for the processor.

const pattern =
  /\/test\/(e2e\/.+|audio\/(aplay-loudspeaker|speaker-loudspeaker|arecord-microphone|speaker-child))\.test\.ts$/;

/** @param path absolute */
export const isOnSoundRig = (path: string): boolean => pattern.test(path);
