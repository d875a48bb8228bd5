// The shell around the rules: takes one event at a time, asks the rules for the next phase, and makes
// the hardware be what that phase wants: first off, then the light, then on. No audio passes through an
// event: frames go from the microphone to the connection, replies from the connection to the loudspeaker.

import {
  type Effect,
  type Event,
  type Limit,
  next,
  type Outputs,
  outputs,
  type Phase,
  type PressWhileSpeaking,
} from '../core/conversation.ts';
import type {
  Alarm,
  Clock,
  Connect,
  Connection,
  FunctionCall,
  HardwarePresence,
  Light,
  Log,
  Loudspeaker,
  Microphone,
  Notifier,
  Tools,
} from '../core/ports.ts';
import { amiss } from './hardware-health.ts';
import { PhaseTimeout } from './phase-timeout.ts';
import { Playback, type Sounds } from './playback.ts';
import { logEntryOf, type Step, statusOf, timeoutReason } from './transition-log.ts';
import { TurnStats } from './turn-stats.ts';

export interface AssistantOptions {
  readonly pressWhileSpeaking: PressWhileSpeaking;
  readonly limitsMs: Readonly<Record<Limit, number>>;
  /** From the last sound of a reply to an open microphone. */
  readonly echoTailMs: number;
  /** Whether the log may say what was said. */
  readonly transcripts: boolean;
  /** How long calls may run in silence before they tick; undefined: for ever. */
  readonly tickAfterMs: number | undefined;
}

export interface Hardware {
  readonly connect: Connect;
  readonly microphone: Microphone;
  readonly loudspeaker: Loudspeaker;
  readonly light: Light;
  readonly notifier: Notifier;
  readonly hardwarePresence: HardwarePresence;
  readonly tools: Tools;
  readonly alarm: Alarm;
  readonly sounds: Sounds;
  readonly clock: Clock;
  readonly log: Log;
}

/** Told of every transition taken, after the hardware has followed it. */
export type Observer = (step: Step) => void;

export class Assistant {
  readonly #options: AssistantOptions;
  readonly #hardware: Hardware;
  readonly #observer: Observer;
  readonly #waiting: { event: Event; reason: string }[] = [];
  readonly #limit: PhaseTimeout;
  readonly #playback: Playback;
  #phase: Phase = 'idle';
  /** Why it is in this phase. */
  #reason = '';
  #busy = false;
  #connection: Connection | undefined;
  #stats = new TurnStats();
  /** What the last reply called for, until it is begun. */
  #calls: FunctionCall[] = [];

