// A separate process around the `speaker` package: s16le mono on stdin, a byte on stdout when the card is open
// and begins to play, exit code 0 when everything was heard.
// The package opens ALSA's default device when it is loaded and aborts its process where there is none, stalls the
// event loop while it drains, and leaks with each write: a process per reply limits all of that.
// Plain JavaScript, because it runs as it is, beside the bundle and beside the sources.

/** Without it the last milliseconds of a reply do not reach a real card. */
const TAIL_MS = 100;

// For Node it means the debugger; for Parley it is a press, which is not for this process.
process.on('SIGUSR1', () => undefined);

const [device = '', ...numbers] = process.argv.slice(2);
const [sampleRate = 0, sampleBytes = 0, periodBytes = 0] = numbers.map(Number);

/** @param {unknown} error */
const reason = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} words */
const fail = (words) => {
  process.exitCode = 1;
  process.stderr.write(`${words}\n`, () => process.exit(1));
};

/** The parent composes the sentence. @param {unknown} error */
const reportMissing = (error) => fail(`parley: speaker-package-missing: ${reason(error).split('\n')[0]}`);

/** @param {typeof import('speaker')} Speaker */
const play = (Speaker) => {
  const { stdin } = process;
  const card = new Speaker({
    device,
    channels: 1,
    bitDepth: 8 * sampleBytes,
    signed: true,
    sampleRate,
    samplesPerFrame: periodBytes / sampleBytes,
  });
  // An error destroys the stream, which then emits `close` too: the first event counts.
  card.on('error', (error) => fail(reason(error)));
  // The card is opened for the first samples, which are written right after.
  card.on('open', () => process.stdout.write('o'));
  card.on('close', () => process.exit(process.exitCode ?? 0));

  // A pipe may cut a sample in two, and the package would lose the rest of it: whole periods only, and at the
  // end what is left.
  const move = () => {
    while (!card.writableNeedDrain) {
      const pcm = stdin.read(periodBytes);
      if (pcm === null) return;
      card.write(pcm);
    }
  };
  stdin.on('readable', move);
  card.on('drain', move);
  stdin.on('end', () => {
    card.end(Buffer.alloc(Math.round((sampleRate * TAIL_MS) / 1000) * sampleBytes));
  });
};

import('speaker').then(({ default: Speaker }) => play(Speaker), reportMissing);
