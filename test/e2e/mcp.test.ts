// Tools of an MCP server, which the service calls by itself: real sound, the parrot in both parts.

import { expect, test } from 'vitest';
import type { ReplyItem } from '../../src/parrot/responses/reply-script.ts';
import { speak } from '../rigs/speech.ts';
import type { RunningParley } from './running-parley.ts';
import { cleanUpAfterEach, startListening, transcripts } from './tool-calls.ts';

const question = speak('What is the weather like?');
const weather = { serverLabel: 'home', name: 'get_weather', arguments: '{}' };
const toml = `[[mcp]]
server_label = "home"
server_url = "https://mcp.example.org/mcp"
allowed_tools = ["get_weather", "open_door"]
require_approval = "always"
approve = ["get_weather"]
`;

cleanUpAfterEach();

/** One turn, to which the service answers with these items. */
const answerWith = async (items: readonly ReplyItem[]): Promise<RunningParley> => {
  const replies = (n: number) => (n === 1 ? { items } : undefined);
  const parley = await startListening({ toml, parrot: { replies } });
  await parley.say(question);
  await parley.daemon.untilPhase('listening', 2);
  // By the server's call, or at once by the request for a reply where the call was refused.
  const entered = parley.daemon.records().map(({ phase }) => phase);
  expect(entered.includes('working') || entered.includes('awaitingFollowUp')).toBe(true);
  return parley;
};

/** How many responses the daemon has requested. */
const requested = ({ wire }: RunningParley): number =>
  wire.filter(({ direction, type }) => direction === 'in' && type === 'response.create').length;

test('a call that ends after its response is spoken about when it has ended', async () => {
  const parley = await answerWith([{ mcp: { ...weather, output: 'rain all day', afterDone: true } }]);
  expect(transcripts(parley)).toContain('rain all day');
  expect(requested(parley)).toBe(1);
});

test('a request for approval of what the configuration approves is approved', async () => {
  const parley = await answerWith([{ approval: { ...weather, result: { output: 'sunshine' } } }]);
  expect(transcripts(parley)).toContain('sunshine');
  expect(requested(parley)).toBe(1);
});

test('any other request for approval is refused, with a line in the log', async () => {
  const door = { serverLabel: 'home', name: 'open_door', arguments: '{}' };
  const parley = await answerWith([{ approval: { ...door, result: { output: 'it is open' } } }]);
  expect(transcripts(parley)).not.toContain('it is open');
  const line = parley.daemon.records().find(({ msg }) => msg.includes('"open_door"'));
  expect(line).toMatchObject({ level: 'warn', msg: expect.stringContaining('it is refused') });
  expect(requested(parley)).toBe(1);
});
