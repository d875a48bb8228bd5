// What counts as a press: an edge down, and the next one only after a release. The edges are debounced. A button
// that is held at the start has not been pressed: its first edge is the release.

/** Finds the presses among edges. Make a new one when edges may have been missed. */
export class PressDetector {
  #armed = true;

  /** Whether this edge is a press. @param down whether the button is down, not the level of the line */
  edge(down: boolean): boolean {
    const pressed = down && this.#armed;
    this.#armed = !down;
    return pressed;
  }
}
