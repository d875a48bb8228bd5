// The package's own types lack the options that Parley needs, and make the argument of `close` required.

declare module 'speaker' {
  import { Writable } from 'node:stream';

  interface SpeakerOptions {
    readonly device?: string;
    readonly channels?: number;
    readonly bitDepth?: number;
    readonly signed?: boolean;
    readonly sampleRate?: number;
    /** Samples per native write. */
    readonly samplesPerFrame?: number;
  }

  /** PCM written to it is played; `end` plays it out and then emits `close`. */
  class Speaker extends Writable {
    constructor(options?: SpeakerOptions);
  }

  export = Speaker;
}
