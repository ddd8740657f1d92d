import { prepareTransaction } from "../../src/safe/prepare.js";
import { renderTransaction } from "../../src/safe/render.js";
import { writeTransactionFile } from "../../src/safe/transactionFile.js";
import { SentenceError } from "../../src/terminal/errors.js";
import { openOutput } from "../../src/terminal/output.js";
import { connect } from "../place.js";
import type { Verb } from "../verb.js";
import { readAddress, readData, readEther, readNumber } from "./options.js";

interface Arguments {
  safe: string | undefined;
  target: string | undefined;
  data: string | undefined;
  value: string | undefined;
  nonce: string | undefined;
  out: string | undefined;
  json: string | undefined;
}

const prepare: Verb<Arguments> = async (args, hre) => {
  const { print, data } = openOutput(args.json);
  if (args.out === undefined) throw new SentenceError("Where to? Give a file to write, like --out motion.json.");
  const safe = readAddress(args.safe, "safe");
  const call = {
    to: readAddress(args.target, "target"),
    value: readEther(args.value ?? "0"),
    data: readData(args.data ?? "0x"),
  };
  const nonce = args.nonce === undefined ? undefined : readNumber(args.nonce, "nonce");
  const { place } = await connect(hre);
  const { file, failure } = await prepareTransaction(safe, call, place.provider, nonce);
  await writeTransactionFile(args.out, file);
  print(renderTransaction(file));
  if (failure !== undefined) print(`It would fail now: ${failure}`);
  print(`Written to ${args.out}; now the owners sign it: npx hardhat tribune committee sign ${args.out}`);
  await data({ ...file, file: args.out, failure: failure ?? null });
};

export default prepare;
