/** Byte strings of one length, found among bytes without making text of them. */
export class ByteSet {
  private readonly byKey = new Map<number, Uint8Array[]>();

  /** @param members Each of `length` bytes. */
  constructor(
    members: Iterable<Uint8Array>,
    private readonly length: number,
  ) {
    for (const member of members) {
      const key = this.keyOf(member, 0);
      this.byKey.set(key, [...(this.byKey.get(key) ?? []), member]);
    }
  }

  get isEmpty(): boolean {
    return this.byKey.size === 0;
  }

  /** Whether the bytes at `start` are a member. */
  has(bytes: Uint8Array, start: number): boolean {
    const candidates = this.byKey.get(this.keyOf(bytes, start));
    return candidates?.some((member) => member.every((byte, place) => byte === bytes[start + place])) ?? false;
  }

  /** The last four bytes: the first ones of credentials are mostly alike. */
  private keyOf(bytes: Uint8Array, start: number): number {
    let key = 0;
    for (let place = this.length - 4; place < this.length; place++) key = key * 256 + (bytes[start + place] ?? 0);
    return key;
  }
}
