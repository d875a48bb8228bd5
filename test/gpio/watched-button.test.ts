import { expect, it } from 'vitest';
import { PressDetector } from '../../src/gpio/watched-button.ts';

it.each([
  { story: 'one press', edges: 'd', presses: '1' },
  { story: 'press and release, twice', edges: 'dudu', presses: '1010' },
  { story: 'held at the start', edges: 'udu', presses: '010' },
  { story: 'no second press without a release', edges: 'dddud', presses: '10001' },
  { story: 'releases alone', edges: 'uuu', presses: '000' },
])('$story', ({ edges, presses }) => {
  const detector = new PressDetector();
  const seen = [...edges].map((edge) => (detector.edge(edge === 'd') ? '1' : '0'));
  expect(seen.join('')).toBe(presses);
});
