import { renderReview } from "../../src/safe/renderSafe.js";
import { reviewTransaction } from "../../src/safe/review.js";
import { chooseOwner, signTransaction } from "../../src/safe/sign.js";
import { readTransactionFile, writeTransactionFile } from "../../src/safe/transactionFile.js";
import { visible } from "../../src/protocol/visible.js";
import { checkWritable, openOutput } from "../../src/terminal/output.js";
import { connect } from "../connect.js";
import { tellProgress } from "../progress.js";
import type { Verb } from "../verb.js";
import { readAddress } from "./options.js";

interface Arguments {
  file: string;
  owner: string | undefined;
  out: string | undefined;
  json: string | undefined;
}

const sign: Verb<Arguments> = async (args, hre) => {
  const { print, data } = openOutput(args.json);
  const out = args.out ?? args.file;
  checkWritable(out);
  const { connection, place } = await connect(hre);
  const review = await reviewTransaction(await readTransactionFile(args.file), place.provider, {
    onProgress: tellProgress(),
  });
  print(renderReview(review));

  const owner = args.owner === undefined ? undefined : readAddress(args.owner, "owner");
  const signer = await chooseOwner(await connection.ethers.getSigners(), review, owner);
  print(`Signing as ${signer.address} …`);
  const signed = await signTransaction(review, signer);
  await writeTransactionFile(out, signed);

  const present = review.signatures.length + 1;
  const { threshold } = review.safe;
  const next =
    present < threshold
      ? "the next owner signs it"
      : `anybody may execute it: npx hardhat tribune committee execute ${visible(out)} --network ${connection.networkName}`;
  print(`Written to ${visible(out)}, with ${present} of ${threshold} signatures; now ${next}`);
  await data({ ...signed, file: out, signed: present, threshold });
};

export default sign;
