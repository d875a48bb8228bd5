// The follow-up of function calls, and nothing else: the response that speaks about their outputs. One table says
// how each event changes it. Pure: no clock, no message, no import.

/** What the follow-up is to say. */
export type Purpose = 'reply' | 'goodbye' | 'replyAndGoodbye';

export type FollowUp =
  | { readonly state: 'none' }
  /** To be requested when all calls are answered and no response is active. */
  | { readonly state: 'wanted'; readonly purpose: Purpose }
  | { readonly state: 'requested'; readonly purpose: Purpose; readonly eventId: string }
  /** A response has begun and is taken for it; a refusal may still show that it was another one. */
  | { readonly state: 'begun'; readonly purpose: Purpose; readonly eventId: string }
  /** Interrupted between its request and its beginning: it is cancelled when it begins. */
  | { readonly state: 'orphaned'; readonly overdue: boolean };

export type FollowUpEvent =
  /** A call was answered, and its output is to be spoken about. */
  | { readonly type: 'answered'; readonly purpose: Purpose }
  | { readonly type: 'requested'; readonly eventId: string }
  | { readonly type: 'responseBegan' }
  /** The service has not begun it because another response is active. */
  | { readonly type: 'postponed' }
  /** It will not be requested, or the service refuses it. */
  | { readonly type: 'dropped' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'expired' }
  /** The person has spoken; the service replies to that by itself. */
  | { readonly type: 'turnBegan' };

type Transitions = {
  readonly [S in FollowUp['state']]: {
    readonly [E in FollowUpEvent['type']]?: (
      from: Extract<FollowUp, { state: S }>,
      event: Extract<FollowUpEvent, { type: E }>,
    ) => FollowUp;
  };
};

const none = (): FollowUp => ({ state: 'none' });
const wanted = ({ purpose }: { purpose: Purpose }): FollowUp => ({ state: 'wanted', purpose });
const wantedFor = (_from: FollowUp, event: { purpose: Purpose }): FollowUp => wanted(event);

/** A missing cell means "nothing happens". */
const transitions: Transitions = {
  none: { answered: wantedFor },
  wanted: {
    answered: (from, { purpose }) =>
      wanted({ purpose: from.purpose === purpose ? purpose : 'replyAndGoodbye' }),
    requested: ({ purpose }, { eventId }) => ({ state: 'requested', purpose, eventId }),
    dropped: none,
    interrupted: none,
  },
  requested: {
    answered: wantedFor,
    responseBegan: (from) => ({ ...from, state: 'begun' }),
    postponed: wanted,
    dropped: none,
    interrupted: () => ({ state: 'orphaned', overdue: false }),
    // Not to be requested again: the reply to the person speaks about the outputs as well.
    turnBegan: (from) => ({ ...from, eventId: '' }),
  },
  begun: { answered: wantedFor, postponed: wanted, interrupted: none, turnBegan: none },
  orphaned: {
    responseBegan: none,
    expired: () => ({ state: 'orphaned', overdue: true }),
    turnBegan: none,
  },
};

export const nextFollowUp = (from: FollowUp, event: FollowUpEvent): FollowUp => {
  const cell = transitions[from.state][event.type] as
    | ((from: FollowUp, event: FollowUpEvent) => FollowUp)
    | undefined;
  return cell === undefined ? from : cell(from, event);
};
