import { readFile } from "node:fs/promises";
import path from "node:path";

import { getAddress, isAddress, isHexString } from "ethers";
import { z } from "zod";

import { SentenceError } from "../terminal/errors.js";
import { toJson, writeText } from "../terminal/output.js";

const address = z.string().refine((text) => isAddress(text)).transform((text) => getAddress(text)); // prettier-ignore
const block = z.int().nonnegative();

const addressesSchema = z.strictObject({
  token: address,
  fallbackGate: address,
  timelock: address,
  governor: address,
  vault: address,
  vessel: address,
  escrow: address,
  gate: address,
  example: z.strictObject({ asset: address, market: address, strategy: address }).optional(),
  bodies: z.strictObject({
    emergency: z.strictObject({ activationCommittee: address, executionCommittee: address }).optional(),
    circuitBreaker: z.strictObject({ breaker: address, sealCommittee: address, resealCommittee: address }).optional(),
    tiebreaker: z.strictObject({ committee: address, subCommittees: z.array(address).readonly() }).optional(),
  }),
  vestingWallets: z.array(address).readonly(),
});

const recordSchema = z.strictObject({
  /** Of this file. */
  format: z.literal(1),
  /** Name of the DAO's configuration file. */
  dao: z.string(),
  chain: z.strictObject({
    id: z.int().positive(),
    /** Hash of its first block: tells one local chain from another. */
    genesis: z.string().refine((text): boolean => isHexString(text, 32)),
  }),
  deployer: address,
  /** The chain's newest block before anything was sent. */
  firstBlock: block,
  /** As it stood in the configuration file. */
  configuration: z.unknown(),
  /** Absent while the deployment is under way. */
  addresses: addressesSchema.optional(),
});

/** What `deployments/<chain>/<dao>.json` holds: a deployment under way, or a finished one. */
export type DeploymentRecord = z.output<typeof recordSchema>;
/** A finished deployment. */
export type Deployment = DeploymentRecord & { readonly addresses: NonNullable<DeploymentRecord["addresses"]> };

export const isFinished = (record: DeploymentRecord): record is Deployment => record.addresses !== undefined;

/** `deployments/31337/default.json` */
export const recordFile = (folder: string, chainId: number, dao: string): string =>
  path.join(folder, String(chainId), `${dao}.json`);

/** The record of a deployment, or undefined if there is none. */
export async function readRecord(file: string): Promise<DeploymentRecord | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const malformed = `${file} is not what a deployment has written there: restore it, or deploy under another name.`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SentenceError(malformed);
  }
  const result = recordSchema.safeParse(json);
  if (!result.success) throw new SentenceError(malformed);
  return result.data;
}

export const writeRecord = (file: string, record: DeploymentRecord): Promise<void> =>
  writeText(file, `${toJson(record)}\n`);
