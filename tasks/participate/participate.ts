import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { chooseDeployment } from "../../src/deployment/choose.js";
import type { Deployment } from "../../src/protocol/addresses.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { readParticipant, type Participant } from "../../src/protocol/plans/participant.js";
import type { Plan } from "../../src/protocol/plans/plan.js";
import { tryCallFrom, type PlannedCall } from "../../src/protocol/plannedCall.js";
import { LOOK_FIRST, type SentCall, type UnderWay } from "../../src/sending/sendCalls.js";
import { reasonOf } from "../../src/protocol/visible.js";
import { builderBatch } from "../../src/safe/transactionBuilder.js";
import { checkWritable, openOutput, toJson, writeWhole, type Output } from "../../src/terminal/output.js";
import { readAddress } from "../readOption.js";
import { connect, connectReading, refusePassingChain, type Connected } from "../connect.js";
import { refuseSameFile, refuseTogether } from "../option.js";
import { tellProgress } from "../progress.js";
import { sendTelling } from "../sending.js";
import type { Verb } from "../verb.js";
import { sendingAccount } from "./sendingAccount.js";

/** What every verb of a participant takes. */
export interface Common {
  dao: string | undefined;
  account: string | undefined;
  safe: string | undefined;
  print: boolean;
  /** Whether to send behind what is not on the chain yet. */
  again: boolean;
  json: string | undefined;
}

/** A plan, and what is looked at once it was told and before anything is sent; what that finds is kept in the JSON. */
export type Examined = Plan & {
  readonly examine?: (hre: HardhatRuntimeEnvironment, output: Output) => Promise<unknown>;
};

/** Makes a verb of what plans it: says what will happen, then sends it, prints it, or writes it down for a Safe. */
export const participate =
  <Arguments extends Common>(
    plan: (participant: Participant, args: Arguments, deployment: Deployment) => Promise<Examined>,
  ): Verb<Arguments> =>
  async (args, hre) => {
    const output = openOutput(args.json);
    refuseTogether(args, ["print", "safe"]);
    if (args.safe !== undefined) checkWritable(args.safe);
    refuseSameFile({ "--safe": args.safe, "--json": args.json });
    const isPrepared = args.print || args.safe !== undefined;
    const connected = await (isPrepared ? connectReading(hre) : connect(hre));
    refusePassingChain(connected.connection);
    const { place, connection } = connected;
    const account = isPrepared ? preparedAccount(args) : await sendingAccount(connected, args.account);
    const deployment = await chooseDeployment(place, args.dao, connection.networkName);
    const participant = await readParticipant(deployment, place.provider, account, tellProgress());
    const planned = await plan(participant, args, deployment);
    for (const sentence of planned.means) output.print(sentence);
    const check = await planned.examine?.(hre, output);
    const told = {
      account,
      calls: planned.calls.map(({ what, call }) => ({ what, ...call })),
      means: planned.means,
      ...(check !== undefined && { check }),
    };
    const progress: Progress = { sent: [], underWay: [] };
    try {
      await deliver(planned, participant, args, connected, output, progress);
    } catch (error) {
      // Whoever reads the data must learn what was sent before it failed.
      await output.data({ ...told, ...progress, failure: reasonOf(error) }).catch(output.complain);
      throw error;
    }
    await output.data({ ...told, ...progress });
  };

/** What has become of the calls so far. */
interface Progress {
  sent: SentCall[];
  /** What was handed over, and is not on the chain as far as is known. */
  underWay: readonly UnderWay[];
}

/** Whoever only prints may be anybody; a Safe's batch is the Safe's. */
function preparedAccount({ account, safe }: Common): string {
  if (account === undefined) {
    const whose = safe === undefined ? "Whose call is it? Give the address" : "Which Safe is it? Give its address";
    throw new SentenceError(`${whose} with --account; a key is not needed.`);
  }
  return readAddress(account, "account");
}

async function deliver(
  { calls }: Plan,
  participant: Participant,
  { print, safe, again }: Common,
  { place }: Connected,
  output: Output,
  progress: Progress,
): Promise<void> {
  if (safe !== undefined) {
    await refuseFirst(participant, calls);
    await writeBatch(calls, participant, safe, place.chain.id, output);
    return;
  }
  if (print) {
    await refuseFirst(participant, calls);
    for (const { what, call } of calls) {
      output.print(`\n${what}\n  to    ${call.target}\n  value ${call.value} wei\n  data  ${call.data}`);
    }
    return;
  }
  const { sent } = progress;
  const send = sendTelling(participant, output.print, {
    advice: LOOK_FIRST,
    isAgain: again,
    onUnderWay: (underWay) => {
      progress.underWay = underWay;
    },
    onSent: (one) => sent.push(one),
  });
  // One after the other: a later one may need what an earlier one does.
  for (const call of calls) {
    await refuseFailing(participant, call, sent);
    await send([call]);
  }
}

/** The first call alone: a later one may need what an earlier one does. */
async function refuseFirst(participant: Participant, [first]: Plan["calls"]): Promise<void> {
  if (first !== undefined) await refuseFailing(participant, first, []);
}

async function writeBatch(
  calls: Plan["calls"],
  { account, block }: Participant,
  file: string,
  chain: number,
  output: Output,
): Promise<void> {
  const description = calls.map(({ what }) => what).join(", then ");
  const about = { chainId: BigInt(chain), safe: account, description, createdAt: block.timestamp };
  const batch = builderBatch(
    calls.map(({ call }) => call),
    about,
  );
  await writeWhole(file, `${toJson(batch)}\n`);
  output.print(`\n${file} holds it, for the Transaction Builder of the Safe ${account}: ${description}.`);
}

/** In the protocol's own words, and before anything is paid for it. */
async function refuseFailing(
  { provider, account, block }: Participant,
  { call, what }: PlannedCall,
  sent: readonly SentCall[],
): Promise<void> {
  // Of that block, which a backend that lags has not got: of its own newest it would refuse what needs what was sent before.
  const known = Math.max(block.number, ...sent.map((one) => one.block));
  const newest = Math.max(await provider.getBlockNumber(), known);
  const refusal = await tryCallFrom(provider, account, call, what, newest);
  if (refusal === undefined) return;
  const before =
    sent.length === 0 ? "nothing was sent" : `what was sent before stands (${sent.map((one) => one.what).join(", ")})`;
  throw new SentenceError(`${what}: the contract refuses it, ${refusal.words}; ${before}.`);
}
