/** Takes the time of parts that follow each other. */
export class Stopwatch {
  readonly #parts = new Map<string, number>();
  #part = "";
  #since = performance.now();

  /** Begins a part, and ends the one before; one that was there already goes on. */
  start(part: string): void {
    this.#stop();
    this.#part = part;
  }

  /** How long each took so far, in the order of their beginnings. [seconds] */
  read(): { readonly part: string; readonly seconds: number }[] {
    this.#stop();
    return Array.from(this.#parts, ([part, milliseconds]) => ({ part, seconds: Math.round(milliseconds / 100) / 10 }));
  }

  #stop(): void {
    const now = performance.now();
    if (this.#part !== "") this.#parts.set(this.#part, (this.#parts.get(this.#part) ?? 0) + now - this.#since);
    this.#since = now;
  }
}
