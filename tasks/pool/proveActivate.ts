import { activateKeys } from "../../src/staking/prover/activate.js";
import { readKeys } from "../../src/staking/prover/keys.js";
import { formatTime } from "../../src/protocol/format.js";
import { openOutput } from "../../src/terminal/output.js";
import type { Verb } from "../verb.js";
import { openProver, type ProverArguments } from "./openProver.js";

interface Arguments extends ProverArguments {
  json: string | undefined;
}

const activate: Verb<Arguments> = async ({ json, ...args }, hre) => {
  const { print, data } = openOutput(json);
  const { prover, operators, range } = await openProver(hre, args, "all", print);
  const until = await prover.provider.getBlockNumber();
  const keys = await readKeys(prover.provider, operators, { ...range, until });
  const outcomes = await activateKeys(prover, operators, keys);
  if (outcomes.length === 0) {
    print(`The logs of blocks ${range.since} to ${until} tell of no key that waits for its activation.`);
  }
  for (const { operatorId, pubkey, outcome, reason, announcedUntil } of outcomes) {
    const why = reason === undefined ? "" : `, ${reason}`;
    const announced = announcedUntil === undefined ? "" : `; announced until ${formatTime(announcedUntil)}`;
    print(`operator ${operatorId}, ${pubkey}: ${outcome}${why}${announced}`);
  }
  await data(outcomes);
};

export default activate;
