// Voice activity detection: where an utterance starts and where it ends, in frames of 10 ms, from nothing
// but the audio: no clock, no randomness, no input or output. Speech is louder than the noise floor
// (the quietest moment of the last 1.5 s), repeats at the pace of a voice for a while, and does not repeat
// unchanged as machines do. So noise of any level starts no utterance and keeps none open.
// Errors: a whisper has no pitch and is not detected; a gong, a beep of 0.1 s and music are.
// Music also keeps an utterance open for as long as it plays; the time limit of an utterance ends it.
// Own code: WebRTC's detector takes pink noise and door slams for speech and does not support 24 kHz; better
// ones need a neural network and a native runtime.

import { STEP_MS, STEP_SAMPLES, Voicing } from './voicing.ts';

export interface VoiceActivityOptions {
  /** From 0 to 1: how much louder than the noise speech must be; 0.5 is OpenAI's default. */
  readonly threshold: number;
  /** How much silence ends an utterance. */
  readonly silenceMs: number;
}

/** `samplesAgo`: how long before the end of the frame just heard. */
export interface VoiceEvent {
  readonly type: 'started' | 'stopped';
  readonly samplesAgo: number;
}

/** The oldest start that is reported. */
export const MAX_ONSET_MS = 1000;

const SILENCE_DB = -90;
/** Frames of 10 ms that the level is averaged over. */
const SMOOTHING = 3;
const FLOOR_FRAMES = 150;
/** The frames that together decide on a start, and what they must show. */
const ONSET_FRAMES = 24;
const ONSET_MIN_VOICED = 7;
const ONSET_MIN_EVIDENCE = 1.5;
/** The sound must have lasted this long before it is judged: machines are recognised by then. */
const ONSET_MIN_AGE = 17;
/** A frame this much weaker than the loudest one is the decay of a knock or a slam. */
const RINGING_DB = 9;
/** White and pink noise are below it. */
const NOISE_PERIODICITY = 0.3;
/** What keeps an utterance open. */
const VOICED_PERIODICITY = 0.45;
/** A machine has at least this periodicity, and this part of it as persistence, for this many frames in a row. */
const MACHINE_PERIODICITY = 0.6;
const MACHINE_PERSISTENCE = 0.9;
const MACHINE_FRAMES = 5;
/** An unvoiced consonant or a closed mouth may last this long within an utterance. */
const UNVOICED_FRAMES = 25;
const GAP_FRAMES = 8;
const HYSTERESIS_DB = 2;

/** One frame as it is remembered. */
interface Heard {
  readonly energy: number;
  readonly levelDb: number;
  /** How likely it is a voice. */
  evidence: number;
}

const decibels = (meanSquare: number): number => Math.max(SILENCE_DB, 10 * Math.log10(meanSquare + 1e-12));

export class VoiceActivity {
  readonly #voicing = new Voicing();
  readonly #past: Heard[] = [];
  #speaking = false;
  #steadyFrames = 0;
  #framesSinceVoiced = 0;
  #framesSinceSpeech = 0;

