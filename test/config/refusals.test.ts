import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config/config.ts';

const messageOf = (toml: string): string => {
  try {
    parseConfig(toml, 'f');
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
};

const inTable = (table: string, line: string): string => `[${table}]\n${line}`;
const noAddress = 'expected an address such as "wss://api.openai.com/v1/realtime"';
const noWebSocket = 'expected an address that begins with "wss://" (or "ws://", not encrypted)';
const password = 'holds a user or a password; send it as a header, see [realtime.headers]';
const keyInUrl =
  'holds a key in its "?" part, where it would reach logs; send it as a header, see [realtime.headers]';
const ms = 'expected a whole number of milliseconds from 0 to 2000';
const gpio = 'expected the BCM number of a GPIO line, a whole number from 0 to 1023';
const gpioBackend = 'expected "auto", "gpiod", "onoff" or "none"';
const truth = 'expected true or false, without quotes';
const device =
  'expected the name of an ALSA device in quotes, such as "plughw:CARD=Device" (never with a "-" in front)';
const path = 'expected the path of a file from / on, in quotes (or "")';
const tokens = 'expected "inf" in quotes, or a whole number from 1 to 4096';
const language = 'expected a language of two letters in quotes, such as "de", or ""';
const headerValue = 'expected a text of ASCII characters, 4096 at most; "{key}" stands for the key';
const keyInFile =
  'holds a key of the service, and this file may be read by others; see key_file in [realtime]';
const levels = 'expected "trace", "debug", "info", "warn", "error", "fatal" or "silent"';

const refusals: readonly (readonly [table: string, line: string, sentence: string])[] = [
  ['realtime', 'url = ""', noAddress],
  ['realtime', 'url = "wss://"', noAddress],
  ['realtime', 'url = "wss://host/a b"', noAddress],
  ['realtime', 'url = 5', 'expected an address in quotes, not 5'],
  ['realtime', 'url = "https://api.openai.com"', noWebSocket],
  ['realtime', 'url = "wss://me:secret@host/"', password],
  ['realtime', 'url = "wss://me@host/"', password],
  ['realtime', 'url = "wss://host/?api-key=x"', keyInUrl],
  ['realtime', 'url = "wss://host/?model=a&access_token=x"', keyInUrl],
  ['realtime', 'url = "wss://host/?k={key}"', keyInUrl],
  ['realtime', 'url = "wss://host/#x"', 'holds a "#"; an address of a service has none'],
  [
    'realtime',
    'model = "two words"',
    'expected the name of a model (or "") in quotes, 0 to 200 characters without spaces',
  ],
  ['realtime', 'voice = ""', 'expected the name of a voice in quotes, 1 to 200 characters without spaces'],
  ['realtime', 'dialect = "gb"', 'expected "auto", "ga" or "beta"; did you mean "ga"?'],
  ['realtime', 'dialect = "esperanto"', 'expected "auto", "ga" or "beta"'],
  ['realtime', 'instructions = 1', 'expected a text in quotes, 16 KB at most, not 1'],
  ['realtime', `instructions = "${'ä'.repeat(8193)}"`, 'expected a text in quotes, 16 KB at most'],
  ['realtime', 'language = "deutsch"', language],
  ['realtime', 'language = "DE"', language],
  ['realtime', 'noise_reduction = false', 'expected "far_field", "near_field" or "off", not false'],
  ['realtime', 'speed = 0.2', 'expected a number from 0.25 to 1.5, not 0.2'],
  ['realtime', 'speed = nan', 'expected a number from 0.25 to 1.5, not nan'],
  ['realtime', 'speed = -inf', 'expected a number from 0.25 to 1.5, not -inf'],
  ['realtime', 'max_output_tokens = inf', `${tokens}, not inf`],
  ['realtime', 'max_output_tokens = 0', `${tokens}, not 0`],
  ['realtime', 'max_output_tokens = "many"', tokens],
  ['realtime', 'temperature = 1.3', 'expected a number from 0.6 to 1.2, not 1.3'],
  ['realtime', 'key_file = "key"', path],
  ['realtime', 'key_file = "/a\\u0000b"', path],
  ['realtime', 'headers = "x"', 'expected a table of headers, not a text'],
  ['realtime.headers', 'Connection = "x"', 'this header is set by Parley itself; remove it'],
  ['realtime.headers', '"a b" = "x"', 'expected the name of a header: letters, digits and "-"'],
  ['realtime.headers', 'x = "a\\nb"', headerValue],
  ['realtime.headers', 'x = 1', `${headerValue}, not 1`],
  ['realtime.headers', 'x = "1"\nX = "2"', 'this header is there twice, in upper and lower case; remove one'],
  ['realtime.headers', '__proto__ = "x"', 'unknown key; remove it'],
  ['realtime.headers', 'x = "Bearer sk-proj-0123456789abcdefghij"', keyInFile],
  ['realtime', 'api_key = "sk-0123456789abcdefghij"', keyInFile],
  ['realtime.turn_detection', 'type = "vad"', 'expected "server_vad" or "semantic_vad"'],
  [
    'realtime.turn_detection',
    'type = "server-vad"',
    'expected "server_vad" or "semantic_vad"; did you mean "server_vad"?',
  ],
  ['realtime.turn_detection', 'threshold = 50', 'expected a number from 0 to 1, not 50'],
  ['conversation', 'alarm_s = 0.5', 'expected a number of seconds from 1 to 60, not 0.5'],
  ['microphone', 'pre_roll_s = 121', 'expected a number of seconds from 1 to 120, not 121'],
  ['microphone', 'device = ""', device],
  ['microphone', 'device = "-D"', device],
  ['loudspeaker', 'device = "a\\u001bb"', device],
  ['loudspeaker', 'backend = "Aplay"', 'expected "aplay" or "speaker"; did you mean "aplay"?'],
  ['loudspeaker', 'jitter_buffer_ms = 2001', `${ms}, not 2001`],
  ['loudspeaker', 'lead_in_ms = -1', `${ms}, not -1`],
  ['loudspeaker', 'lead_out_ms = 1.5', `${ms}, not 1.5`],
  ['loudspeaker', 'lead_in_ms = "1"', `${ms}, not a text`],
  ['loudspeaker', 'lead_in_ms = [1]', `${ms}, not a list`],
  ['loudspeaker', 'lead_in_ms = { a = 1 }', `${ms}, not a table`],
  ['loudspeaker', 'lead_in_ms = 2026-11-26', `${ms}, not a date`],
  ['button', 'gpio = 1024', `${gpio}, not 1024`],
  ['button', 'gpio = 99999999999999999999999', `${gpio}, not a number of 23 digits`],
  ['button', 'active_low = "true"', `${truth}, not a text`],
  ['button', 'active_low = 1', `${truth}, not 1`],
  ['button', 'backend = "gpio"', `${gpioBackend}; did you mean "gpiod"?`],
  [
    'button',
    'chip = ""',
    'expected the label of a GPIO chip in quotes, such as "pinctrl-rp1" (never with a "-" in front)',
  ],
  ['button', 'press_while_speaking = "hangup"', 'expected "hang-up" or "interrupt"; did you mean "hang-up"?'],
  ['light', 'backend = 07:30:00', `${gpioBackend}, not a date`],
  ['log', 'level = "warning"', `${levels}; did you mean "warn"?`],
  ['log', 'colour = true', 'unknown key; expected level or transcripts'],
  ['realtime', 'voise = "x"', 'unknown key; did you mean "voice"?'],
  ['realtime', 'maxOutputTokens = 1', 'unknown key; did you mean "max_output_tokens"?'],
  ['loudspeaker', 'ECHO-TAIL-MS = 1', 'unknown key; did you mean "echo_tail_ms"?'],
  ['realtime', 'lang = "de"', 'unknown key; did you mean "language"?'],
  ['realtime', 'device = "x"', 'unknown key here; did you mean the one in [microphone] or [loudspeaker]?'],
  ['realtime', 'toString = 1', `unknown key; expected ${'url, model, voice, dialect'}`],
];

describe('a refused configuration', () => {
  it.each(refusals)('[%s] %s', (table, line, sentence) => {
    const message = messageOf(inTable(table, line));
    const [key = ''] = line.split('\n').at(-1)?.split(' = ') ?? [];
    expect(message).not.toContain('\n');
    expect(message).toMatch(/^f:\d+: /);
    const at = `f:${line.split('\n').length + 1}: ${table}.${/^"/.test(key) ? '"a b"' : key}: `;
    if (key === 'toString') expect(message.startsWith(at + sentence)).toBe(true);
    else expect(message).toBe(at + sentence);
  });

  it.each([
    ['gpio = 5', 'f:1: gpio: unknown key here; did you mean the one in [button] or [light]?'],
    ['[loudspeakr]', 'f:1: loudspeakr: unknown table; did you mean [loudspeaker]?'],
    ['[mic]\ndevice = "x"', 'f:1: mic: unknown table; did you mean [microphone]?'],
    ['\n\n[turn_detection]', 'f:3: turn_detection: unknown table here; did you mean the one in [realtime]?'],
    ['[[light]]\n[[light]]', 'f:1: light: expected a table, not a list'],
    ['light = 5', 'f:1: light: expected a table, not 5'],
    [
      '[realtime]\nturn_detection = "semantic_vad"',
      'f:2: realtime.turn_detection: expected a table, not a text',
    ],
    ['realtime.speed = 9', 'f:1: realtime.speed: expected a number from 0.25 to 1.5, not 9'],
    [
      'log = {\n level = "inf",\n}',
      'f:2: log.level: expected "trace", "debug", "info", "warn", "error", "fatal" or "silent"; did you mean "info"?',
    ],
    [
      '["a\\u001b[31m\\nb"]',
      'f:1: "a?[31m?b": unknown table; expected realtime, conversation, microphone, loudspeaker, button, light, tools, tool, mcp or log',
    ],
  ])('%j', (toml, message) => {
    expect(messageOf(toml)).toBe(message);
  });

  it('names everything that is wrong, in the order of the file', () => {
    const toml = `
[light]
gpio = 17
[log]
levl = "info"
transcripts = "yes"
[realtime]
speed = 9
[realtime.headers]
Host = 7
x = "1"
X = "2"
[oops]`;
    expect(
      messageOf(toml)
        .split('\n')
        .map((line) => line.split(': ').slice(0, 2).join(' ')),
    ).toStrictEqual([
      'f:3 light.gpio',
      'f:5 log.levl',
      'f:6 log.transcripts',
      'f:8 realtime.speed',
      'f:10 realtime.headers.Host',
      'f:12 realtime.headers.X',
      'f:13 oops',
    ]);
  });
});
