import { concat, dataSlice, id, keccak256, toBeHex, zeroPadValue } from "ethers";
import hre from "hardhat";

import { immutablesOf, writeImmutable } from "../../../src/power/mutants/surgery.js";
import type { KindName } from "../../../src/power/manifest/parts.js";
import type { PropertyName } from "../../../src/power/report.js";
import { inventAccount } from "../../../src/rehearsal/snapshot.js";
import { OpenFeeVaultMock__factory } from "../../../types/index.js";
import type { PoolAuditWorld } from "../poolAuditWorld.js";
import { beside, instead, PAYS, stores } from "./assembly.js";

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

async function setCode({ input }: PoolAuditWorld, account: string, code: string): Promise<void> {
  await input.snapshot.request("hardhat_setCode", [account, code]);
}

/** In the place of an immutable of the pool, voter 1. */
async function swap(world: PoolAuditWorld, from: string): Promise<void> {
  const patient = { ...world, artifacts: hre.artifacts };
  const found = await immutablesOf(patient, { name: "pool", address: world.input.addresses.vault });
  const immutable = found.find(({ value }) => value === BigInt(from));
  if (immutable === undefined) throw new Error(`the pool's code does not name ${from}`);
  await writeImmutable(patient, immutable, BigInt(world.input.tokenHolders[2] ?? ""));
}

/** Puts code where the pool stands, or another contract, whose own lies elsewhere from then on. */
async function standIn(
  world: PoolAuditWorld,
  make: (original: string) => Promise<string>,
  account = world.input.addresses.vault,
): Promise<void> {
  const original = inventAccount(`the code of ${account}`);
  await setCode(world, original, await world.input.snapshot.code(account));
  await setCode(world, account, await make(original));
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

/** In the registry's `operatorOf`, at slot 19: whoever calls is the vault of operator 1. */
const ENTERS = "0x6001335f52601360205260405f2055";
/** The registry's `_operators[1].owner`: its array begins at keccak256(0), and takes 5 slots for each. */
const OWNER_OF_FIRST = BigInt(keccak256(toBeHex(0, 32))) + 6n;

async function inTheRegistry(world: PoolAuditWorld, make: (original: string) => string): Promise<void> {
  await standIn(world, (original) => Promise.resolve(make(original)), world.input.addresses.pool?.registry);
}

export const POOL_PLANTS: readonly PoolPlant[] = [
  {
    name: "whoever settles is given ETH of the pool",
    parts: ["pool"],
    wire: (world) => standIn(world, (original) => Promise.resolve(beside("settle()", PAYS)(original))),
    property: "P1",
    says: /pool\.settle\(\) in Normal gives a stranger 1000000000000000000 wei/,
  },
  {
    name: "an operator who takes its fees takes another one's place",
    parts: ["registry"],
    wire: (world) => inTheRegistry(world, beside("releaseFees(uint256)", stores(OWNER_OF_FIRST, world.input.deployer))),
    property: "P1",
    says: /registry\.releaseFees\(uint256\) in Normal changes OperatorRegistry\._operators\[1\]\.owner, which is the owner of operator \d's/,
    isRare: true,
  },
  {
    name: "whoever collects for an operator becomes its vault",
    parts: ["registry"],
    wire: (world) => inTheRegistry(world, beside("collect(uint256)", ENTERS)),
    property: "P1",
    says: /Anybody can change OperatorRegistry\.operatorOf alone/,
    isRare: true,
  },
  {
    name: "a key stands in the registry as the vault of an operator",
    parts: [],
    wire: async ({ input }) => {
      const slot = keccak256(concat([zeroPadValue(input.tokenHolders[2] ?? "", 32), toBeHex(19, 32)]));
      await input.snapshot.request("hardhat_setStorageAt", [input.addresses.pool?.registry, slot, toBeHex(1, 32)]);
    },
    property: "P1",
    says: /The registry takes voter 1 .* for the vault of operator 1, and it is no operator's/,
    isRare: true,
  },
  {
    name: "the registry gives to an operator whatever its cap",
    parts: ["registry"],
    wire: (world) => inTheRegistry(world, instead("addStake(uint256)", "0x")),
    property: "P1",
    says: /An operator is given more than its own cap, by registry\.addStake/,
  },
  {
    name: "a key owns the pool, and is paid its fee",
    parts: ["pool"],
    wire: (world) => swap(world, world.input.addresses.timelock),
    property: "P1",
    says: /pool\.TIMELOCK names voter 1 .*where the address book has the timelock/,
  },
  {
    name: "a key does what the registry should",
    parts: ["pool"],
    wire: (world) => swap(world, world.input.addresses.pool?.registry ?? ""),
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
        const signer = await world.connection.ethers.getSigner(world.input.deployer);
        const mock = await new OpenFeeVaultMock__factory(signer).deploy(original, toBeHex(12, 32));
        return await world.input.snapshot.code(await mock.getAddress());
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
