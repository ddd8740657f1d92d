import { sentences, UnreadableError } from "../../src/protocol/errors.js";
import { formatAmount } from "../../src/protocol/format.js";
import { RUN_AGAIN } from "../../src/sending/sendCalls.js";
import { claimProverFees } from "../../src/staking/prover/claimFees.js";
import { readOperators } from "../../src/staking/prover/pool.js";
import { openOutput } from "../../src/terminal/output.js";
import { readAddress, readNumber } from "../readOption.js";
import { tellProgress } from "../progress.js";
import { sendTelling } from "../sending.js";
import type { Verb } from "../verb.js";
import { openSendingPool, readIds, type SendingPoolArguments } from "./open.js";

interface Arguments extends SendingPoolArguments {
  prover: string | undefined;
  operators: string | undefined;
  since: string | undefined;
  json: string | undefined;
}

const DOUBTED =
  "The node's logs are not what the vaults say, or --since is too late. What the vaults say was claimed; of checkpoints " +
  "before the newest 100 of each operator, the logs may leave out more:";

const claim: Verb<Arguments> = async ({ pool, dao, prover: address, operators: ids, since, again, json }, hre) => {
  const { print, data } = openOutput(json);
  const { provider, contracts, first, firstBlock } = await openSendingPool(hre, { pool, dao });
  const prover = address === undefined ? first.address : readAddress(address, "prover");
  const from = since === undefined ? firstBlock : Number(readNumber(since, "since"));
  const operators = await readOperators(contracts, readIds(ids) ?? "all");
  const send = sendTelling({ provider: provider, account: first.address }, print, {
    advice: RUN_AGAIN,
    isAgain: again,
  });
  const range = { since: from, onProgress: tellProgress() };
  const claimed = await claimProverFees({ provider, contracts, sender: first.address, send }, operators, prover, range);
  const shares = formatAmount(claimed.shares, Number(await contracts.pool.decimals()));
  print(`${prover} received ${shares} shares. Fees on gains that are not let in yet can be claimed later.`);
  await data({ prover, ...claimed });
  if (claimed.doubts.length > 0) throw new UnreadableError(sentences(DOUBTED, claimed.doubts), "behind");
};

export default claim;
