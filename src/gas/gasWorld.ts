import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, ZeroAddress, type BaseContract } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import {
  AssetMock__factory,
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  ERC7540VaultMock__factory,
  FallbackGate__factory,
  StandardVessel__factory,
  VaultMock__factory,
  VetoEscrow__factory,
  type AssetMock,
  type DualGovernance,
  type DualGovernanceTimelock,
  type ERC7540VaultMock,
  type VaultMock,
  type VetoEscrow,
} from "../../types/index.js";
import type { DaoConfig } from "../config/schema.js";
import { mined } from "./mined.js";
import { DAY } from "../model/units.js";

/** One share, and about one unit of the asset. */
export const SHARE = 10n ** 18n;
/** What all holders of a fresh world have together. [shares] */
export const SUPPLY = 1_000_000n * SHARE;
/** A byte of calldata. [gas] */
const NONZERO_BYTE_GAS = 16;
const ZERO_BYTE_GAS = 4;
/** The members of `Stage` in contracts/mocks/ERC7540VaultMock.sol. */
const Stage = { Request: 0, Fulfilment: 1, Claim: 2 } as const;

/** The rules of the measured DAO: those of a mainnet. No figure depends on them. */
export const RULES = {
  timelock: {
    delay: 4n * DAY,
    delayFloor: 3n * DAY,
    delayCeiling: 5n * DAY,
    grace: 180n * DAY,
    fallbackDelay: 60n * DAY,
    protectionLimit: 1095n * DAY,
    emergencyLimit: 30n * DAY,
    tiebreakerFloor: 182n * DAY,
    tiebreakerCeiling: 730n * DAY,
  },
  signalling: {
    signallingThreshold: 10n ** 16n,
    rageQuitThreshold: 10n ** 17n,
    minDuration: 5n * DAY,
    maxDuration: 45n * DAY,
    joinWindow: DAY,
    minActive: 18_000n,
    deactivation: 3n * DAY,
  },
  phases: {
    minLock: 18_000n,
    cooldown: 18_000n,
    rageQuitExtension: 7n * DAY,
    withdrawalMinDelay: 60n * DAY,
    withdrawalMaxDelay: 180n * DAY,
    withdrawalDelayGrowth: 15n * DAY,
  },
  exit: {
    wordDelay: 7n * DAY,
    callOffDelay: 120n * DAY,
    stallDelay: 120n * DAY,
    holdLimit: 365n * DAY,
    exitLimit: 730n * DAY,
    callOffExtension: 14n * DAY,
    freshVessels: true,
  },
} as const satisfies DaoConfig["dualGovernance"] & Pick<DaoConfig, "timelock">;

/** A vault that redeems at once, one that redeems on request, and one that also keeps its share in another contract. */
export type VaultKind = "erc4626" | "erc7540" | "erc7540-apart";

export interface World {
  readonly connection: NetworkConnection;
  readonly kind: VaultKind;
  readonly asset: AssetMock;
  readonly vault: VaultMock | ERC7540VaultMock;
  /** With ERC-20, and the permit of ERC-2612. */
  readonly share: VaultMock;
  readonly timelock: DualGovernanceTimelock;
  readonly escrow: VetoEscrow;
  readonly gate: DualGovernance;
  /** Deploys, administers, and stands in for the Governor. */
  readonly proposer: HardhatEthersSigner;
  /** Holds 70 % of the shares and never objects. */
  readonly bank: HardhatEthersSigner;
  /** Holds 20 % of the shares. */
  readonly alice: HardhatEthersSigner;
  /** Holds less than 10 % of the shares. */
  readonly bob: HardhatEthersSigner;
  /** Holds little, and leaves last. */
  readonly carol: HardhatEthersSigner;
  /** Spent on gate, escrow, vessel implementation, timelock and fallback gate. [gas] */
  readonly deployGas: number;
}

type Funds = Pick<World, "asset" | "vault">;

