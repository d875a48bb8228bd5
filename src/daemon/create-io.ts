// The connection to the service, the microphone and the loudspeaker, made from the configuration. The
// composition root loads this file only when it is ready and waits for a press: sockets, TLS and recording take
// longer to load than everything else.

import { createChildLoudspeaker } from '../audio/child-loudspeaker.ts';
import { createChildMicrophone } from '../audio/child-microphone.ts';
import { aplayCommand, arecordCommand, speakerCommand } from '../audio/commands.ts';
import type { Config } from '../config/config.ts';
import { requestHeaders } from '../config/secrets.ts';
import type { Connect, Loudspeaker, Microphone } from '../core/ports.ts';
import { connectRealtime } from '../realtime/connection.ts';
import { createOpenAiProtocol } from '../realtime/openai/protocol.ts';
import type { McpServer, ToolDefinition } from '../realtime/protocol.ts';

export interface Offer {
  readonly tools: readonly ToolDefinition[];
  readonly servers: readonly McpServer[];
}

export const noOffer: Offer = { tools: [], servers: [] };

/**
 * How a conversation reaches the service of the configuration.
 * @param offer what the service may call
 * @param onOpen the socket is open; what follows is the protocol
 * @throws ConfigError where a header needs a key and there is none
 */
export const connector = (
  config: Config,
  key: string | undefined,
  offer: Offer,
  onOpen?: () => void,
): Connect => {
  const { realtime, microphone, conversation } = config;
  const protocol = createOpenAiProtocol({
    url: realtime.url,
    headers: requestHeaders(realtime.headers, key),
    dialect: realtime.dialect,
    session: { ...realtime, ...offer },
    replyStallLimitMs: conversation.replyStallLimitS * 1000,
    maxCalls: config.tools.workCallsLimit,
    // Just before the limit of the phase, which would end the conversation.
    unconfirmedAfterMs: conversation.connectLimitS * 900,
  });
  const options = {
    protocol,
    preRollMs: microphone.preRollS * 1000,
    // The limit of the phase comes first, and its sentence says what was waited for.
    handshakeTimeoutMs: conversation.connectLimitS * 1000 + 5000,
    onOpen,
  };
  return (listener) => connectRealtime(options, listener);
};

export const createMicrophone = ({ microphone }: Config): Microphone =>
  createChildMicrophone(arecordCommand(microphone.device));

export const createLoudspeaker = ({ loudspeaker, conversation }: Config): Loudspeaker => {
  const { backend, device } = loudspeaker;
  const command = backend === 'speaker' ? speakerCommand(device) : aplayCommand(device);
  return createChildLoudspeaker({ ...loudspeaker, command, maxQueueMs: conversation.replyLimitS * 1000 });
};