  /** Starts again, as after a cleared buffer; the noise floor is kept. */
  reset(): void {
    this.#speaking = false;
    for (const heard of this.#past) heard.evidence = 0;
  }

  /** Takes the next 10 ms: `STEP_SAMPLES` of s16le. */
  hear(frame: Buffer, { threshold, silenceMs }: VoiceActivityOptions): VoiceEvent | undefined {
    const energy = this.#voicing.add(frame);
    const levelDb = this.#level(energy);
    this.#past.push({ energy, levelDb, evidence: 0 });
    if (this.#past.length > FLOOR_FRAMES) this.#past.shift();
    const gateDb = this.#gateDb(threshold);
    return this.#speaking
      ? this.#listenForEnd(levelDb, gateDb, silenceMs)
      : this.#listenForStart(levelDb, gateDb);
  }

  #level(newest: number): number {
    const energies = [...this.#past.slice(1 - SMOOTHING).map(({ energy }) => energy), newest];
    return decibels(energies.reduce((sum, energy) => sum + energy, 0) / energies.length);
  }

  /** The level that speech must reach, given the quietest moment. */
  #gateDb(threshold: number): number {
    let floorDb = 0;
    for (const { levelDb } of this.#past) floorDb = Math.min(floorDb, levelDb);
    return Math.max(floorDb + 2 + 8 * threshold, -70 + 20 * threshold);
  }

  #listenForStart(levelDb: number, gateDb: number): VoiceEvent | undefined {
    const recent = this.#past.slice(-ONSET_FRAMES);
    const loudestDb = Math.max(...recent.map((heard) => heard.levelDb));
    if (levelDb >= Math.max(gateDb, loudestDb - RINGING_DB)) this.#weigh(recent);

    const first = recent.findIndex((heard) => heard.evidence > 0);
    if (first < 0 || recent.length - first < ONSET_MIN_AGE) return undefined;
    const voiced = recent.filter((heard) => heard.evidence > 0).length;
    const evidence = recent.reduce((sum, heard) => sum + heard.evidence, 0);
    if (voiced < ONSET_MIN_VOICED || evidence < ONSET_MIN_EVIDENCE) return undefined;
    this.#speaking = true;
    this.#framesSinceVoiced = 0;
    this.#framesSinceSpeech = 0;
    const framesAgo = this.#onset(recent.length - first, gateDb - HYSTERESIS_DB);
    return { type: 'started', samplesAgo: framesAgo * STEP_SAMPLES };
  }

  /** Sets the evidence of the newest frame for a voice; a machine clears that of all frames before it. */
  #weigh(recent: readonly Heard[]): void {
    const newest = recent.at(-1);
    const periodicity = this.#voicing.periodicity();
    if (newest === undefined || periodicity <= NOISE_PERIODICITY) return;
    newest.evidence = periodicity - NOISE_PERIODICITY;
    if (!this.#machine(periodicity)) return;
    for (const heard of recent) heard.evidence = 0;
  }

  /** From the first voiced frame (`framesAgo`) back over the consonants before it. */
  #onset(framesAgo: number, gateDb: number): number {
    let onset = framesAgo;
    for (let ago = framesAgo; ago <= Math.min(this.#past.length, onset + GAP_FRAMES); ago += 1) {
      if (ago > MAX_ONSET_MS / STEP_MS) break;
      if ((this.#past.at(-ago)?.levelDb ?? SILENCE_DB) >= gateDb) onset = ago;
    }
    return onset;
  }

  #listenForEnd(levelDb: number, gateDb: number, silenceMs: number): VoiceEvent | undefined {
    const loud = levelDb >= gateDb - HYSTERESIS_DB;
    const periodicity = loud ? this.#voicing.periodicity() : 0;
    const voiced = periodicity > VOICED_PERIODICITY && !this.#machine(periodicity);
    this.#framesSinceVoiced = voiced ? 0 : this.#framesSinceVoiced + 1;
    const speech = loud && this.#framesSinceVoiced <= UNVOICED_FRAMES;
    this.#framesSinceSpeech = speech ? 0 : this.#framesSinceSpeech + 1;

    const surplusMs = this.#framesSinceSpeech * STEP_MS - silenceMs;
    if (surplusMs < 0) return undefined;
    this.reset();
    return { type: 'stopped', samplesAgo: Math.round((surplusMs * STEP_SAMPLES) / STEP_MS) };
  }

  /** A voice may hold a vowel for a moment; only what stays the same for longer is a machine. */
  #machine(periodicity: number): boolean {
    const steady =
      periodicity > MACHINE_PERIODICITY && this.#voicing.persistence() > MACHINE_PERSISTENCE * periodicity;
    this.#steadyFrames = steady ? this.#steadyFrames + 1 : 0;
    return this.#steadyFrames >= MACHINE_FRAMES;
  }
}
