import { concat, ZeroAddress, type Interface } from "ethers";

import {
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  FallbackGate__factory,
  StandardVessel__factory,
  VetoEscrow__factory,
} from "../../types/index.js";
import type { DaoConfig } from "../config/schema.js";
import type { ExitTerms } from "../model/types.js";
import { SentenceError } from "../protocol/errors.js";
import { parseRevert } from "../protocol/abis.js";
import { inventAccount, type Sent, type Snapshot } from "./snapshot.js";

/** Deploys, and holds nothing afterwards that matters here. */
const DEPLOYER = inventAccount("deployer");

/** The rules that are rehearsed. */
export interface Rules {
  readonly gate: Pick<DaoConfig["dualGovernance"], "signalling" | "phases">;
  readonly timelock: DaoConfig["timelock"];
  readonly exit: ExitTerms;
  /** The vessel's implementation if the DAO brings its own: where it stands, or what is to be deployed. */
  readonly vessel: { readonly address: string } | { readonly bytecode: string } | undefined;
}

/** A contract of ours on the snapshot. */
interface Bound {
  readonly address: string;
  /** Reads what cannot fail. */
  readonly read: (name: string, args?: readonly unknown[]) => Promise<unknown>;
  readonly send: (from: string, name: string, args?: readonly unknown[]) => Promise<Sent>;
}

export interface World {
  readonly escrow: Bound;
  readonly gate: Bound;
  readonly timelock: Bound;
}

/** Why there is no world: the vault, or the rules, were refused. */
export interface Refused {
  readonly error: string | null;
  readonly why: string;
}

/**
 * Timelock, vessel, escrow and gate over `vault`, bound to each other as for real. Token, Governor and committees play no
 * part in an exit.
 */
export async function deployWorld(snapshot: Snapshot, vault: string, rules: Rules): Promise<World | Refused> {
  const { delay, fallbackDelay, ...bounds } = rules.timelock;
  const fallbackGate = await create(snapshot, FallbackGate__factory, [fallbackDelay]);
  const timelock = await create(snapshot, DualGovernanceTimelock__factory, [
    bounds,
    fallbackGate.address,
    delay,
    [],
    [ZeroAddress],
    DEPLOYER,
  ]);
  const vessel = await provideVessel(snapshot, vault, rules.vessel);
  if ("why" in vessel) return vessel;
  const escrow = await tryToCreate(snapshot, VetoEscrow__factory, [vessel.address, rules.exit]);
  if ("why" in escrow) return escrow;
  const gate = await create(snapshot, DualGovernance__factory, [timelock.address, escrow.address, rules.gate]);
  for (const [contract, name] of [
    [escrow, "bindGate"],
    [timelock, "setGate"],
  ] as const) {
    const sent = await contract.send(DEPLOYER, name, [gate.address]);
    if (!sent.ok) return { error: parseRevert(sent.revert)?.name ?? null, why: sent.why };
  }
  return { escrow, gate, timelock };
}

async function provideVessel(
  snapshot: Snapshot,
  vault: string,
  vessel: Rules["vessel"],
): Promise<{ address: string } | Refused> {
  if (vessel !== undefined && "address" in vessel) return vessel;
  // Its constructor takes the vault alone, as the standard one's does.
  const { bytecode } = vessel ?? StandardVessel__factory;
  return await tryToCreate(snapshot, { bytecode, createInterface: () => StandardVessel__factory.createInterface() }, [
    vault,
  ]);
}

/** What depends on the rules alone: if they are refused, nothing follows for the vault. */
async function create(snapshot: Snapshot, factory: Factory, args: readonly unknown[]): Promise<Bound> {
  const created = await tryToCreate(snapshot, factory, args);
  if ("why" in created) throw new SentenceError(`The rules of the configuration are refused: ${created.why}.`);
  return created;
}

interface Factory {
  readonly bytecode: string;
  readonly createInterface: () => unknown;
}

async function tryToCreate(snapshot: Snapshot, factory: Factory, args: readonly unknown[]): Promise<Bound | Refused> {
  const face = factory.createInterface() as Interface;
  const created = await snapshot.create(DEPLOYER, concat([factory.bytecode, face.encodeDeploy(args)]));
  if (!created.ok) return { error: parseRevert(created.revert)?.name ?? null, why: created.why };
  return bind(snapshot, face, created.address);
}

function bind(snapshot: Snapshot, face: Interface, address: string): Bound {
  return {
    address,
    read: async (name, args = []) => {
      const answer = await snapshot.call({ to: address, data: face.encodeFunctionData(name, args) });
      if (!answer.ok) throw new Error(`${name} of ${address} reverts: ${answer.why}`);
      const result = face.decodeFunctionResult(name, answer.data);
      return result.length === 1 ? (result[0] as unknown) : result;
    },
    send: (from, name, args = []) => snapshot.send({ from, to: address, data: face.encodeFunctionData(name, args) }),
  };
}
