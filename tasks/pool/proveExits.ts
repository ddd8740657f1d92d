import { formatAmount } from "../../src/protocol/format.js";
import { proveExits } from "../../src/staking/prover/exits.js";
import { readKeys } from "../../src/staking/prover/keys.js";
import { openOutput } from "../../src/terminal/output.js";
import type { Verb } from "../verb.js";
import { openProver, type ProverArguments } from "./openProver.js";

interface Arguments extends ProverArguments {
  json: string | undefined;
}

const exits: Verb<Arguments> = async ({ json, ...args }, hre) => {
  const { print, data } = openOutput(json);
  const { prover, operators, range } = await openProver(hre, args, "placed", print);
  const keys = await readKeys(prover.provider, operators, range);
  const outcome = await proveExits(prover, operators, keys);
  for (const { operatorId, pubkeys } of outcome.shown) {
    for (const pubkey of pubkeys) print(`operator ${operatorId}, ${pubkey}: shown to be slashed or exiting`);
  }
  for (const { operatorId, pubkeys } of outcome.forced) {
    for (const pubkey of pubkeys) print(`operator ${operatorId}, ${pubkey}: asked to exit`);
  }
  const why = outcome.refusal === undefined ? "" : ` No key is made to exit: ${outcome.refusal}.`;
  print(`${formatAmount(outcome.demand)} ETH more must exit to pay everybody who waits.${why}`);
  await data(outcome);
};

export default exits;
