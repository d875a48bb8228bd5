import { speakerCommand } from '../../src/adapters/playback-commands.ts';
import { describeCardLoudspeaker } from '../contracts/card-loudspeaker.ts';

describeCardLoudspeaker(speakerCommand, 'node');
