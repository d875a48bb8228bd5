// The volume of the sound card, by ALSA's own amixer: mapped, so that per cent are what ears hear, and found
// anew each time, for a card may have been plugged in again. What was set last is remembered over a restart.

import pLimit from 'p-limit';
import { errorMessage, ToolError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import { type Volume, type VolumeStore, withinPercent } from '../../core/volume.ts';
import { chooseControl, type MixerControl, parseControls, playbackControls } from './amixer-controls.ts';
import { runAmixer } from './amixer-run.ts';

export interface AmixerVolumeOptions {
  /** The loudspeaker's, as ALSA knows it. */
  readonly device: string;
  /** As amixer knows it, "PCM" or "Line Out,1"; '' finds one. */
  readonly control: string;
  readonly store: VolumeStore;
  readonly log: Log;
}

/** What nobody hears; cards without silence end somewhere above. */
const SILENCE_DB = -90;

const noControl = (
  { device, control }: AmixerVolumeOptions,
  controls: readonly MixerControl[],
): ToolError => {
  const names = playbackControls(controls).map(({ id }) => id.replaceAll("'", '').replace(/,0$/, ''));
  if (names.length === 0)
    return new ToolError(
      `The sound card of the loudspeaker "${device}" has no volume control: ` +
        'turn it up or down at the loudspeaker itself, or define a softvol in /etc/asound.conf.',
    );
  const missing = control === '' ? 'that is the volume of its loudspeaker' : `"${control}"`;
  return new ToolError(
    `The sound card of the loudspeaker "${device}" has no control ${missing}: ` +
      `name one of these as mixer_control in [loudspeaker]: ${names.join('; ')}.`,
  );
};

/** As ears hear it. */
const heardOf = ({ percent = 0, muted }: MixerControl): number => (muted ? 0 : percent);

const find = async (options: AmixerVolumeOptions, signal?: AbortSignal): Promise<MixerControl> => {
  const controls = parseControls(await runAmixer(options.device, ['scontents'], signal));
  const control = chooseControl(controls, options.control);
  if (control === undefined) throw noControl(options, controls);
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
  // A card that was muted would stay silent.
  const unmute = hasSwitch && percent > 0 ? ['unmute'] : [];
  const after = await set(`${percent}%`, ...unmute);
  // Where the lowest step can still be heard. Elsewhere a muted card would only puzzle other programs.
  if (percent === 0 && hasSwitch && (after?.decibels ?? SILENCE_DB) > SILENCE_DB) await set('mute');
  return after === undefined ? percent : heardOf(after);
};

export const createAmixerVolume = (options: AmixerVolumeOptions): Volume => {
  const { store, log } = options;
  // What is set while the remembered volume is being restored must be what lasts.
  const inTurn = pLimit(1);

  const remember = (percent: number): void => {
    try {
      store.write(percent);
    } catch (error) {
      log.warn(
        { percent, reason: errorMessage(error) },
        'The volume is set, and will be forgotten at a restart.',
      );
    }
  };

  const remembered = (): number | undefined => {
    try {
      return store.read();
    } catch (error) {
      log.warn({ reason: errorMessage(error) }, 'The remembered volume cannot be read, and is ignored.');
      return undefined;
    }
  };

  const restore = async (): Promise<void> => {
    const percent = remembered();
    if (percent === undefined) return;
    try {
      await setCard(options, percent);
      log.info({ percent }, 'The volume is as it was.');
    } catch (error) {
      log.warn({ percent, reason: errorMessage(error) }, 'The remembered volume cannot be set.');
    }
  };

  return {
    get: (signal) => inTurn(async () => heardOf(await find(options, signal))),
    set: (wanted, signal) =>
      inTurn(async () => {
        const percent = withinPercent(wanted);
        const taken = await setCard(options, percent, signal);
        remember(percent);
        return taken;
      }),
    restore: () => inTurn(restore),
  };
};
