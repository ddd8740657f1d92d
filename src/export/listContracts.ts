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
  IERC20Metadata__factory,
  IERC4626__factory,
  ISafe__factory,
  IVessel__factory,
  OperatorRegistry__factory,
  OperatorVault__factory,
  StakingPool__factory,
  TiebreakerCommittee__factory,
  TribuneGovernor__factory,
  VetoEscrow__factory,
} from "../../types/index.js";
import type { TribuneAddresses } from "../protocol/addresses.js";

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
  IDepositContract: IDepositContract__factory,
  IERC20Metadata: IERC20Metadata__factory,
  IERC4626: IERC4626__factory,
  ISafe: ISafe__factory,
  IVessel: IVessel__factory,
  OperatorRegistry: OperatorRegistry__factory,
  OperatorVault: OperatorVault__factory,
  StakingPool: StakingPool__factory,
  TiebreakerCommittee: TiebreakerCommittee__factory,
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

/** Every contract of a deployment. What may be anybody's is what the standard says. */
export function listContracts({
  example,
  pool,
  bodies: { emergency, circuitBreaker, tiebreaker },
  vestingWallets,
  ...protocol
}: TribuneAddresses): ExportedContract[] {
  const vault: AbiName = example !== undefined ? "ExampleVault" : pool !== undefined ? "StakingPool" : "IERC4626";
  const candidates: readonly (readonly [name: string, address: string | undefined, abi: AbiName])[] = [
    ["token", protocol.token, "GovernanceToken"],
    ["governor", protocol.governor, "TribuneGovernor"],
    ["timelock", protocol.timelock, "DualGovernanceTimelock"],
    ["gate", protocol.gate, "DualGovernance"],
    ["fallbackGate", protocol.fallbackGate, "FallbackGate"],
    ["escrow", protocol.escrow, "VetoEscrow"],
    ["vessel", protocol.vessel, "IVessel"],
    ["vault", protocol.vault, vault],
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
