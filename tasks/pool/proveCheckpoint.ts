import { proveCheckpoints } from "../../src/staking/prover/checkpoint.js";
import { finaliseQueue } from "../../src/staking/prover/finalise.js";
import { formatAmount, formatTime } from "../../src/protocol/format.js";
import { openOutput } from "../../src/terminal/output.js";
import type { Verb } from "../verb.js";
import { openProver, type ProverArguments } from "./openProver.js";

interface Arguments extends ProverArguments {
  json: string | undefined;
}

const checkpoint: Verb<Arguments> = async ({ json, ...args }, hre) => {
  const { print, data } = openOutput(json);
  const { prover, operators } = await openProver(hre, args, "placed", print);
  const outcomes = await proveCheckpoints(prover, operators);
  if (outcomes.length === 0) print("No operator has keys or ETH in its vault.");
  for (const { operatorId, number, proven } of outcomes) {
    print(`operator ${operatorId}: checkpoint ${number} is finished, ${proven} keys were proven here.`);
  }
  const watermark = await prover.contracts.registry.watermark();
  print(`Everybody is checked since ${formatTime(watermark)}.`);
  const finalised = await finaliseQueue(prover);
  if (finalised.shares > 0n) print(`${formatAmount(finalised.assets)} ETH can be claimed by those who waited for it.`);
  if (finalised.refusal !== undefined) print(`Somebody waits, and is not paid yet: ${finalised.refusal}.`);
  await data({ outcomes, watermark, finalised });
};

export default checkpoint;
