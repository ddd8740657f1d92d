import type { Provider } from "ethers";

import type { Call } from "../../src/protocol/calls.js";
import { ACTIONS, findAction, planAction } from "../../src/protocol/committees/actions.js";
import { subCommitteeSeat } from "../../src/protocol/committees/seats.js";
import { prepareTransaction } from "../../src/safe/prepare.js";
import { renderTransaction } from "../../src/safe/renderSafe.js";
import { writeTransactionFile, type TransactionFile } from "../../src/safe/transactionFile.js";
import { SentenceError, UnreadableError } from "../../src/protocol/errors.js";
import { visible } from "../../src/protocol/visible.js";
import { builderBatch } from "../../src/safe/transactionBuilder.js";
import { addressBook } from "../../src/power/check/addressBook.js";
import { parseCallsFile } from "../../src/power/check/callsFile.js";
import { readText } from "../../src/terminal/input.js";
import { checkWritable, openOutput, toJson, writeWhole } from "../../src/terminal/output.js";
import { connectReading, type Connected } from "../connect.js";
import { refuseSameFile } from "../option.js";
import { tellProgress } from "../progress.js";
import type { Verb } from "../verb.js";
import { readAddress, readData, readEther, readNumber } from "../readOption.js";
import { findBody, findCommittees, resolveSafe, type Committees } from "./findCommittees.js";

interface Arguments {
  subjects: string[];
  action: string | undefined;
  safe: string | undefined;
  dao: string | undefined;
  target: string | undefined;
  data: string | undefined;
  calls: string | undefined;
  call: string | undefined;
  builder: string | undefined;
  value: string | undefined;
  nonce: string | undefined;
  out: string | undefined;
  json: string | undefined;
}

/** Whose call, and which. */
interface Plan {
  readonly safe: string;
  readonly call: Omit<Call, "value"> & { readonly value?: bigint };
}

const prepare: Verb<Arguments> = async (args, hre) => {
  const { print, data } = openOutput(args.json);
  const { out } = args;
  if (out === undefined) throw new SentenceError("Where to? Give a file to write, like --out motion.json.");
  checkWritable(out);
  if (args.builder !== undefined) checkWritable(args.builder);
  refuseSameFile({ "--out": out, "--builder": args.builder, "--json": args.json, "--calls": args.calls });
  const nonce = args.nonce === undefined ? undefined : readNumber(args.nonce, "nonce");
  const value = args.value === undefined ? undefined : readEther(args.value, "value");
  if (args.call !== undefined && args.calls === undefined) throw new SentenceError("--call is for --calls.");
  if (value !== undefined && args.calls !== undefined) throw new SentenceError("--calls says itself what is paid.");

  const { connection, place } = await connectReading(hre);
  const { safe, call } = await plan(args, place.provider, () => findCommittees(place, connection, args.dao));
  const whole = { ...call, value: value ?? call.value ?? 0n };
  const { file, failure } = await prepareTransaction(safe, whole, place.provider, nonce);
  // All that is asked of the node is asked before anything is written.
  const batch = args.builder === undefined ? undefined : await builderFile(file, whole, place);
  await writeTransactionFile(out, file);
  if (args.builder !== undefined && batch !== undefined) {
    await writeWhole(args.builder, batch);
    print(`${visible(args.builder)} holds it as well, for the Transaction Builder of the Safe ${file.safe}.`);
  }
  print(renderTransaction(file));
  if (failure !== undefined) print(`It would fail now: ${failure}`);
  print(
    `Written to ${visible(out)}; now the owners look at it and sign it: npx hardhat tribune committee sign ${visible(out)} --network ${connection.networkName}`,
  );
  await data({ ...file, file: out, failure: failure ?? null });
};

/** The call for the Transaction Builder of Safe's app, dated by the newest block. */
async function builderFile(
  { safe, description }: TransactionFile,
  call: Call,
  { provider, chain }: Connected["place"],
): Promise<string> {
  const block = await provider.getBlock("latest");
  if (block === null) throw new UnreadableError("The node does not give its newest block.", "behind");
  const about = { chainId: BigInt(chain.id), safe, description, createdAt: BigInt(block.timestamp) };
  return `${toJson(builderBatch([call], about))}\n`;
}

async function plan(args: Arguments, provider: Provider, committees: () => Promise<Committees>): Promise<Plan> {
  const { action: name, target, data, subjects, safe: wanted } = args;
  if (name === undefined) {
    if (subjects.length > 0)
      throw new SentenceError(`What is to be done with ${subjects.join(" ")}? Say it with --action.`);
    if (wanted === undefined)
      throw new SentenceError("Whose call? Give a committee's name or a Safe's address with --safe.");
    if (args.calls !== undefined) {
      if (target !== undefined || data !== undefined)
        throw new SentenceError("Give either --calls, or --target and --data.");
      const { deployment } = await committees();
      const number = args.call === undefined ? undefined : Number(readNumber(args.call, "call"));
      const safe = await resolveSafe(wanted, committees);
      return { call: await readOneCall(args.calls, number, safe, deployment, provider), safe };
    }
    const call = { target: readAddress(target, "target"), data: readData(data ?? "0x") };
    return { call, safe: await resolveSafe(wanted, committees) };
  }
  const action = findAction(name);
  if (target !== undefined || data !== undefined || args.calls !== undefined) {
    throw new SentenceError("Give either an --action, or the call itself with --target and --data, or with --calls.");
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

/**
 * A call of a file: a Safe makes one by itself, and several only through a contract that it would have to obey.
 * @param number From 1; may be left out where there is one.
 */
async function readOneCall(
  file: string,
  number: number | undefined,
  safe: string,
  deployment: Committees["deployment"],
  provider: Provider,
): Promise<Call> {
  const { addresses } = deployment;
  const { chainId: chain } = await provider.getNetwork();
  const given = parseCallsFile(await readText(file), file, { book: addressBook(addresses), addresses, chain, safe });
  const { calls } = given.operation;
  const chosen = number === undefined && calls.length > 1 ? undefined : calls[(number ?? 1) - 1];
  if (chosen !== undefined) return chosen;
  throw new SentenceError(
    `${visible(file)} has ${calls.length} calls. A transaction here is one call, never a delegatecall: prepare one for each, with ` +
      "--call 1 for the first, and --nonce for the later ones.",
  );
}

export default prepare;
