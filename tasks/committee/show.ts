import { renderReview } from "../../src/safe/renderSafe.js";
import { reviewTransaction } from "../../src/safe/review.js";
import { mergeTransactionFiles, readTransactionFile } from "../../src/safe/transactionFile.js";
import { openOutput } from "../../src/terminal/output.js";
import { connectReading } from "../connect.js";
import { tellProgress } from "../progress.js";
import type { Verb } from "../verb.js";

interface Arguments {
  files: string[];
  json: string | undefined;
}

const show: Verb<Arguments> = async ({ files, json }, hre) => {
  const { print, data } = openOutput(json);
  const { place } = await connectReading(hre);
  const copies = await Promise.all(files.map((name) => readTransactionFile(name)));
  const file = await mergeTransactionFiles(copies, place.provider);
  const review = await reviewTransaction(file, place.provider, { onProgress: tellProgress() });
  print(renderReview(review));
  const { signatures, safe, warnings } = review;
  await data({ ...file, signed: signatures.length, threshold: safe.threshold, warnings });
};

export default show;
