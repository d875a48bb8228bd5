// The header of a Pi: people count pins, the kernel counts GPIO lines.

/** Pins by GPIO number, from 2 on: 0 and 1 are reserved for the identification of boards. */
const pins = [
  3, 5, 7, 29, 31, 26, 24, 21, 19, 23, 32, 33, 8, 10, 36, 11, 12, 35, 38, 40, 15, 16, 18, 22, 37, 13,
];

/** "GPIO 17 (pin 11)"; without the pin for a line that is not on the header. */
export const nameOfLine = (gpio: number): string => {
  const pin = pins[gpio - 2];
  return pin === undefined ? `GPIO ${gpio}` : `GPIO ${gpio} (pin ${pin})`;
};
