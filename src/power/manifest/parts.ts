import type { Interface, Result } from "ethers";

import {
  CircuitBreaker__factory,
  CliffVestingWallet__factory,
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  ERC4626Strategy__factory,
  ExampleVault__factory,
  FallbackGate__factory,
  GovernanceToken__factory,
  OperatorRegistry__factory,
  OperatorVault__factory,
  StakingPool__factory,
  StandardVessel__factory,
  TiebreakerCommittee__factory,
  TribuneGovernor__factory,
  VetoEscrow__factory,
} from "../../../types/index.js";
import { UnreadableError } from "../../protocol/errors.js";
import type { TribuneAddresses } from "../../protocol/addresses.js";
import type { Snapshot } from "../../rehearsal/snapshot.js";
import { breaker, tiebreaker } from "./committees.js";
import { governor, token, vestingWallet } from "./dao.js";
import { escrow, vessel } from "./escrow.js";
import { fallbackGate, gate } from "./gate.js";
import { operatorVault, registry } from "./operators.js";
import { pool } from "./pool.js";
import { timelock } from "./timelock.js";
import type { AnyManifest, Bound } from "./types.js";
import { exampleVault, strategy } from "./vault.js";

/** A kind of contract that the audit knows. */
export interface Kind {
  readonly manifest: AnyManifest;
  readonly abi: Interface;
}

const kind = (manifest: AnyManifest, factory: { readonly createInterface: () => Interface }): Kind => ({
  manifest,
  abi: factory.createInterface(),
});

/** Every kind, by what it is called in a system. */
export const KINDS = {
  token: kind(token, GovernanceToken__factory),
  governor: kind(governor, TribuneGovernor__factory),
  timelock: kind(timelock, DualGovernanceTimelock__factory),
  gate: kind(gate, DualGovernance__factory),
  "fallback gate": kind(fallbackGate, FallbackGate__factory),
  escrow: kind(escrow, VetoEscrow__factory),
  vessel: kind(vessel, StandardVessel__factory),
  vault: kind(exampleVault, ExampleVault__factory),
  strategy: kind(strategy, ERC4626Strategy__factory),
  pool: kind(pool, StakingPool__factory),
  registry: kind(registry, OperatorRegistry__factory),
  "operator vault": kind(operatorVault, OperatorVault__factory),
  breaker: kind(breaker, CircuitBreaker__factory),
  tiebreaker: kind(tiebreaker, TiebreakerCommittee__factory),
  "vesting wallet": kind(vestingWallet, CliffVestingWallet__factory),
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof KINDS;

/** A contract of a system. */
export interface Part {
  readonly name: KindName;
  readonly address: string;
}

/**
 * The contracts of a deployment that the audit knows. A vault of somebody else's is none of them; nor are Governor and token
 * of a DAO that existed before.
 */
export function partsOf(addresses: TribuneAddresses): Part[] {
  const { example, pool, bodies, vestingWallets, oldTimelock } = addresses;
  const part = (name: KindName, address: string | undefined): Part[] =>
    address === undefined ? [] : [{ name, address }];
  return [
    ...(oldTimelock === undefined ? [...part("token", addresses.token), ...part("governor", addresses.governor)] : []),
    ...part("timelock", addresses.timelock),
    ...part("gate", addresses.gate),
    ...part("fallback gate", addresses.fallbackGate),
    ...part("escrow", addresses.escrow),
    ...part("vessel", addresses.vessel),
    ...part("vault", example && addresses.vault),
    ...part("strategy", example?.strategy),
    ...part("pool", pool && addresses.vault),
    ...part("registry", pool?.registry),
    // What vaults of operators are clones of; on the copy these stand in its place.
    ...part("operator vault", pool?.operatorVault),
    ...part("breaker", bodies.circuitBreaker?.breaker),
    ...part("tiebreaker", bodies.tiebreaker?.committee),
    ...vestingWallets.flatMap((wallet) => part("vesting wallet", wallet)),
  ];
}

/** What a view of `part` answers. */
export async function readView(
  snapshot: Snapshot,
  { name, address }: Part,
  view: string,
  args: readonly unknown[] = [],
): Promise<Result> {
  const { abi } = KINDS[name];
  const answer = await snapshot.call({ to: address, data: abi.encodeFunctionData(view, args) });
  if (!answer.ok) throw new UnreadableError(`${view} of the ${name} ${address} reverts: ${answer.why}.`);
  return abi.decodeFunctionResult(view, answer.data);
}

/** Signatures of everything that may change state, `receive` included. */
export function changingFunctions({ abi }: Kind): string[] {
  const signatures: string[] = [];
  abi.forEachFunction((fragment) => {
    if (!fragment.constant) signatures.push(fragment.format("sighash"));
  });
  return signatures;
}

/** The guard's name in a manifest: the signature where a name stands for several functions. */
export function guardOf({ manifest, abi }: Kind, signature: string) {
  const name = abi.getFunction(signature)?.name ?? signature;
  const guard = manifest.functions[name] ?? manifest.functions[signature];
  if (guard === undefined) throw new Error(`the manifest of ${manifest.contract} says nothing of ${signature}`);
  return guard;
}

/** How a function of the manifests is bounded, by `part.signature`. */
export function boundOf(by: string): Bound | undefined {
  const dot = by.indexOf(".");
  const kind = KINDS[by.slice(0, dot) as keyof typeof KINDS] as (typeof KINDS)[keyof typeof KINDS] | undefined;
  return kind?.manifest.bounded?.[by.slice(dot + 1, by.indexOf("("))];
}
