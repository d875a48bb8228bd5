// The shell around the rules: takes one event at a time, asks the rules for the next phase, and makes
// the hardware do what that phase says: first off, then the light, then on. No audio passes through an
// event: frames go from the microphone to the connection, replies from the connection to the loudspeaker.

import {
  type Effect,
  type Limit,
  next,
  type Outputs,
  outputs,
  type Phase,
  type PressWhileSpeaking,
  type Transition,
} from '../core/conversation.ts';
import type { Failure } from '../core/errors.ts';
import type {
  Alarm,
  Connect,
  Connection,
  FunctionCall,
  HardwarePresence,
  Light,
  Microphone,
  Tools,
} from '../core/ports.ts';
import { hardwareProblem } from './hardware-health.ts';
import { because, type Observer, type Occurrence } from './observer.ts';
import { phaseTimeout } from './phase-timeout.ts';
import { Playback, type PlaybackHardware, type PlaybackTimes } from './playback.ts';
import { TurnStats } from './turn-stats.ts';

export interface AssistantOptions extends PlaybackTimes {
  readonly pressWhileSpeaking: PressWhileSpeaking;
  readonly limitsMs: Readonly<Record<Limit, number>>;
}

export interface Hardware extends PlaybackHardware {
  readonly connect: Connect;
  readonly microphone: Microphone;
  readonly light: Light;
  readonly hardwarePresence: HardwarePresence;
  readonly tools: Tools;
  readonly alarm: Alarm;
}

export class Assistant {
  readonly #options: AssistantOptions;
  readonly #hardware: Hardware;
  readonly #observers: readonly Observer[];
  readonly #queue: Occurrence[] = [];
  readonly #playback: Playback;
  #phase: Phase = 'idle';
  #isBusy = false;
  #limit: Limit | undefined;
  #cancelLimit = (): void => {};
  #connection: Connection | undefined;
  /** How the connection of this conversation has ended; for the log, when its last reply is heard. */
  #lost: Pick<Occurrence, 'reason' | 'failure'> | undefined;
  #stats = new TurnStats();

