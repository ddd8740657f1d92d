import { id as hashText } from "ethers";

import type { Call } from "../protocol/calls.js";

/** A batch as the Transaction Builder of Safe's web app imports it. */
export interface BuilderBatch {
  readonly version: "1.0";
  readonly chainId: string;
  /** [ms] */
  readonly createdAt: number;
  readonly meta: {
    readonly name: string;
    readonly description: string;
    readonly txBuilderVersion: string;
    readonly createdFromSafeAddress: string;
    readonly createdFromOwnerAddress: string;
    /** Without it, the app says that the file was changed. */
    readonly checksum?: string;
  };
  readonly transactions: readonly unknown[];
}

/** Of the app whose format this is. */
const FORMAT = "1.18.0";

/** @param createdAt [unix seconds] */
export function builderBatch(
  calls: readonly Call[],
  about: { readonly chainId: bigint; readonly safe: string; readonly description: string; readonly createdAt: bigint },
): BuilderBatch {
  const batch: BuilderBatch = {
    version: "1.0",
    chainId: about.chainId.toString(),
    createdAt: Number(about.createdAt) * 1000,
    meta: {
      name: "Tribune",
      description: about.description,
      txBuilderVersion: FORMAT,
      createdFromSafeAddress: about.safe,
      createdFromOwnerAddress: "",
    },
    transactions: calls.map(({ target, value, data }) => ({
      to: target,
      value: value.toString(),
      data,
      contractMethod: null,
      contractInputsValues: null,
    })),
  };
  return { ...batch, meta: { ...batch.meta, checksum: checksumOf(batch) } };
}

/** The batch without its name and checksum, hashed as the app does. */
export function checksumOf({ meta, ...rest }: BuilderBatch): string {
  const kept = Object.entries(meta).filter(([key]) => key !== "checksum");
  return hashText(flatten({ ...rest, meta: { ...Object.fromEntries(kept), name: null } }));
}

/** Names of fields before their values, both in the order of the names, whatever order a file has them in. */
function flatten(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatten).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  const values = fields.map(([, field]) => `${flatten(field)},`);
  return `{${JSON.stringify(fields.map(([name]) => name))}${values.join("")}}`;
}
