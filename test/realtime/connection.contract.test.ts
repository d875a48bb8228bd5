import type { ServiceEvent } from '../../src/core/ports.ts';
import { connectRealtime } from '../../src/realtime/connection.ts';
import { type ConnectionHarness, connectionContract } from '../contracts/connection.ts';
import { openAi } from '../rigs/connecting.ts';
import { type ScriptedService, startScriptedService } from '../rigs/scripted-service.ts';
import { until } from '../rigs/until.ts';

const item = { response_id: 'r', item_id: 'i' };

const wireOf: Readonly<Partial<Record<ServiceEvent, object>>> = {
  turnCommitted: { type: 'input_audio_buffer.committed' },
  replyCreated: { type: 'response.created', response: { id: 'r' } },
  replyEnded: { type: 'response.done', response: { id: 'r', status: 'completed' } },
};

/** What was sent before has arrived: a WebSocket keeps the order, and the pong comes last. */
const roundTrip = async (service: ScriptedService): Promise<void> => {
  for (const socket of service.sockets())
    await new Promise<void>((resolve) => {
      socket.once('pong', () => resolve());
      socket.once('close', () => resolve());
      socket.ping();
    });
};

const received = (service: ScriptedService): (string | Buffer)[] =>
  service.received.flatMap(({ type, audio, item: sent }): (string | Buffer)[] => {
    if (type === 'input_audio_buffer.append') return [Buffer.from(String(audio), 'base64')];
    if (type === 'input_audio_buffer.clear') return ['clear'];
    if (type === 'conversation.item.create') return [`answer ${(sent as { call_id: string }).call_id}`];
    return type === 'response.cancel' ? ['interrupt'] : [];
  });

const createHarness = async (): Promise<ConnectionHarness> => {
  const service = await startScriptedService({ received: () => undefined });
  const say = async (event: object): Promise<void> => {
    service.say(event);
    await roundTrip(service);
  };
  return {
    connect: (listener) =>
      connectRealtime(
        {
          protocol: openAi(service.url),
          preRollMs: 1000,
          handshakeTimeoutMs: 20_000,
        },
        listener,
      ),
    confirm: async () => {
      await until(() => service.received.length > 0, 'session.update');
      await say({ type: 'session.updated' });
    },
    say: async (event) => {
      const wire = wireOf[event];
      // A reply starts with its first sound; there is no message of its own.
      if (wire !== undefined) await say(wire);
    },
    sound: (pcm) => say({ type: 'response.output_audio.delta', ...item, delta: pcm.toString('base64') }),
    call: async (callId) => {
      const call = { type: 'function_call', name: 'do_it', call_id: callId, arguments: '{}' };
      service.say({ type: 'response.output_item.done', ...item, item: call });
      await say({ type: 'response.done', response: { id: 'r', status: 'completed' } });
    },
    breakOff: async () => {
      for (const socket of service.sockets()) socket.terminate();
      await until(() => service.sockets().length === 0, 'the end of the socket');
    },
    received: async () => {
      await roundTrip(service);
      return received(service);
    },
    end: () => service.close(),
  };
};

connectionContract('The connection over a socket', createHarness);
