import { expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config/config.ts';

const words = (line: number) =>
  `button and light share line ${line}; give one of them another gpio, or the backend "none"`;

it.each([
  ['[light]\ngpio = 17', `f:2: light.gpio: ${words(17)}`],
  ['[button]\n\ngpio = 27', `f:3: button.gpio: ${words(27)}`],
  ['[button]\ngpio = 5\n[light]\ngpio = 5', `f:4: light.gpio: ${words(5)}`],
  ['[button]\nchip = "pinctrl-rp1"\n[light]\ngpio = 17', `f:4: light.gpio: ${words(17)}`],
  ['[button]\nchip = "extender"\n[light]\nchip = "extender"\ngpio = 17', `f:5: light.gpio: ${words(17)}`],
])('refuses %j', (toml, message) => {
  expect(() => parseConfig(toml, 'f')).toThrow(new ConfigError(message));
});

it.each([
  '[light]\ngpio = 17\nbackend = "none"',
  '[light]\ngpio = 17\n[button]\nbackend = "none"',
  '[light]\ngpio = 17\nchip = "extender"',
  '[light]\ngpio = 18',
])('accepts %j', (toml) => {
  expect(() => parseConfig(toml, 'f')).not.toThrow();
});
