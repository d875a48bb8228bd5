import { aplayCommand } from '../../src/adapters/playback-commands.ts';
import { describeCardLoudspeaker } from '../contracts/card-loudspeaker.ts';

describeCardLoudspeaker(aplayCommand, 'aplay');
