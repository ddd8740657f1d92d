import { getAddress, isAddress, isHexString } from "ethers";
// Not `{ z }`, which brings all of its languages along.
import * as z from "zod";

const address = z
  .string()
  .refine((text) => isAddress(text))
  .transform((text) => getAddress(text));
const block = z.int().nonnegative();
const nonce = z.int().nonnegative().optional();

/** What comes with the example vault. */
const exampleSchema = z.strictObject({ asset: address, market: address, strategy: address }).readonly();

/** What comes with the staking pool, which is the vault. */
const poolSchema = z
  .strictObject({ registry: address, operatorVault: address, weth: address, depositContract: address })
  .readonly();

/** The bodies whose powers end, those that the DAO has. */
const bodiesSchema = z
  .strictObject({
    emergency: z.strictObject({ activationCommittee: address, executionCommittee: address }).readonly().optional(),
    circuitBreaker: z
      .strictObject({ breaker: address, sealCommittee: address, resealCommittee: address })
      .readonly()
      .optional(),
    tiebreaker: z
      .strictObject({ committee: address, subCommittees: z.array(address).readonly() })
      .readonly()
      .optional(),
  })
  .readonly();

export const addressesSchema = z
  .strictObject({
    token: address,
    fallbackGate: address,
    timelock: address,
    governor: address,
    vault: address,
    vessel: address,
    escrow: address,
    gate: address,
    /** Only where the example vault was deployed. */
    example: exampleSchema.optional(),
    /** Only where the staking pool was deployed; `operatorVault` is what vaults of operators are clones of. */
    pool: poolSchema.optional(),
    bodies: bodiesSchema,
    /** Only where the DAO existed before: what its Governor obeyed, and may propose to the new one until the adoption. */
    oldTimelock: address.optional(),
    /** One for each allocation that vests, in the order of the configuration. */
    vestingWallets: z.array(address).readonly(),
  })
  .readonly();

/** What is where. */
export type TribuneAddresses = z.output<typeof addressesSchema>;
export type ExampleAddresses = z.output<typeof exampleSchema>;
export type PoolAddresses = z.output<typeof poolSchema>;
export type BodyAddresses = z.output<typeof bodiesSchema>;
/** The contracts of every deployment. */
export type ProtocolAddresses = Omit<
  TribuneAddresses,
  "example" | "pool" | "bodies" | "oldTimelock" | "vestingWallets"
>;

/** A deployment as it is written down: `deployments/<chain>/<dao>.json`. */
export const recordSchema = z.strictObject({
  /** Of this file. */
  format: z.literal(1),
  /** Name of the DAO's configuration file. */
  dao: z.string(),
  chain: z.strictObject({
    id: z.int().positive(),
    /** Hash of its first block, where it is a local chain: tells one from another. */
    genesis: z
      .string()
      .refine((text): boolean => isHexString(text, 32))
      .optional(),
  }),
  deployer: address,
  /** The chain's newest block before anything was sent. */
  firstBlock: block,
  /** The deployer's next nonce when each journal was begun; while the deployment is under way. */
  begun: z.strictObject({ safes: nonce, vesting: nonce, tribune: nonce }).optional(),
  /** As it stood in the configuration file. */
  configuration: z.unknown(),
  /** Absent while the deployment is under way. */
  addresses: addressesSchema.optional(),
});

/** A deployment under way, or a finished one. */
export type DeploymentRecord = z.output<typeof recordSchema>;
/** A finished deployment. */
export type Deployment = DeploymentRecord & { readonly addresses: TribuneAddresses };

/** From which block on a Governor's proposals are read: one that existed before is older than the deployment. */
export function governorSince(deployment: {
  readonly addresses: { readonly oldTimelock?: string | undefined };
  readonly firstBlock: number;
  readonly configuration?: unknown;
}): number {
  if (deployment.addresses.oldTimelock === undefined) return deployment.firstBlock;
  const { fromBlock } = (deployment.configuration ?? {}) as { readonly fromBlock?: unknown };
  return typeof fromBlock === "number" ? fromBlock : 0;
}

export const isFinished = (record: DeploymentRecord): record is Deployment => record.addresses !== undefined;
