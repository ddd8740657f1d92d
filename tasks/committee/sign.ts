import { renderReview } from "../../src/safe/renderSafe.js";
import { reviewTransaction } from "../../src/safe/review.js";
import { hashParts } from "../../src/safe/transaction.js";
import { addSignature, chooseOwner, signTransaction } from "../../src/safe/sign.js";
import { readTransactionFile, writeTransactionFile, type TransactionFile } from "../../src/safe/transactionFile.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { visible } from "../../src/protocol/visible.js";
import { checkWritable, openOutput } from "../../src/terminal/output.js";
import { connect, connectReading } from "../connect.js";
import { confirm } from "../deployment/confirm.js";
import { tellProgress } from "../progress.js";
import { refuseSameFile } from "../option.js";
import { signersOf } from "../signers.js";
import type { Verb } from "../verb.js";
import { readAddress, readData } from "../readOption.js";

interface Arguments {
  file: string;
  owner: string | undefined;
  signature: string | undefined;
  out: string | undefined;
  yes: boolean;
  json: string | undefined;
}

const UNSIGNED = { nothing: "Nothing was signed", doIt: "sign" };

const sign: Verb<Arguments> = async (args, hre) => {
  const { print, data } = openOutput(args.json);
  const out = args.out ?? args.file;
  checkWritable(out);
  refuseSameFile({ [args.out === undefined ? "the prepared file" : "--out"]: out, "--json": args.json });
  const { owner, signature, yes } = args;
  if (signature !== undefined && owner === undefined)
    throw new SentenceError("Whose signature is it? Say it with --owner.");
  const wanted = owner === undefined ? undefined : readAddress(owner, "owner");
  // Whoever brings a signature needs no key.
  const { connection, place } = await (signature === undefined ? connect(hre) : connectReading(hre));
  const { provider } = place;
  const review = await reviewTransaction(await readTransactionFile(args.file), provider, {
    onProgress: tellProgress(),
  });
  print(renderReview(review));

  let signed: TransactionFile;
  if (signature !== undefined && wanted !== undefined) {
    signed = await addSignature(review, wanted, readData(signature, "signature"), provider);
  } else {
    const signer = await chooseOwner((await signersOf(connection, "to sign with")).signers, review, wanted);
    if (!yes) await confirm(`Sign this as ${signer.address}?`, UNSIGNED);
    print(`Signing as ${signer.address} …`);
    signed = await signTransaction(review, signer);
  }
  await writeTransactionFile(out, signed);

  const present = review.signatures.length + 1;
  const { threshold } = review.safe;
  const next =
    present < threshold
      ? "the next owner signs it"
      : `anybody may execute it: npx hardhat tribune committee execute ${visible(out)} --network ${connection.networkName}`;
  print(`Written to ${visible(out)}, with ${present} of ${threshold} signatures; now ${next}`);
  await data({ ...signed, ...hashParts(review.transaction), file: out, signed: present, threshold });
};

export default sign;
