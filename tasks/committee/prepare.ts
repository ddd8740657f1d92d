import type { Provider } from "ethers";

import type { Call } from "../../src/protocol/calls.js";
import { ACTIONS, findAction, planAction } from "../../src/protocol/committees/actions.js";
import { subCommitteeSeat } from "../../src/protocol/committees/seats.js";
import { prepareTransaction } from "../../src/safe/prepare.js";
import { renderTransaction } from "../../src/safe/renderSafe.js";
import { writeTransactionFile } from "../../src/safe/transactionFile.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { visible } from "../../src/protocol/visible.js";
import { checkWritable, openOutput } from "../../src/terminal/output.js";
import { connectReading } from "../connect.js";
import { tellProgress } from "../progress.js";
import type { Verb } from "../verb.js";
import { readAddress, readData, readEther, readNumber } from "./options.js";
import { findBody, findCommittees, resolveSafe, type Committees } from "./findCommittees.js";

interface Arguments {
  subjects: string[];
  action: string | undefined;
  safe: string | undefined;
  dao: string | undefined;
  target: string | undefined;
  data: string | undefined;
  value: string | undefined;
  nonce: string | undefined;
  out: string | undefined;
  json: string | undefined;
}

/** Whose call, and which. */
interface Plan {
  readonly safe: string;
  readonly call: Omit<Call, "value">;
}

const prepare: Verb<Arguments> = async (args, hre) => {
  const { print, data } = openOutput(args.json);
  const { out } = args;
  if (out === undefined) throw new SentenceError("Where to? Give a file to write, like --out motion.json.");
  checkWritable(out);
  const nonce = args.nonce === undefined ? undefined : readNumber(args.nonce, "nonce");
  const value = readEther(args.value ?? "0");

  const { connection, place } = await connectReading(hre);
  const { safe, call } = await plan(args, place.provider, () => findCommittees(place, connection, args.dao));
  const { file, failure } = await prepareTransaction(safe, { ...call, value }, place.provider, nonce);
  await writeTransactionFile(out, file);
  print(renderTransaction(file));
  if (failure !== undefined) print(`It would fail now: ${failure}`);
  print(
    `Written to ${visible(out)}; now the owners sign it: npx hardhat tribune committee sign ${visible(out)} --network ${connection.networkName}`,
  );
  await data({ ...file, file: out, failure: failure ?? null });
};

async function plan(args: Arguments, provider: Provider, committees: () => Promise<Committees>): Promise<Plan> {
  const { action: name, target, data, subjects, safe: wanted } = args;
  if (name === undefined) {
    if (subjects.length > 0)
      throw new SentenceError(`What is to be done with ${subjects.join(" ")}? Say it with --action.`);
    if (wanted === undefined)
      throw new SentenceError("Whose call? Give a committee's name or a Safe's address with --safe.");
    const call = { target: readAddress(target, "target"), data: readData(data ?? "0x") };
    return { call, safe: await resolveSafe(wanted, committees) };
  }
  const action = findAction(name);
  if (target !== undefined || data !== undefined) {
    throw new SentenceError("Give either an --action, or the call itself with --target and --data.");
  }
  const { by } = ACTIONS[action];
  if (wanted === undefined && by === undefined) {
    throw new SentenceError(
      `Several committees may do ${action}: choose one with --safe, like --safe ${subCommitteeSeat(0).name}.`,
    );
  }
  const { deployment, powers, bodies } = await committees();
  const place = {
    timelock: powers.contracts.timelock,
    provider,
    firstBlock: deployment.firstBlock,
    onProgress: tellProgress(),
  };
  return {
    call: await planAction(action, subjects, powers.contracts, place),
    safe: wanted === undefined ? findBody(by ?? "", bodies).address : await resolveSafe(wanted, committees),
  };
}

export default prepare;
