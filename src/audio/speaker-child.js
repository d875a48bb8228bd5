// A process of its own around the `speaker` package: s16le mono on stdin, a byte on stdout when the card
// is open and begins to play, exit code 0 when all was heard.
// The package opens ALSA's default device when it is loaded and aborts its process where there is none,
// stalls the event loop while it drains, and leaks with each write: a process per reply survives that.
// Plain JavaScript, because it is run as it is, beside the bundle and beside the sources alike.

import { parseArgs } from 'node:util';

/** Without it the last milliseconds of a reply do not reach a real card. */
const TAIL_MS = 100;
const BYTES_PER_SAMPLE = 2;
/** 20 ms at 24 kHz, the period of the house. */
const SAMPLES_PER_WRITE = 480;

// To Node it means the debugger; to Parley it is a press, and none of ours.
process.on('SIGUSR1', () => undefined);

const { values } = parseArgs({ options: { device: { type: 'string' }, rate: { type: 'string' } } });
const device = values.device ?? 'default';
const rate = Number(values.rate ?? 24_000);

/** @param {unknown} error */
const reason = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} sentence */
const fail = (sentence) => {
  process.exitCode = 1;
  process.stderr.write(`${sentence}\n`, () => process.exit(1));
};

const load = async () => {
  try {
    return (await import('speaker')).default;
  } catch (error) {
    fail(
      `parley: The "speaker" package cannot be loaded (${reason(error).split('\n')[0]}): ` +
        'run "npm install" again, or set backend = "aplay" in [loudspeaker].',
    );
    return undefined;
  }
};

/** @param {typeof import('speaker')} Speaker */
const play = (Speaker) => {
  const card = new Speaker({
    device,
    channels: 1,
    bitDepth: 16,
    signed: true,
    sampleRate: rate,
    samplesPerFrame: SAMPLES_PER_WRITE,
  });
  // An error destroys the stream, which then says `close` too: the first word counts.
  card.on('error', (error) => fail(reason(error)));
  // The card is opened for the first samples, which are written in the same breath.
  card.on('open', () => process.stdout.write('o'));
  card.on('close', () => process.exit(process.exitCode ?? 0));

  // A pipe may split a sample; the package would lose the rest of it.
  let rest = Buffer.alloc(0);
  process.stdin.on('data', (/** @type {Buffer} */ chunk) => {
    const joined = Buffer.concat([rest, chunk]);
    const whole = joined.length - (joined.length % BYTES_PER_SAMPLE);
    rest = joined.subarray(whole);
    if (whole > 0 && !card.write(joined.subarray(0, whole))) process.stdin.pause();
  });
  card.on('drain', () => process.stdin.resume());
  process.stdin.on('end', () => {
    card.end(Buffer.alloc(Math.round((rate * TAIL_MS) / 1000) * BYTES_PER_SAMPLE));
  });
};

const Speaker = await load();
if (Speaker !== undefined) play(Speaker);
