import { renderReview } from "../../src/safe/renderSafe.js";
import { reviewTransaction } from "../../src/safe/review.js";
import { mergeTransactionFiles, readTransactionFile } from "../../src/safe/transactionFile.js";
import { hashParts, toTypedData } from "../../src/safe/transaction.js";
import { visible } from "../../src/protocol/visible.js";
import { checkWritable, openOutput, toJson, writeWhole } from "../../src/terminal/output.js";
import { connectReading } from "../connect.js";
import { tellProgress } from "../progress.js";
import { refuseSameFile } from "../option.js";
import type { Verb } from "../verb.js";

interface Arguments {
  files: string[];
  typedData: string | undefined;
  json: string | undefined;
}

const show: Verb<Arguments> = async ({ files, typedData, json }, hre) => {
  const { print, data } = openOutput(json);
  if (typedData !== undefined) checkWritable(typedData);
  for (const file of files) refuseSameFile({ "--typed-data": typedData, "--json": json, "the prepared file": file });
  const { place } = await connectReading(hre);
  const copies = await Promise.all(files.map((name) => readTransactionFile(name)));
  const file = await mergeTransactionFiles(copies, place.provider);
  const review = await reviewTransaction(file, place.provider, { onProgress: tellProgress() });
  print(renderReview(review));
  const { signatures, safe, warnings, transaction } = review;
  if (typedData !== undefined) {
    await writeWhole(typedData, `${toJson(toTypedData(transaction))}\n`);
    print(
      `${visible(typedData)} holds what a wallet signs (EIP-712); what it gives is added with committee sign --signature.`,
    );
  }
  await data({ ...file, ...hashParts(transaction), signed: signatures.length, threshold: safe.threshold, warnings });
};

export default show;
