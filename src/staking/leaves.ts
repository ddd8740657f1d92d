/** What the leaves of an SSZ tree hold. Numbers are little-endian. */

/** `FAR_FUTURE_EPOCH`: it has not been decided. */
export const FAR_FUTURE_EPOCH = 2n ** 64n - 1n;

export interface ValidatorFields {
  readonly pubkeyRoot: string;
  /** [gwei] */
  readonly effectiveBalance: bigint;
  readonly slashed: boolean;
  readonly activationEligibilityEpoch: bigint;
  readonly activationEpoch: bigint;
  readonly exitEpoch: bigint;
  readonly withdrawableEpoch: bigint;
}

export interface Validator {
  readonly withdrawalCredentials: string;
  /** Everything else. */
  readonly fields: ValidatorFields;
}

export const toHex = (bytes: Uint8Array): string =>
  `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

/** @param lane Which of the four numbers of 8 bytes in a leaf. */
export function readNumber(leaf: Uint8Array, lane = 0): bigint {
  return new DataView(leaf.buffer, leaf.byteOffset, leaf.byteLength).getBigUint64(8 * lane, true);
}

/** @param leafAt The validator's fields, in the order of the specification. */
export function readValidator(leafAt: (field: number) => Uint8Array): Validator {
  const fields = {
    pubkeyRoot: toHex(leafAt(0)),
    effectiveBalance: readNumber(leafAt(2)),
    slashed: readNumber(leafAt(3)) !== 0n,
    activationEligibilityEpoch: readNumber(leafAt(4)),
    activationEpoch: readNumber(leafAt(5)),
    exitEpoch: readNumber(leafAt(6)),
    withdrawableEpoch: readNumber(leafAt(7)),
  };
  return { withdrawalCredentials: toHex(leafAt(1)), fields };
}
