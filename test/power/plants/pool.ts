import { concat, dataSlice, id, toBeHex } from "ethers";
import hre from "hardhat";

import { immutablesOf, writeImmutable } from "../../../src/power/mutants/surgery.js";
import type { KindName } from "../../../src/power/parts.js";
import type { PropertyName } from "../../../src/power/report.js";
import { inventAccount } from "../../../src/rehearsal/snapshot.js";
import { OpenFeeVaultMock__factory } from "../../../types/index.js";
import { impersonate } from "../../helpers/impersonate.js";
import type { PoolAuditWorld } from "../poolAuditWorld.js";

/** A staking pool that is wired wrongly, and what the audit must say of it. */
export interface PoolPlant {
  readonly name: string;
  readonly wire: (world: PoolAuditWorld) => Promise<unknown>;
  /** Contracts whose functions show it; none where it shows without any call. */
  readonly parts: readonly KindName[];
  /** Modes in which it shows, beside Normal. */
  readonly modes?: readonly string[];
  readonly property: PropertyName;
  /** Actor and rule, as they are told. */
  readonly says: RegExp;
  /** Whether it is looked at in the deep profile alone: another of its kind is looked at in every run. */
  readonly isRare?: true;
}

async function setCode({ cast }: PoolAuditWorld, account: string, code: string): Promise<void> {
  await cast.snapshot.request("hardhat_setCode", [account, code]);
}

/** In the place of an immutable of the pool, voter 1. */
async function swap(world: PoolAuditWorld, from: string): Promise<void> {
  const patient = { ...world, artifacts: hre.artifacts };
  const found = await immutablesOf(patient, { name: "pool", address: world.cast.addresses.vault });
  const immutable = found.find(({ value }) => value === BigInt(from));
  if (immutable === undefined) throw new Error(`the pool's code does not name ${from}`);
  await writeImmutable(patient, immutable, BigInt(world.cast.tokenHolders[2] ?? ""));
}

/** Puts code where the pool stands, whose own lies elsewhere from then on. */
async function standIn(world: PoolAuditWorld, make: (original: string) => Promise<string>): Promise<void> {
  const pool = world.cast.addresses.vault;
  const original = inventAccount("the code of the pool");
  await setCode(world, original, await world.cast.snapshot.code(pool));
  await setCode(world, pool, await make(original));
}

/** Asks for an exit are refused while deposits are stopped; everything else is the pool's own. In instructions of the EVM. */
const pausing = (original: string): string =>
  concat([
    // calldata[0:4] == requestRedeem, and areDepositsStopped (byte 20 of slot 12): to the end.
    "0x5f3560e01c63",
    dataSlice(id("requestRedeem(uint256,address,address)"), 0, 4),
    "0x14600c5460a01c60ff16166045",
    "0x57",
    // delegatecall(original), and what it returns.
    concat(["0x365f5f375f5f365f73", original, "0x5af43d5f5f3e604157"]),
    // It reverts; it returns; it is refused.
    "0x3d5ffd5b3d5ff35b5f5ffd",
  ]);

export const POOL_PLANTS: readonly PoolPlant[] = [
  {
    name: "an operator was given more than its cap",
    parts: [],
    wire: async ({ registry, cast, connection }) => {
      const { vault } = await registry.getOperator(1);
      await registry.connect(await impersonate(connection, vault)).addStake(1);
      await registry.connect(await impersonate(connection, cast.addresses.timelock)).setOperatorCap(1, 1);
    },
    property: "P4",
    says: /Operator 1 was given 32 ETH, above its cap of/,
  },
  {
    name: "operators of an entity were given more than its cap",
    parts: [],
    wire: async ({ registry, cast, connection }) => {
      const { vault } = await registry.getOperator(1);
      await registry.connect(await impersonate(connection, vault)).addStake(1);
      await registry.connect(await impersonate(connection, cast.addresses.timelock)).setEntityCap(1, 1);
    },
    property: "P4",
    says: /Operators of entity 1 were given 32 ETH, above its cap of/,
    isRare: true,
  },
  {
    name: "a key owns the pool, and is paid its fee",
    parts: ["pool"],
    wire: (world) => swap(world, world.cast.addresses.timelock),
    property: "P1",
    says: /pool\.TIMELOCK names voter 1 .*where the address book has the timelock/,
  },
  {
    name: "a key does what the registry should",
    parts: ["pool"],
    wire: (world) => swap(world, world.cast.addresses.pool?.registry ?? ""),
    property: "P4",
    says: /voter 1 may call pool\.book\(int256,uint256,uint256\), and no bound is declared/,
    isRare: true,
  },
  {
    name: "a vote that stops deposits holds those who want to leave",
    parts: ["pool"],
    modes: ["deposits stopped by a vote"],
    wire: (world) => standIn(world, (original) => Promise.resolve(pausing(original))),
    property: "P3",
    says: /Nobody can ask the pool .* in deposits stopped by a vote, which the timelock can bring about/,
  },
  {
    name: "anybody sets the pool's fee",
    parts: ["pool"],
    wire: (world) =>
      standIn(world, async (original) => {
        const signer = await world.connection.ethers.getSigner(world.cast.deployer);
        const mock = await new OpenFeeVaultMock__factory(signer).deploy(original, toBeHex(12, 32));
        return await world.cast.snapshot.code(await mock.getAddress());
      }),
    property: "P1",
    says: /Anybody can change StakingPool\.fee alone/,
    isRare: true,
  },
  {
    name: "the vault of an operator has other code",
    parts: [],
    wire: async (world) => {
      const { vault } = await world.registry.getOperator(3);
      await setCode(world, vault, "0x00");
    },
    property: "P1",
    says: /The vault of operator 3 .* is no clone of/,
    isRare: true,
  },
];
