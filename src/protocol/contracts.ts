import type { ContractRunner } from "ethers";

import {
  CircuitBreaker__factory,
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  ERC4626Strategy__factory,
  ExampleVault__factory,
  FallbackGate__factory,
  GovernanceToken__factory,
  IERC20Metadata__factory,
  IERC4626__factory,
  IVessel__factory,
  OperatorRegistry__factory,
  OperatorVault__factory,
  StakingPool__factory,
  TiebreakerCommittee__factory,
  TribuneGovernor__factory,
  VetoEscrow__factory,
} from "../../types/index.js";
import type { BodyAddresses, ExampleAddresses, PoolAddresses, ProtocolAddresses } from "./addresses.js";

/** Typed contracts at `addresses`. The vault may be anybody's, so it is what the standard says. */
export function connectProtocol(addresses: ProtocolAddresses, runner: ContractRunner) {
  return {
    token: GovernanceToken__factory.connect(addresses.token, runner),
    fallbackGate: FallbackGate__factory.connect(addresses.fallbackGate, runner),
    timelock: DualGovernanceTimelock__factory.connect(addresses.timelock, runner),
    governor: TribuneGovernor__factory.connect(addresses.governor, runner),
    vault: IERC4626__factory.connect(addresses.vault, runner),
    vessel: IVessel__factory.connect(addresses.vessel, runner),
    escrow: VetoEscrow__factory.connect(addresses.escrow, runner),
    gate: DualGovernance__factory.connect(addresses.gate, runner),
  };
}

/** Typed contracts of the example vault. */
export function connectExample(vault: string, addresses: ExampleAddresses, runner: ContractRunner) {
  return {
    vault: ExampleVault__factory.connect(vault, runner),
    asset: IERC20Metadata__factory.connect(addresses.asset, runner),
    market: IERC4626__factory.connect(addresses.market, runner),
    strategy: ERC4626Strategy__factory.connect(addresses.strategy, runner),
  };
}

/** Typed contracts of the staking pool. */
export function connectPool(vault: string, addresses: PoolAddresses, runner: ContractRunner) {
  return {
    pool: StakingPool__factory.connect(vault, runner),
    registry: OperatorRegistry__factory.connect(addresses.registry, runner),
    operatorVault: OperatorVault__factory.connect(addresses.operatorVault, runner),
  };
}

/** Typed contracts of the bodies that there are. */
export function connectBodies({ circuitBreaker, tiebreaker }: BodyAddresses, runner: ContractRunner) {
  return {
    breaker: circuitBreaker && CircuitBreaker__factory.connect(circuitBreaker.breaker, runner),
    tiebreaker: tiebreaker && TiebreakerCommittee__factory.connect(tiebreaker.committee, runner),
  };
}

export type ProtocolContracts = ReturnType<typeof connectProtocol>;
export type BodyContracts = ReturnType<typeof connectBodies>;
export type PoolContracts = ReturnType<typeof connectPool>;
