// How a reply goes. The parrot's own script is one item that says the utterance back; tests write others, to
// see what a client makes of the things that real services do now and then.

export type ReplyEnding = {
  /** It comes where so many deltas of audio or of arguments have been sent; absent: after all. */
  readonly afterDeltas?: number;
} & (
  | { readonly status: 'completed' }
  | { readonly status: 'cancelled'; readonly reason: 'turn_detected' | 'client_cancelled' }
  | { readonly status: 'incomplete'; readonly reason: 'max_output_tokens' | 'content_filter' }
  | {
      readonly status: 'failed';
      /** `server_error`, `insufficient_quota`, ... */
      readonly code: string;
      readonly type?: string;
      readonly message?: string;
    }
  /** No response.done, ever; cancelling it helps. */
  | { readonly status: 'never' }
);

/** It says something. */
export interface SpokenItemPlan {
  /** Its sound, given the utterance (empty where none was heard). null: an item without any content. */
  readonly audio?: ((utterance: Buffer) => Buffer) | null;
  /** Absent: how much speech it is. */
  readonly transcript?: string;
  /** As some services mark what is said before the answer proper. */
  readonly phase?: 'commentary' | 'final_answer';
}

/** It calls a function of the client's. */
export interface FunctionCallPlan {
  readonly name: string;
  /** As a model wrote it: JSON, or what should have been. */
  readonly arguments: string;
  /** Absent: a fresh one. */
  readonly callId?: string;
  /** What the finished item says of itself; default completed. Cut off, it is incomplete all the same. */
  readonly status?: 'completed' | 'incomplete';
}

/** The service runs a tool of an MCP server. GA only: elsewhere it is left out. */
export interface McpCallPlan {
  readonly serverLabel: string;
  readonly name: string;
  readonly arguments: string;
  /** Default: empty. */
  readonly output?: string;
  /** In place of an output. */
  readonly error?: string;
  /** Its result comes after response.done. Default false. */
  readonly afterDone?: boolean;
}

/** The service asks whether it may run a tool of an MCP server. GA only: elsewhere it is left out. */
export interface ApprovalPlan extends Pick<McpCallPlan, 'serverLabel' | 'name' | 'arguments'> {
  /** What the call comes to once it is approved. */
  readonly result?: Pick<McpCallPlan, 'output' | 'error'>;
}

/** Without calls (tool_choice none), only what is spoken remains. */
export type ReplyItem =
  | SpokenItemPlan
  | { readonly call: FunctionCallPlan }
  | { readonly mcp: McpCallPlan }
  | { readonly approval: ApprovalPlan };

export interface ReplyScript {
  /** False: no response.created. With an ending of `never` and no items: dead air. Default true. */
  readonly created?: boolean;
  /** Default: one item that says the utterance back. An empty array: `output: []`. */
  readonly items?: readonly ReplyItem[];
  /** Default: completed. */
  readonly ending?: ReplyEnding;
  /** An item's `audio.done` comes after the first delta of the item after it. Default false. */
  readonly overlapping?: boolean;
  /** PCM bytes of an audio delta; an odd number splits samples. Default: 100 ms. */
  readonly deltaBytes?: number;
  /** How many audio deltas follow after response.done, as far as there is audio left. Default 0. */
  readonly lateDeltas?: number;
  /** False: response.cancel and speech are not answered while it lasts. Default true. */
  readonly cancellable?: boolean;
}
