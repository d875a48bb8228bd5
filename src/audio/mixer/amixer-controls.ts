// Parses the output of amixer (`scontents`, `sget` and `sset` look alike), and chooses the control of the
// loudspeaker. Cards have no rule for that: a list of usual names decides, then the order on the card.

export interface MixerControl {
  readonly name: string;
  /** As amixer takes it: 'Line Out',0 */
  readonly id: string;
  /** Whether it can be muted. */
  readonly hasSwitch: boolean;
  /** For playback: the mean of the channels, in percent of the perceived loudness. Undefined where the control has no such volume. */
  readonly percent: number | undefined;
  /** Whether all of its channels are off. */
  readonly muted: boolean;
  /** Of the loudest channel. Undefined where the card does not report it. */
  readonly decibels: number | undefined;
}

/** The playback part of a line `Front Left: Playback 26 [80%] [-5.00dB] [on] Capture 10 [50%] [on]`. */
const playbackOf = (line: string): string =>
  /^ {2}[^:]+: (?:Playback )?(?!Capture)(.*?)(?: Capture .*)?$/.exec(line)?.[1] ?? '';

const numbersOf = (channels: readonly string[], pattern: RegExp): number[] =>
  channels.flatMap((channel) => {
    const [, number] = pattern.exec(channel) ?? [];
    return number === undefined ? [] : [Number(number)];
  });

const parseControl = (text: string): MixerControl => {
  const [first = '', capabilityLine = '', ...lines] = text.split('\n');
  const id = first.trim();
  const capabilities = capabilityLine.replace(/^ *Capabilities:/, '').split(' ');
  const has = (...names: readonly string[]): boolean => names.some((name) => capabilities.includes(name));
  const channels = lines.map(playbackOf);
  const percents = numbersOf(channels, /\[(\d+)%\]/);
  const decibels = numbersOf(channels, /\[(-?[\d.]+)dB\]/);
  const hasVolume = has('pvolume', 'volume') && percents.length > 0;
  const switches = channels.filter((channel) => /\[(on|off)\]/.test(channel));
  return {
    name: id.replace(/^'(.*)',\d+$/, '$1'),
    id,
    hasSwitch: has('pswitch', 'switch'),
    percent: hasVolume
      ? Math.round(percents.reduce((sum, percent) => sum + percent, 0) / percents.length)
      : undefined,
    muted: switches.length > 0 && switches.every((channel) => channel.includes('[off]')),
    decibels: decibels.length > 0 ? Math.max(...decibels) : undefined,
  };
};

export const parseControls = (output: string): MixerControl[] =>
  output
    .split(/^Simple mixer control /m)
    .slice(1)
    .map(parseControl);

const usualNames = [
  'Master',
  'Speaker',
  'PCM',
  'Headphone',
  'Headphones',
  'Digital',
  'Line Out',
  'Lineout',
  'HDMI',
];
/** Controls that play other things than replies: the sidetone of a headset, a beep. */
const otherNames = /\b(mic|microphone|sidetone|beep|loopback|line in|aux|cd)\b/i;

/** The controls that set a playback volume. */
export const playbackControls = (controls: readonly MixerControl[]): MixerControl[] =>
  controls.filter(({ percent }) => percent !== undefined);

/** @param wanted a name, alone or as "Line Out,1"; '' for the usual one */
export const chooseControl = (
  controls: readonly MixerControl[],
  wanted: string,
): MixerControl | undefined => {
  const candidates = playbackControls(controls);
  if (wanted !== '')
    return candidates.find(({ name, id }) => name === wanted || id.replaceAll("'", '') === wanted);
  const byName = usualNames.map((name) => candidates.find((control) => control.name === name));
  return (
    byName.find((control) => control !== undefined) ?? candidates.find(({ name }) => !otherNames.test(name))
  );
};
