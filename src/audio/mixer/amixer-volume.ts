// The volume of the sound card, by ALSA's amixer, in percent of the perceived loudness. The control is looked for
// each time, because the card may have been plugged in again. The last volume is stored, and set again after a restart.

import pLimit from 'p-limit';
import { errorMessage, ToolError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import { type Volume, withinPercent } from '../../core/volume.ts';
import { chooseControl, type MixerControl, parseControls, playbackControls } from './amixer-controls.ts';
import { runAmixer } from './amixer-run.ts';
import { readVolume, writeVolume } from './volume-file.ts';

export interface AmixerVolumeOptions {
  /** The device of the loudspeaker, as ALSA knows it. */
  readonly device: string;
  /** As amixer knows it, "PCM" or "Line Out,1"; '' finds one. */
  readonly control: string;
  /** The state directory, where the volume is stored. */
  readonly folder: string;
  readonly log: Log;
}

/** By code; the fact `reason` says which file, or what the card answered. */
export const volumeWarnings = {
  'volume-not-stored':
    'The volume is set, but cannot be stored, and a restart loses it: check the disk and its permissions.',
  'volume-not-read': 'The stored volume cannot be read, and the volume of the card stays: set it again.',
  'volume-not-restored':
    'The stored volume could not be set, and the volume of the card stays: set it again.',
};

/** Too low to be heard; a card that cannot be silent has a higher minimum. */
const SILENCE_DB = -90;

export const missingControl = (
  { device, control }: Pick<AmixerVolumeOptions, 'device' | 'control'>,
  controls: readonly MixerControl[],
): ToolError => {
  const names = playbackControls(controls).map(({ id }) => id.replaceAll("'", '').replace(/,0$/, ''));
  if (names.length === 0)
    return new ToolError(
      'no-volume-control',
      `The sound card of the loudspeaker "${device}" has no volume control: ` +
        'turn it up or down at the loudspeaker itself, or define a softvol in /etc/asound.conf.',
    );
  const missing = control === '' ? 'that is the volume of its loudspeaker' : `"${control}"`;
  return new ToolError(
    'mixer-control-missing',
    `The sound card of the loudspeaker "${device}" has no control ${missing}: ` +
      `name one of these as mixer_control in [loudspeaker]: ${names.join('; ')}.`,
  );
};

/** In percent of the perceived loudness. */
const heardOf = ({ percent = 0, muted }: MixerControl): number => (muted ? 0 : percent);

const find = async (options: AmixerVolumeOptions, signal?: AbortSignal): Promise<MixerControl> => {
  const controls = parseControls(await runAmixer(options.device, ['scontents'], signal));
  const control = chooseControl(controls, options.control);
  if (control === undefined) throw missingControl(options, controls);
  return control;
};

const setCard = async (
  options: AmixerVolumeOptions,
  percent: number,
  signal?: AbortSignal,
): Promise<number> => {
  const { id, hasSwitch } = await find(options, signal);
  const set = async (...words: readonly string[]): Promise<MixerControl | undefined> =>
    parseControls(await runAmixer(options.device, ['sset', id, 'playback', ...words], signal))[0];
  // A muted card would stay silent.
  const unmute = hasSwitch && percent > 0 ? ['unmute'] : [];
  const after = await set(`${percent}%`, ...unmute);
  // Only where the lowest step can be heard: other programs do not expect a muted card.
  if (percent === 0 && hasSwitch && (after?.decibels ?? SILENCE_DB) > SILENCE_DB) await set('mute');
  return after === undefined ? percent : heardOf(after);
};

export const createAmixerVolume = (options: AmixerVolumeOptions): Volume => {
  const { folder, log } = options;
  // A volume that is set during the restore must be the last one.
  const inTurn = pLimit(1);
  const warn = (code: keyof typeof volumeWarnings, error: unknown): void =>
    log.warn({ code, reason: errorMessage(error) }, volumeWarnings[code]);

  const store = (percent: number): void => {
    try {
      writeVolume(folder, percent);
    } catch (error) {
      warn('volume-not-stored', error);
    }
  };

  const restore = async (): Promise<void> => {
    let percent: number | undefined;
    try {
      percent = readVolume(folder);
    } catch (error) {
      warn('volume-not-read', error);
    }
    if (percent === undefined) return;
    try {
      await setCard(options, percent);
      log.info({ percent }, 'The stored volume is set.');
    } catch (error) {
      warn('volume-not-restored', error);
    }
  };

  return {
    get: (signal) => inTurn(async () => heardOf(await find(options, signal))),
    set: (wanted, signal) =>
      inTurn(async () => {
        const percent = withinPercent(wanted);
        const taken = await setCard(options, percent, signal);
        store(percent);
        return taken;
      }),
    restore: () => inTurn(restore),
  };
};
