import { dataSlice, getAddress, type Provider } from "ethers";

import { DELEGATION } from "../protocol/accountCode.js";
import { checkSafe, type SafeProblem } from "./checkSafe.js";
import { readSafe, type Safe, type SafeReading } from "./readSafe.js";

/** An owner of a Safe, and who stands behind it. */
export type Holder =
  | { readonly kind: "key"; readonly address: string }
  | { readonly kind: "safe"; readonly address: string; readonly safe: Safe; readonly holders: readonly Holder[] }
  | {
      readonly kind: "contract";
      readonly address: string;
      /** A predicate: "has other code than a Safe 1.4.1". */
      readonly reason: string;
    };

/** A Safe that owns a Safe that owns a Safe is looked into, and no deeper. */
const MAX_DEPTH = 3;

/**
 * Reads who stands behind the owners of a Safe: an owner may be a Safe itself, and only its own owners tell whether two
 * committees are independent, or whether many names are one person.
 */
export async function readHolders(
  owners: readonly string[],
  provider: Provider,
  { block, onProgress }: SafeReading = {},
  depth = 1,
): Promise<Holder[]> {
  const reading = { block: block ?? (await provider.getBlockNumber()), onProgress };
  return await Promise.all(owners.map((owner) => readHolder(owner, provider, reading, depth)));
}

async function readHolder(
  owner: string,
  provider: Provider,
  reading: SafeReading & { readonly block: number },
  depth: number,
): Promise<Holder> {
  const address = getAddress(owner);
  const code = await provider.getCode(address, reading.block);
  if (code === "0x") return { kind: "key", address };
  const contract = (reason: string): Holder => ({ kind: "contract", address, reason });
  if (isDelegation(code)) return contract(`has delegated itself to ${getAddress(dataSlice(code, 3))} (EIP-7702)`);
  if (depth > MAX_DEPTH) return contract(`stands behind ${MAX_DEPTH} Safes, and was not looked into`);
  const safe = await readSafe(address, provider, reading);
  if (safe.kind === "none") return contract(safe.reason);
  return { kind: "safe", address, safe, holders: await readHolders(safe.owners, provider, reading, depth + 1) };
}

const isDelegation = (code: string): boolean => code.length === 48 && code.startsWith(DELEGATION);

/** Everybody who has a part in acting for a Safe of these owners: keys, Safes between, and what else has code. */
export const keysOf = (holders: readonly Holder[]): string[] => [
  ...new Set(holders.flatMap((one) => (one.kind === "safe" ? [one.address, ...keysOf(one.holders)] : [one.address]))),
];

/**
 * What is wrong, or doubtful, about those who stand behind a committee's owners. Messages are predicates of the
 * committee.
 * @param threshold How many owners must sign.
 * @param agreed As for `checkSafe`.
 */
export function checkHolders(
  holders: readonly Holder[],
  threshold: number,
  agreed: SafeProblem["severity"] = "error",
): SafeProblem[] {
  // That one owner is enough by the threshold itself is for whoever looks at the threshold.
  const alone = keysOf(holders).filter((key) => canAlone(key, holders, Math.max(2, threshold)));
  return [
    ...alone.map((key): SafeProblem => ({
      severity: "error",
      message:
        `obeys ${key} alone, which stands behind enough of its owners; right are as many independent keys as must ` +
        "sign, also behind owners that are Safes",
    })),
    ...checkContracts(holders, agreed),
  ];
}

/** Whether one key, or one Safe, is enough to act for a Safe of these owners. */
function canAlone(key: string, holders: readonly Holder[], threshold: number): boolean {
  const obedient = holders.filter(
    (one) => one.address === key || (one.kind === "safe" && canAlone(key, one.holders, one.safe.threshold)),
  );
  return obedient.length >= threshold;
}

function checkContracts(holders: readonly Holder[], agreed: SafeProblem["severity"]): SafeProblem[] {
  return holders.flatMap((one): SafeProblem[] => {
    switch (one.kind) {
      case "key":
        return [];
      case "contract":
        return [
          {
            severity: "warning",
            message:
              `depends on ${one.address}, which ${one.reason}, so that nobody can tell here who acts for it; right is a ` +
              "key, or a Safe of version 1.4.1",
          },
        ];
      case "safe":
        return [
          // Its owners are whoever they are; that nobody else acts for it counts as for the committee's own Safe.
          ...checkSafe(one.safe, one.safe, agreed).map(({ severity, message }) => ({
            severity,
            message: `depends on a Safe that ${message}`,
          })),
          ...checkContracts(one.holders, agreed),
        ];
    }
  });
}
