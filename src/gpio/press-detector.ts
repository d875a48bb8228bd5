// What counts as a press: the edge down, once, and the next only after a release. Edges are debounced
// before they come here. A button that is held when we start to look has not been pressed: its first
// edge is the release.

/** Edges in, presses out. Make a new one whenever edges may have been missed. */
export class PressDetector {
  #armed = true;

  /** Whether this edge is a press. `down` is the button's own sense, whatever the level of the line. */
  edge(down: boolean): boolean {
    const pressed = down && this.#armed;
    this.#armed = !down;
    return pressed;
  }
}