  constructor(options: AssistantOptions, hardware: Hardware, observer: Observer = () => {}) {
    this.#options = options;
    this.#hardware = hardware;
    this.#observer = observer;
    this.#limit = new PhaseTimeout(hardware.clock, options.limitsMs, (limit, ms) => {
      const waitedFor = this.#connection?.waitingFor() ?? 'the service';
      this.#take('timeout', timeoutReason(limit, ms, waitedFor));
    });
    this.#playback = new Playback({
      ...hardware,
      ...options,
      started: () => this.#stats.noteFirstWrite(hardware.clock.now()),
      drained: (how) => this.#take('playbackDrained', how),
      failed: (sentence) => this.#take('failure', sentence),
    });
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** @param by what pressed, for the log: "by the button", "by SIGUSR1" */
  press(by: string): void {
    this.#take('buttonPressed', `pressed ${by}`);
  }

  /** Whether a conversation could begin: to be called now and then, for cards and networks come and go. */
  look(): void {
    const missing = this.#hardware.hardwarePresence.missing()?.sentence;
    const event = missing === undefined ? 'hardwareReady' : 'hardwareMissing';
    if (this.#leads(event) && missing !== this.#reason) this.#take(event, missing ?? 'everything is there');
  }

  /** A timer has run out: it rings as soon as the phase lets it. */
  timerDue(): void {
    const due = this.#hardware.alarm.due();
    if (due !== undefined && this.#leads('timerDue')) this.#take('timerDue', due);
  }

  #leads(event: Event): boolean {
    return next(this.#phase, event, this.#options.pressWhileSpeaking) !== undefined;
  }

  /**
   * What is not as the phase wants it, in words for the log; undefined where all is well. A change of phase
   * takes a moment to come true (a child has to die), so one look may be wrong and two in a row are not.
   */
  amiss(): string | undefined {
    const { microphone, loudspeaker } = this.#hardware;
    return amiss(outputs[this.#phase], { microphone, loudspeaker, connection: this.#connection });
  }

  /** Everything off, children gone, socket closed; the assistant is idle again. */
  async stop(): Promise<void> {
    const { microphone, light, tools } = this.#hardware;
    this.#limit.enter(undefined);
    this.#phase = 'idle';
    const connection = this.#connection;
    this.#connection = undefined;
    tools.cancel('Parley ends.');
    await Promise.all([microphone.stop(), this.#playback.stop(), connection?.close(), light.stop()]);
  }

  // An event that is caused while another is being carried out waits for its turn.
  #take(event: Event, reason: string): void {
    this.#waiting.push({ event, reason });
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let one = this.#waiting.shift(); one !== undefined; one = this.#waiting.shift())
        this.#step(one.event, one.reason);
    } finally {
      this.#busy = false;
    }
  }

  #step(event: Event, reason: string): void {
    const { clock, log } = this.#hardware;
    const from = this.#phase;
    const transition = next(from, event, this.#options.pressWhileSpeaking);
    if (transition === undefined) {
      log.debug({ phase: from, event, reason }, 'nothing to do');
      return;
    }
    if (from === 'idle' || from === 'failed') this.#stats = new TurnStats();
    this.#stats.note(event, clock.now());
    this.#phase = transition.to;
    this.#reason = reason;
    this.#settle(outputs[from], outputs[transition.to], transition.effect, reason);
    this.#enter(transition.limit ?? outputs[transition.to].limit);
    this.#report({ from, to: transition.to, event, reason });
    this.timerDue();
  }

  #enter(limit: Limit | undefined): void {
    this.#limit.enter(limit);
    this.#playback.tickWhile(limit === 'work');
  }

  #settle(was: Outputs, now: Outputs, effect: Effect | undefined, reason: string): void {
    this.#turnOff(was, now);
    if (effect === 'interruptReply') this.#interruptReply(reason);
    if (effect === 'dismissTimers') this.#hardware.alarm.dismiss();
    if (effect === 'expireTimers') this.#hardware.alarm.dismiss(this.#options.limitsMs.ring);
    if (now.light !== was.light) this.#hardware.light.show(now.light);
    this.#turnOn(was, now);
    if (effect === 'runCalls') this.#runCalls();
  }

  #turnOff(was: Outputs, now: Outputs): void {
    if (was.microphone === 'on' && now.microphone === 'off') {
      void this.#hardware.microphone.stop();
      // The tail that is still in flight must not begin a turn of its own.
      if (now.connection === 'open') this.#connection?.clearInput();
    }
    this.#playback.turnOff(was.loudspeaker, now.loudspeaker);
    if (was.connection === 'open' && now.connection === 'closed') {
      void this.#connection?.close();
      this.#connection = undefined;
      this.#hardware.tools.cancel('The conversation is over.');
    }
  }

  #turnOn(was: Outputs, now: Outputs): void {
    if (was.connection === 'closed' && now.connection === 'open') this.#connect();
    if (was.microphone === 'off' && now.microphone === 'on') {
      if (was.connection === 'open') this.#connection?.clearInput();
      this.#hardware.microphone.start({
        frame: (pcm) => this.#connection?.send(pcm),
        failed: (failure) => this.#take('failure', failure.sentence),
      });
    }
    this.#playback.turnOn(was.loudspeaker, now.loudspeaker);
  }

  #connect(): void {
    const { connect, log } = this.#hardware;
    // What the last conversation called for at its end, and nobody began, is over with it.
    this.#calls = [];
    this.#connection = connect({
      event: (event, reason) => this.#take(event, reason),
      audio: (pcm) => {
        this.#stats.noteAudio(pcm.length);
        this.#hardware.loudspeaker.play(pcm);
      },
      callsMade: (calls, reason) => {
        this.#calls.push(...calls);
        this.#take('callsMade', reason);
      },
      transcript: (who, text) => {
        if (this.#options.transcripts) log.info({ who, text }, who === 'person' ? 'Heard' : 'Said');
      },
      notice: ({ code, sentence }) => log.warn({ code }, sentence),
      failed: ({ sentence }) => this.#take('failure', sentence),
    });
  }

  #runCalls(): void {
    const connection = this.#connection;
    const calls = this.#calls;
    this.#calls = [];
    this.#playback.endReply();
    this.#hardware.tools.run(calls, (answer) => connection?.answer(answer));
  }

  #interruptReply(reason: string): void {
    const heardMs = this.#playback.flush();
    this.#stats.noteInterruption(heardMs);
    this.#connection?.interrupt(heardMs);
    this.#hardware.tools.cancel(`It was cancelled: ${reason}.`);
  }

  #report(step: Step): void {
    const { log, notifier } = this.#hardware;
    const { level, facts, sentence } = logEntryOf(step);
    log[level](facts, sentence);
    const status = statusOf(step);
    if (status !== undefined) notifier.status(status);
    const { microphone, connection } = outputs[step.to];
    if (microphone === 'on' || connection === 'closed') this.#reportTurn();
    this.#observer(step);
    if (step.to === 'idle') this.look();
  }

  #reportTurn(): void {
    const facts = this.#stats.finish();
    if (facts !== undefined) this.#hardware.log.info(facts, 'Turn');
  }
}
