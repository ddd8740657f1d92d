import { EXECUTE_AGAIN, executeTransaction, listConsents } from "../../src/safe/execute.js";
import { renderReview } from "../../src/safe/renderSafe.js";
import { reviewTransaction } from "../../src/safe/review.js";
import { mergeTransactionFiles, readTransactionFile } from "../../src/safe/transactionFile.js";
import { openOutput } from "../../src/terminal/output.js";
import { connect } from "../connect.js";
import { confirm } from "../deployment/confirm.js";
import { tellProgress } from "../progress.js";
import { sendTelling } from "../sending.js";
import { signersOf } from "../signers.js";
import type { Verb } from "../verb.js";

interface Arguments {
  files: string[];
  yes: boolean;
  /** Whether to send behind what is not on the chain yet. */
  again: boolean;
  json: string | undefined;
}

const execute: Verb<Arguments> = async ({ files, yes, again, json }, hre) => {
  const { print, data } = openOutput(json);
  const { connection, place } = await connect(hre);
  const copies = await Promise.all(files.map((name) => readTransactionFile(name)));
  const file = await mergeTransactionFiles(copies, place.provider);
  const review = await reviewTransaction(file, place.provider, { onProgress: tellProgress() });
  print(renderReview(review));
  const { first: sender } = await signersOf(connection, "to pay for it");
  if (listConsents(review, sender.address).length > review.signatures.length) {
    print(`${sender.address}, who sends it, is an owner: that counts as its approval.`);
  }
  const from = { provider: place.provider, account: sender.address };
  // Its block is told once it is known that the Safe has run it.
  const send = sendTelling(from, () => undefined, { advice: EXECUTE_AGAIN, isAgain: again });
  const execution = await executeTransaction(review, from, async (calls) => {
    if (!yes) await confirm(`Send it as ${sender.address}, who pays for the gas?`);
    return await send(calls);
  });
  print(`Executed in block ${execution.blockNumber}, by transaction ${execution.transactionHash}.`);
  await data({ safe: file.safe, nonce: file.nonce, safeTxHash: file.safeTxHash, ...execution });
};

export default execute;
