// The package brings no types. Only what Parley uses, as its source has it.

declare module 'node-record-lpcm16' {
  import type { ChildProcess } from 'node:child_process';

  interface Recording {
    /** Emits `error` for a missing program; the stream does not. */
    readonly process: ChildProcess;
  }

  interface Lpcm16 {
    /** Starts at once; the options go to the recorder, a module named by its absolute path, as they are. */
    record(options: { readonly recorder: string; readonly [option: string]: unknown }): Recording;
  }

  const lpcm16: Lpcm16;
  export default lpcm16;
}
