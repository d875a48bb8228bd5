import { aplayCommand } from '../../src/audio/playback-commands.ts';
import { describeCardLoudspeaker } from '../contracts/card-loudspeaker.ts';

describeCardLoudspeaker(aplayCommand, 'aplay');
