import { isHexString } from "ethers";

/** What a call reverted with; undefined if it failed otherwise. Providers hide it at different depths. [hex] */
export function findRevertData(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  if ("data" in thrown) {
    if (isHexString(thrown.data)) return thrown.data;
    const inner = findRevertData(thrown.data);
    if (inner !== undefined) return inner;
  }
  for (const key of ["error", "cause", "info"] as const) {
    if (key in thrown) {
      const inner = findRevertData((thrown as Record<typeof key, unknown>)[key]);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}
