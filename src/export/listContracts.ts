import governorTimelockControl from "@openzeppelin/contracts/build/contracts/GovernorTimelockControl.json" with { type: "json" };
import votes from "@openzeppelin/contracts/build/contracts/IERC5805.json" with { type: "json" };
import type { InterfaceAbi } from "ethers";

import {
  CircuitBreaker__factory,
  CliffVestingWallet__factory,
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  ERC4626Strategy__factory,
  ExampleVault__factory,
  FallbackGate__factory,
  GovernanceToken__factory,
  IDepositContract__factory,
  IERC165__factory,
  IERC20Metadata__factory,
  IERC4626__factory,
  IERC7540Redeem__factory,
  IERC7575__factory,
  ISafe__factory,
  IVessel__factory,
  OperatorRegistry__factory,
  OperatorVault__factory,
  StakingPool__factory,
  TiebreakerCommittee__factory,
  TimelockController__factory,
  TribuneGovernor__factory,
  VetoEscrow__factory,
} from "../../types/index.js";
import type { TribuneAddresses } from "../protocol/addresses.js";

type Abi = readonly { readonly type: string; readonly name?: string }[];

const namesIn = (abi: Abi): ReadonlySet<string | undefined> => new Set(abi.map(({ name }) => name));
const ofToken = namesIn(IERC20Metadata__factory.abi);
const ofOperators = new Set<string | undefined>(["OperatorSet", "setOperator", "isOperator"]);

/** A token of any DAO's: ERC-20, and votes by ERC-5805. */
const IERC20Votes = { abi: [...IERC20Metadata__factory.abi, ...votes.abi] };

/** A vault that redeems on request. Its shares may be another contract, so that it need not be a token itself. */
const IERC7540 = {
  abi: [
    ...IERC4626__factory.abi.filter(({ name }) => !ofToken.has(name)),
    ...IERC7540Redeem__factory.abi,
    // As in every vault of the standard; contracts of ours call none of it.
    ...StakingPool__factory.abi.filter((one) => "name" in one && ofOperators.has(one.name)),
    ...IERC7575__factory.abi,
    ...IERC165__factory.abi,
  ],
};

/** What understands the calls at an address, by the contract's name. */
const FACTORIES = {
  CircuitBreaker: CircuitBreaker__factory,
  CliffVestingWallet: CliffVestingWallet__factory,
  DualGovernance: DualGovernance__factory,
  DualGovernanceTimelock: DualGovernanceTimelock__factory,
  ERC4626Strategy: ERC4626Strategy__factory,
  ExampleVault: ExampleVault__factory,
  FallbackGate: FallbackGate__factory,
  GovernanceToken: GovernanceToken__factory,
  GovernorTimelockControl: governorTimelockControl,
  IDepositContract: IDepositContract__factory,
  IERC20Metadata: IERC20Metadata__factory,
  IERC20Votes,
  IERC4626: IERC4626__factory,
  IERC7540,
  ISafe: ISafe__factory,
  IVessel: IVessel__factory,
  OperatorRegistry: OperatorRegistry__factory,
  OperatorVault: OperatorVault__factory,
  StakingPool: StakingPool__factory,
  TiebreakerCommittee: TiebreakerCommittee__factory,
  TimelockController: TimelockController__factory,
  TribuneGovernor: TribuneGovernor__factory,
  VetoEscrow: VetoEscrow__factory,
} as const satisfies Readonly<Record<string, { readonly abi: InterfaceAbi }>>;

export type AbiName = keyof typeof FACTORIES;
export const abiOf = (name: AbiName): InterfaceAbi => FACTORIES[name].abi;

/** A contract of a deployment, as a front end names it. */
export interface ExportedContract {
  /** An identifier of TypeScript. */
  readonly name: string;
  readonly address: string;
  readonly abi: AbiName;
}

/** What anybody may have written, as what is known of it. */
export interface Foreign {
  /** Where the vault's shares are: the vault itself, for most. */
  readonly share: string;
  /** As the configuration names the vault's kind; undefined where it tells none. */
  readonly vaultKind: string | undefined;
}

/** Every contract of a deployment. What may be anybody's is what the standard says. */
export function listContracts(
  { example, pool, bodies: { emergency, circuitBreaker, tiebreaker }, vestingWallets, ...protocol }: TribuneAddresses,
  { share, vaultKind }: Foreign,
): ExportedContract[] {
  const standard: AbiName = vaultKind === "erc7540" ? "IERC7540" : "IERC4626";
  const vault: AbiName = example !== undefined ? "ExampleVault" : pool !== undefined ? "StakingPool" : standard;
  // Of a DAO that was there before.
  const isForeign = protocol.oldTimelock !== undefined;
  const candidates: readonly (readonly [name: string, address: string | undefined, abi: AbiName])[] = [
    ["token", protocol.token, isForeign ? "IERC20Votes" : "GovernanceToken"],
    ["governor", protocol.governor, isForeign ? "GovernorTimelockControl" : "TribuneGovernor"],
    ["oldTimelock", protocol.oldTimelock, "TimelockController"],
    ["timelock", protocol.timelock, "DualGovernanceTimelock"],
    ["gate", protocol.gate, "DualGovernance"],
    ["fallbackGate", protocol.fallbackGate, "FallbackGate"],
    ["escrow", protocol.escrow, "VetoEscrow"],
    ["vessel", protocol.vessel, "IVessel"],
    ["vault", protocol.vault, vault],
    ["share", share, "IERC20Metadata"],
    ["asset", example?.asset, "IERC20Metadata"],
    ["market", example?.market, "IERC4626"],
    ["strategy", example?.strategy, "ERC4626Strategy"],
    ["registry", pool?.registry, "OperatorRegistry"],
    ["operatorVault", pool?.operatorVault, "OperatorVault"],
    ["weth", pool?.weth, "IERC20Metadata"],
    ["depositContract", pool?.depositContract, "IDepositContract"],
    ["activationCommittee", emergency?.activationCommittee, "ISafe"],
    ["executionCommittee", emergency?.executionCommittee, "ISafe"],
    ["circuitBreaker", circuitBreaker?.breaker, "CircuitBreaker"],
    ["sealCommittee", circuitBreaker?.sealCommittee, "ISafe"],
    ["resealCommittee", circuitBreaker?.resealCommittee, "ISafe"],
    ["tiebreakerCommittee", tiebreaker?.committee, "TiebreakerCommittee"],
    ...(tiebreaker?.subCommittees ?? []).map((safe, index) => [`subCommittee${index}`, safe, "ISafe"] as const),
    ...vestingWallets.map((wallet, index) => [`vestingWallet${index}`, wallet, "CliffVestingWallet"] as const),
  ];
  return candidates.flatMap(([name, address, abi]) => (address === undefined ? [] : [{ name, address, abi }]));
}
