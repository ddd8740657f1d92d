/** Reads from chunks of any size, and never holds more than one of them. */
export class ByteReader {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private chunk: Uint8Array = new Uint8Array();
  private isOver = false;
  /** How much has been read. [bytes] */
  position = 0;

  /** @param onProgress Told how many bytes have come, with each chunk. */
  constructor(
    source: AsyncIterable<Uint8Array>,
    private readonly onProgress: (bytes: number) => void = () => undefined,
  ) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** Fills `target`, or less of it where the source ends. @returns How many bytes were read. */
  async fill(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length && (await this.load())) {
      const part = this.chunk.subarray(0, target.length - filled);
      target.set(part, filled);
      this.chunk = this.chunk.subarray(part.length);
      filled += part.length;
      this.position += part.length;
    }
    return filled;
  }

  /** Whether nothing is left. */
  async isAtEnd(): Promise<boolean> {
    return !(await this.load());
  }

  /** Lets the source go, wherever it is. */
  async close(): Promise<void> {
    this.isOver = true;
    await this.chunks.return?.();
  }

  /** @returns Whether there is a chunk with something in it. */
  private async load(): Promise<boolean> {
    while (this.chunk.length === 0 && !this.isOver) {
      const next = await this.chunks.next();
      if (next.done === true) this.isOver = true;
      else {
        this.chunk = next.value;
        this.onProgress(this.position + this.chunk.length);
      }
    }
    return this.chunk.length > 0;
  }
}