/** A DAO around a plain vault, on a chain of its own: nothing is locked, nothing was ever scheduled. */
export async function createWorld(connection: NetworkConnection, kind: VaultKind = "erc4626"): Promise<World> {
  const [proposer, bank, alice, bob, carol] = await connection.ethers.getSigners();
  if (!proposer || !bank || !alice || !bob || !carol) throw new Error("the chain has too few accounts");
  const asset = await new AssetMock__factory(proposer).deploy("Asset", "AST", 18);
  const vault = await deployVault(kind, asset, proposer);
  const share = VaultMock__factory.connect("share" in vault ? await vault.share() : await vault.getAddress(), proposer);
  await fund({ asset, vault }, bank, (SUPPLY * 7n) / 10n);
  await fund({ asset, vault }, alice, (SUPPLY * 2n) / 10n);
  await fund({ asset, vault }, bob, SUPPLY / 10n - SHARE);
  await fund({ asset, vault }, carol, SHARE);

  const { delay, fallbackDelay, ...bounds } = RULES.timelock;
  const { signalling, phases } = RULES;
  const fallbackGate = await new FallbackGate__factory(proposer).deploy(fallbackDelay);
  const timelock = await new DualGovernanceTimelock__factory(proposer).deploy(
    bounds,
    fallbackGate,
    delay,
    [proposer],
    [ZeroAddress],
    proposer,
  );
  const vessel = await new StandardVessel__factory(proposer).deploy(vault);
  const { freshVessels, ...durations } = RULES.exit;
  const terms = { ...durations, allowsFreshVessels: freshVessels };
  const escrow = await new VetoEscrow__factory(proposer).deploy(vessel, terms);
  const gate = await new DualGovernance__factory(proposer).deploy(timelock, escrow, { signalling, phases });
  await mined(escrow.bindGate(gate));
  await mined(timelock.setGate(gate));
  for (const staker of [alice, bob, carol]) await mined(share.connect(staker).approve(escrow, MaxUint256));
  // Pays out to holders of some.
  for (const staker of [alice, bob]) await mined(asset.mint(staker, SHARE));

  const gases = await Promise.all(
    [gate, escrow, vessel, timelock, fallbackGate].map((contract) => deploymentGas(contract)),
  );
  const deployGas = gases.reduce((sum, gas) => sum + gas, 0);
  const actors = { proposer, bank, alice, bob, carol };
  return { connection, kind, asset, vault, share, timelock, escrow, gate, deployGas, ...actors };
}

/** Gives `holder` as many shares. [shares] */
export async function fund({ asset, vault }: Funds, holder: HardhatEthersSigner, shares: bigint): Promise<void> {
  await mined(asset.mint(holder, shares));
  await mined(asset.connect(holder).approve(vault, shares));
  const deposit = vault.connect(holder).getFunction("deposit");
  await mined(deposit(shares, holder.address));
}

/** Lets time pass. [seconds] */
export async function pass({ connection }: Pick<World, "connection">, seconds: bigint): Promise<void> {
  await connection.networkHelpers.time.increase(seconds);
}

async function deployVault(
  kind: VaultKind,
  asset: AssetMock,
  deployer: HardhatEthersSigner,
): Promise<VaultMock | ERC7540VaultMock> {
  if (kind === "erc4626") return new VaultMock__factory(deployer).deploy(asset);
  return new ERC7540VaultMock__factory(deployer).deploy(asset, {
    hasSeparateShare: kind === "erc7540-apart",
    hasRequestIds: kind === "erc7540-apart",
    isFulfilledAtOnce: false,
    hasVotableSupply: false,
    burnAt: Stage.Fulfilment,
    priceAt: Stage.Fulfilment,
  });
}

/**
 * What a deployment costs, as if the digest of the metadata at the end of the code had no zero byte: it changes with
 * every comment in the sources, and the figure should not.
 */
export async function deploymentGas(contract: BaseContract): Promise<number> {
  const deployment = contract.deploymentTransaction();
  const receipt = await deployment?.wait();
  if (!deployment || !receipt) throw new Error("the contract was not deployed in this run");
  const digests = deployment.data.matchAll(/a2646970667358221220([0-9a-f]{64})/g);
  const zeros = [...digests].flatMap(([, digest = ""]) => digest.match(/../g) ?? []).filter((byte) => byte === "00");
  return Number(receipt.gasUsed) + zeros.length * (NONZERO_BYTE_GAS - ZERO_BYTE_GAS);
}
