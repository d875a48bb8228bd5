// The header of a Pi: people count pins, the kernel counts GPIO lines.

/** By GPIO number, from 2 on: 0 and 1 belong to the identification of boards. */
const pins = [
  3, 5, 7, 29, 31, 26, 24, 21, 19, 23, 32, 33, 8, 10, 36, 11, 12, 35, 38, 40, 15, 16, 18, 22, 37, 13,
];

/** " (pin 11)"; nothing for a line that is not on the header. */
export const pinOf = (gpio: number): string => {
  const pin = pins[gpio - 2];
  return pin === undefined ? '' : ` (pin ${pin})`;
};
