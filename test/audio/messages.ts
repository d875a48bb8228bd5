// Every sentence of src/audio and of src/system/hardware-presence.ts, by code.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cardFailure, cardFailureCodes } from '../../src/audio/card-failure.ts';
import { parseControls } from '../../src/audio/mixer/amixer-controls.ts';
import { mixerFailure, mixerTimeout } from '../../src/audio/mixer/amixer-run.ts';
import { missingControl, volumeWarnings } from '../../src/audio/mixer/amixer-volume.ts';
import { readWav, wavFailure } from '../../src/audio/wav/wav-file.ts';
import { wavHeader } from '../../src/audio/wav/wav-header.ts';
import { WavWriter } from '../../src/audio/wav/wav-loudspeaker.ts';
import { errorMessage } from '../../src/core/errors.ts';
import type { MissingHardware } from '../../src/core/ports.ts';
import { createHardwarePresence } from '../../src/system/hardware-presence.ts';
import { writeWav } from '../rigs/write-wav.ts';

const loudspeaker = { kind: 'loudspeaker', device: 'hw:Box', program: 'aplay' } as const;
const details = {
  'queue-full': '600000',
  'program-killed': 'SIGKILL',
  'program-crashed': 'SIGSEGV',
  'program-ended': 'SIGTERM',
};

const cards = cardFailureCodes.map((code) => {
  const detail = details[code as keyof typeof details] ?? 'the reason';
  return [code, cardFailure(code, loudspeaker, detail).sentence] as const;
});
const otherPrograms = [
  [
    'device-missing: microphone',
    cardFailure('device-missing', { ...loudspeaker, kind: 'microphone' }).sentence,
  ],
  [
    'program-crashed: speaker',
    cardFailure('program-crashed', { ...loudspeaker, program: 'speaker' }, 'SIGILL').sentence,
  ],
] as const;

const noMixer = { code: 1, signal: null, stderr: 'ALSA lib control.c:1575: Invalid CTL spk' };
const microphoneOnly = readFileSync(join(import.meta.dirname, 'mixer/amixer/microphone-only.txt'), 'utf8');
const mixer = {
  'mixer-missing': mixerFailure('spk', noMixer).sentence,
  'mixer-timed-out': mixerTimeout('hw:Box').sentence,
  'no-volume-control': missingControl({ device: 'hw:Box', control: '' }, []).message,
  'mixer-control-missing': missingControl({ device: 'hw:Box', control: 'PCM' }, parseControls(microphoneOnly))
    .message,
};

const folder = mkdtempSync(join(tmpdir(), 'parley-messages-'));
const at = (name: string): string => join(folder, name);
const made = (content: Buffer): string => {
  writeFileSync(at('in.wav'), content);
  return at('in.wav');
};
const ours = { encoding: 1, channels: 1, rate: 24_000, bits: 16, blockBytes: 2 };
const wav = (part: Partial<typeof ours>, bytes = 36, held = bytes): string =>
  made(Buffer.concat([wavHeader({ ...ours, ...part }, bytes), Buffer.alloc(held)]));
const large = (): string => {
  truncateSync(made(Buffer.alloc(0)), 64 * 1024 * 1024 + 1);
  return at('in.wav');
};
const sentenceOf = async (act: () => unknown): Promise<string> => {
  const error: unknown = await Promise.resolve()
    .then(act)
    .catch((reason: unknown) => reason);
  return errorMessage(error).replaceAll(`${folder}/`, '');
};
const fileError = (code: string) => Object.assign(new Error(`${code}: the reason`), { code });

const wavMessages = async (): Promise<Record<string, string>> => {
  mkdirSync(at('folder'));
  writeFileSync(at('file'), '');
  const removed = new WavWriter(at('removed.wav'));
  removed.open();
  removed.close();
  rmSync(at('removed.wav'));
  const unreadable = {
    'wav-missing': () => readWav(at('none.wav')),
    'wav-not-a-file': () => readWav(at('folder')),
    'wav-no-header': () => readWav(made(Buffer.from('ID3'))),
    'wav-header-broken': () => readWav(wav({ blockBytes: 0 })),
    'wav-truncated': () => readWav(wav({}, 22, 20)),
    'wav-empty': () => readWav(wav({}, 0)),
    'wav-encoding-unsupported': () => readWav(wav({ encoding: 17, bits: 4 })),
    'wav-channels-unsupported': () => readWav(wav({ channels: 9, blockBytes: 18 })),
    'wav-rate-unsupported': () => readWav(wav({ rate: 3 })),
    'wav-too-long': () => readWav(wav({ rate: 4_000, bits: 8, blockBytes: 1 }, 2_400_001)),
    'wav-too-large': () => readWav(large()),
    'file-not-writable: no folder': () => writeWav(at('none/out.wav'), Buffer.alloc(0)),
    'file-not-writable: folder is a file': () => writeWav(at('file/out.wav'), Buffer.alloc(0)),
    'file-not-writable: a folder': () => writeWav(at('folder'), Buffer.alloc(0)),
    'file-not-writable: disk full': () => writeWav('/dev/full', Buffer.alloc(1)),
    'wav-removed': () => removed.open(),
    'wav-full': () => new WavWriter(at('out.wav')).write({ length: 0xffff_ffff } as Buffer),
  };
  const sentences: Record<string, string> = {
    'wav-denied': wavFailure('in.wav', fileError('EACCES')).sentence,
    'wav-unreadable': wavFailure('in.wav', fileError('EIO')).sentence,
  };
  for (const [code, act] of Object.entries(unreadable)) sentences[code] = await sentenceOf(act);
  return sentences;
};

const missing = (options: object): [code: string, sentence: string] => {
  const presence = createHardwarePresence({
    url: 'wss://service/',
    cards: folder,
    interfaces: () => ({}),
    ...options,
  });
  const { code, sentence } = presence.missing() as MissingHardware;
  return [code, sentence];
};

export const messages: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...cards, ...otherPrograms]),
  ...mixer,
  ...(await wavMessages()),
  ...volumeWarnings,
  ...Object.fromEntries([
    missing({ microphone: { device: 'hw:Mic', card: 'Mic' } }),
    missing({ loudspeaker: { device: 'hw:Box', card: 'Box' } }),
    missing({}),
  ]),
};

rmSync(folder, { recursive: true });
