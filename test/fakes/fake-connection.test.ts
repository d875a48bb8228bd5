import { connectionContract } from '../contracts/connection.ts';
import { createFakeService } from './fake-connection.ts';

connectionContract('The fake connection', () => {
  const { connect, connections } = createFakeService();
  const last = () => connections.at(-1);
  return Promise.resolve({
    connect,
    confirm: async () => last()?.say('sessionReady'),
    say: async (event) => last()?.say(event),
    sound: async (pcm) => last()?.sound(pcm),
    call: async (callId) => last()?.call({ callId }),
    breakOff: async () => last()?.fail('The network is gone.'),
    received: async () => last()?.sent ?? [],
    end: () => Promise.resolve(),
  });
});