  constructor(options: AssistantOptions, hardware: Hardware, observers: readonly Observer[] = []) {
    this.#options = options;
    this.#hardware = hardware;
    this.#observers = observers;
    this.#playback = new Playback({
      ...hardware,
      ...options,
      started: () => this.#stats.note('firstWrite', hardware.clock.now()),
      drained: (reason) => this.#take({ event: 'playbackDrained', reason, ...this.#lost }),
      failed: (failure) => this.#fail(failure),
    });
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** @param by what pressed, for the log: "by the button", "by SIGUSR1" */
  press(by: string): void {
    this.#take({ event: 'buttonPressed', reason: `pressed ${by}` });
  }

  /** Looks whether a conversation could begin. Call it regularly: cards and networks come and go. */
  checkHardware(): void {
    const missing = this.#hardware.hardwarePresence.missing();
    if (missing === undefined) this.#takeNews({ event: 'hardwareReady', reason: 'all hardware is present' });
    else this.#takeNews(because(`${missing.what}Missing`, missing));
  }

  /** A timer has run out: it rings as soon as the phase allows it. */
  timerDue(): void {
    const due = this.#hardware.alarm.due();
    if (due !== undefined) this.#takeNews({ event: 'timerDue', reason: due });
  }

  /**
   * What contradicts the phase, in words for the log; undefined where all is well. A change of phase takes a
   * moment (a child has to die), so one contradiction may be harmless and two in a row are not.
   */
  hardwareProblem(): string | undefined {
    return hardwareProblem(this.#phase, this.#hardware, this.#connection);
  }

  /** Everything off, children gone, socket closed; the assistant is idle again. */
  async stop(): Promise<void> {
    const { microphone, light, tools } = this.#hardware;
    this.#enterLimit(undefined);
    this.#phase = 'idle';
    const connection = this.#connection;
    this.#connection = undefined;
    tools.cancel('Parley ends.');
    await Promise.all([microphone.stop(), this.#playback.stop(), connection?.close(), light.stop()]);
  }

  #fail(failure: Failure): void {
    this.#take(because('failure', failure));
  }

  /** For what is looked at regularly: nothing where the phase has no use for it. */
  #takeNews(occurrence: Occurrence): void {
    if (next(this.#phase, occurrence.event, this.#options.pressWhileSpeaking) !== undefined)
      this.#take(occurrence);
  }

  // An event that is caused while another is being carried out waits for its turn.
  #take(occurrence: Occurrence): void {
    this.#queue.push(occurrence);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let one = this.#queue.shift(); one !== undefined; one = this.#queue.shift()) this.#step(one);
    } finally {
      this.#isBusy = false;
    }
  }

  #step(occurrence: Occurrence): void {
    const { clock, log } = this.#hardware;
    const { event, reason, calls = [] } = occurrence;
    const from = this.#phase;
    const transition = next(from, event, this.#options.pressWhileSpeaking);
    if (transition === undefined) {
      log.debug({ phase: from, event, reason }, 'nothing to do');
      return;
    }
    const { to, effect } = transition;
    if (outputs[from].connection === 'closed') this.#stats = new TurnStats();
    this.#stats.note(event, clock.now());
    this.#phase = to;
    this.#turnOff(outputs[from], outputs[to]);
    if (effect !== undefined) this.#beforeLight(effect, reason);
    if (outputs[to].light !== outputs[from].light) this.#hardware.light.show(outputs[to].light);
    this.#turnOn(outputs[from], outputs[to]);
    if (effect !== undefined) this.#afterTurnOn(effect, calls);
    this.#enterLimit(outputs[to].limit);
    this.#report(from, transition, occurrence);
    this.timerDue();
  }

  /** What makes the device silent comes before the light says so. */
  #beforeLight(effect: Effect, reason: string): void {
    if (effect === 'interruptReply') this.#interruptReply(reason);
    if (effect === 'dismissTimers') this.#hardware.alarm.dismiss();
    if (effect === 'expireTimers') this.#hardware.alarm.dismiss(this.#options.limitsMs.ring);
  }

  #afterTurnOn(effect: Effect, calls: readonly FunctionCall[]): void {
    if (effect === 'endReply' || effect === 'runCalls') this.#playback.endReply();
    const connection = this.#connection;
    if (effect === 'runCalls') this.#hardware.tools.run(calls, (answer) => connection?.answer(answer));
  }

  #turnOff(was: Outputs, now: Outputs): void {
    if (was.microphone === 'on' && now.microphone === 'off') {
      void this.#hardware.microphone.stop();
      // The tail that is still in flight must not begin another turn.
      if (now.connection === 'open') this.#connection?.clearInput();
    }
    this.#playback.turnOff(was, now);
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
        failed: (failure) => this.#fail(failure),
      });
    }
    this.#playback.turnOn(was, now);
  }

  #connect(): void {
    this.#lost = undefined;
    this.#connection = this.#hardware.connect({
      event: (event, reason) => this.#take({ event, reason }),
      audio: (pcm) => {
        this.#stats.noteAudio(pcm.length);
        this.#hardware.loudspeaker.play(pcm);
      },
      callsMade: (calls, reason) => this.#take({ event: 'callsMade', reason, calls }),
      transcript: (speaker, text) => this.#tell((observer) => observer.transcript?.(speaker, text)),
      notice: (notice) => this.#tell((observer) => observer.notice?.(notice)),
      usage: (usage) => this.#tell((observer) => observer.usage?.(usage)),
      failed: (failure) => {
        this.#lost = { reason: failure.sentence, failure };
        this.#take({ event: 'connectionEnded', ...this.#lost });
      },
    });
  }

  #interruptReply(reason: string): void {
    const heardMs = this.#playback.flush();
    this.#stats.noteInterruption(heardMs);
    this.#connection?.interrupt(heardMs);
    this.#hardware.tools.cancel(`It was cancelled: ${reason}.`);
  }

  /** A limit that is entered again runs on: a service that repeats an event must not prolong it. */
  #enterLimit(limit: Limit | undefined): void {
    if (limit === this.#limit) return;
    this.#limit = limit;
    this.#cancelLimit();
    if (limit === undefined) return;
    const ms = this.#options.limitsMs[limit];
    this.#cancelLimit = this.#hardware.clock.after(ms, () => {
      const waitedFor = this.#connection?.waitingFor() ?? 'the service';
      this.#take(because('timeout', phaseTimeout(limit, ms, waitedFor)));
    });
  }

  #report(from: Phase, transition: Transition, occurrence: Occurrence): void {
    const { microphone, connection } = outputs[transition.to];
    this.#tell((observer) => observer.transition?.({ from, ...transition, ...occurrence }));
    const figures = microphone === 'on' || connection === 'closed' ? this.#stats.finish() : undefined;
    if (figures !== undefined) this.#tell((observer) => observer.turn?.(figures));
    if (transition.to === 'idle') this.checkHardware();
  }

  #tell(what: (observer: Observer) => void): void {
    for (const observer of this.#observers) what(observer);
  }
}
