// The package brings no types. Only what Parley uses, as its source has it.

declare module 'node-record-lpcm16' {
  import type { ChildProcess } from 'node:child_process';

  const lpcm16: {
    /**
     * Starts at once; the options go to the recorder, a module named by its absolute path, as they are. `process`
     * emits `error` for a missing program; the stream does not.
     */
    record(options: { readonly recorder: string; readonly [option: string]: unknown }): {
      readonly process: ChildProcess;
    };
  };
  export default lpcm16;
}
