// The input audio buffer: takes audio in slices of any size, finds the utterances in it (or, without turn
// detection, waits for a commit), and delivers each once. All times are positions in the audio, not times of
// arrival, so the size of the slices has no effect.

import { BYTES_PER_SAMPLE, bytesOfMs, msOfBytes } from '../../core/pcm.ts';
import { ApiError } from '../schemas/api-error.ts';
import { AudioStore } from './audio-store.ts';
import { MAX_ONSET_MS, VoiceActivity, type VoiceActivityOptions } from './voice-activity.ts';
import { STEP_MS } from './voicing.ts';

export interface TurnDetection extends VoiceActivityOptions {
  readonly prefixMs: number;
  /** How much silence after a reply makes the service speak by itself; undefined: none. */
  readonly idleMs: number | undefined;
}

export interface InputAudioBufferListener {
  /** Milliseconds of audio written before the utterance, its prefix included. */
  speechStarted(atMs: number): void;
  speechStopped(atMs: number): void;
  /** The utterance: prefix, speech and the silence that ended it. The Buffer is the listener's. */
  utterance(pcm: Buffer): void;
  /** No speech for `idleMs` after the last reply; then the silence is an utterance. */
  idle(fromMs: number, toMs: number): void;
}

const STEP_BYTES = bytesOfMs(STEP_MS);
/** The longest utterance, and the most a client may append before it commits: 15 MiB, about 5 min 27 s. */
export const MAX_INPUT_BYTES = 15 * 1024 * 1024;
const MIN_COMMIT_MS = 100;
/** A large append is analysed in slices, so that silence in it is dropped meanwhile. */
const SLICE_BYTES = 64 * 1024;

const roundMs = (bytes: number): number => Math.round(msOfBytes(bytes));

export class InputAudioBuffer {
  readonly #listener: InputAudioBufferListener;
  readonly #store = new AudioStore();
  readonly #activity = new VoiceActivity();
  #detection: TurnDetection | undefined;
  /** The position up to which the audio was analysed. */
  #heard = 0;
  #utteranceStart: number | undefined;
  /** The start of the silence, while it is counted. */
  #idleSince: number | undefined;

  constructor(listener: InputAudioBufferListener) {
    this.#listener = listener;
  }

  /** `undefined`: no turn detection, the client commits. An utterance that has begun continues. */
  configure(detection: TurnDetection | undefined): void {
    this.#detection = detection;
    if (detection === undefined) this.#dropUtterance();
  }

  append(pcm: Buffer): void {
    if (this.#detection === undefined) {
      this.#keep(pcm);
      return;
    }
    for (let at = 0; at < pcm.length; at += SLICE_BYTES) {
      this.#store.append(pcm.subarray(at, at + SLICE_BYTES));
      this.#listen(this.#detection);
    }
  }

  #keep(pcm: Buffer): void {
    if (this.#store.end - this.#store.start + pcm.length > MAX_INPUT_BYTES) {
      throw new ApiError(
        'The input audio buffer is full: it holds 15 MiB. Commit or clear it before appending more.',
        { code: 'input_audio_buffer_full', param: 'audio' },
      );
    }
    this.#store.append(pcm);
    this.#heard = this.#store.end;
  }

  #listen(detection: TurnDetection): void {
    while (this.#store.end - this.#heard >= STEP_BYTES) {
      const frame = this.#store.peek(this.#heard, this.#heard + STEP_BYTES);
      const event = this.#activity.hear(frame, detection);
      this.#heard += STEP_BYTES;
      const position = this.#heard - (event?.samplesAgo ?? 0) * BYTES_PER_SAMPLE;
      if (event?.type === 'started') this.#started(position, detection);
      else if (event?.type === 'stopped' || this.#tooLong()) this.#stopped(position);
      else this.#countIdle(detection);
    }
    this.#dropSilence(detection);
  }

  #started(position: number, detection: TurnDetection): void {
    this.#idleSince = undefined;
    this.#utteranceStart = Math.max(this.#store.start, position - bytesOfMs(detection.prefixMs));
    this.#listener.speechStarted(roundMs(this.#utteranceStart));
  }

  #tooLong(): boolean {
    return this.#utteranceStart !== undefined && this.#heard - this.#utteranceStart >= MAX_INPUT_BYTES;
  }

  #stopped(position: number): void {
    const pcm = this.#store.slice(this.#utteranceStart ?? position, position);
    this.#dropUtterance();
    this.#store.dropBefore(position);
    this.#listener.speechStopped(roundMs(position));
    this.#listener.utterance(pcm);
  }

  #dropUtterance(): void {
    this.#utteranceStart = undefined;
    this.#activity.reset();
  }

  /** The reply is over and takes this long to play; from then on silence counts. */
  expectSpeech(playbackMs: number): void {
    if (this.#detection?.idleMs === undefined || this.#utteranceStart !== undefined) return;
    this.#idleSince = this.#heard + bytesOfMs(playbackMs);
  }

  #countIdle({ idleMs }: TurnDetection): void {
    const since = this.#idleSince;
    if (since === undefined || idleMs === undefined || this.#heard < since + bytesOfMs(idleMs)) return;
    this.#idleSince = undefined;
    const from = Math.max(this.#store.start, since);
    const pcm = this.#store.slice(from, this.#heard);
    this.#store.dropBefore(this.#heard);
    this.#listener.idle(roundMs(from), roundMs(this.#heard));
    this.#listener.utterance(pcm);
  }

  /** Of silence only as much is kept as the prefix of an utterance needs. */
  #dropSilence({ prefixMs }: TurnDetection): void {
    if (this.#utteranceStart !== undefined) return;
    const needed = this.#heard - bytesOfMs(prefixMs + MAX_ONSET_MS);
    this.#store.dropBefore(Math.min(needed, this.#idleSince ?? needed));
  }

  /** Takes all audio since the last commit; with turn detection, the utterance that has begun. */
  commit(): Buffer {
    // Turn detection has committed what was said; the silence kept for a prefix is not committed.
    const start = this.#detection === undefined ? this.#store.start : this.#store.end;
    const from = this.#utteranceStart ?? start;
    const ms = msOfBytes(this.#store.end - from);
    if (ms < MIN_COMMIT_MS) {
      throw new ApiError(
        'Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, ' +
          `but buffer only has ${ms.toFixed(2)}ms of audio.`,
        { code: 'input_audio_buffer_commit_empty' },
      );
    }
    const pcm = this.#store.slice(from, this.#store.end);
    this.clear();
    return pcm;
  }

  /** Drops the audio, an unfinished utterance included; the noise floor is kept. */
  clear(): void {
    this.#store.dropBefore(this.#store.end);
    this.#heard = this.#store.end;
    this.#dropUtterance();
  }
}
