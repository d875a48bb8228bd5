import { aplayCommand } from '../../src/audio/commands.ts';
import { describeCardLoudspeaker } from '../contracts/card-loudspeaker.ts';

describeCardLoudspeaker(aplayCommand, 'aplay');
