import type { ConfigPair } from "../../model/stateTransitions.js";
import type { Machine, Reading } from "../../model/types.js";
import type { ProtocolContracts } from "../contracts.js";
import { toConfig, toMachine, toReading } from "./decode.js";
import { orSilence } from "./silence.js";

/** A gate in one block. */
export interface GateView {
  /** As last written. */
  readonly written: Machine;
  /** As a poke in this block would leave it. */
  readonly due: Machine;
  readonly reading: Reading;
  readonly configs: ConfigPair;
  /** Undefined if the vault does not answer. [shares] */
  readonly votableSupply: bigint | undefined;
  /** The gate that the timelock obeys. */
  readonly obeyed: string;
}

/** @throws SentenceError if the gate does not answer. */
export async function readGate(
  contracts: Pick<ProtocolContracts, "gate" | "escrow" | "timelock">,
  blockTag: number,
): Promise<GateView> {
  const { gate, escrow, timelock } = contracts;
  const at = { blockTag };
  const ask = () =>
    Promise.all([
      gate.persisted(at),
      gate.effective(at),
      gate.currentConfig(at),
      gate.activeConfig(at),
      escrow.votableSupply(at),
      timelock.gate(at),
    ]);
  const [persisted, effective, current, active, votable, obeyed] = await orSilence(ask, contracts, blockTag);
  return {
    written: toMachine(persisted[0]),
    due: toMachine(effective.machine),
    reading: toReading(effective.reading),
    configs: { current: toConfig(current), frozen: toConfig(active) },
    votableSupply: votable.answered ? votable.supply : undefined,
    obeyed,
  };
}
