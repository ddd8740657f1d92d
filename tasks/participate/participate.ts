import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { chooseDeployment } from "../../src/deployment/choose.js";
import type { Deployment } from "../../src/protocol/addresses.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { readParticipant, type Participant } from "../../src/protocol/plans/participant.js";
import type { Plan } from "../../src/protocol/plans/plan.js";
import { tryCallFrom, type PlannedCall } from "../../src/protocol/plannedCall.js";
import { LOOK_FIRST, sendFrom, type SentCall } from "../../src/protocol/sendCalls.js";
import { builderBatch } from "../../src/safe/transactionBuilder.js";
import { checkWritable, openOutput, toJson, writeText, type Output } from "../../src/terminal/output.js";
import { readAddress } from "../committee/options.js";
import { connect, connectReading, refusePassingChain, type Connected } from "../connect.js";
import { tellProgress } from "../progress.js";
import type { Verb } from "../verb.js";
import { sendingAccount } from "./sendingAccount.js";

/** What every verb of a participant takes. */
export interface Common {
  dao: string | undefined;
  account: string | undefined;
  safe: string | undefined;
  print: boolean;
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
    if (args.safe !== undefined) checkWritable(args.safe);
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
    const sent = await deliver(planned, participant, args, connected, output);
    await output.data({
      account,
      calls: planned.calls.map(({ what, call }) => ({ what, ...call })),
      means: planned.means,
      ...(check !== undefined && { check }),
      sent,
    });
  };

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
  { print, safe }: Common,
  { connection, place }: Connected,
  output: Output,
): Promise<SentCall[]> {
  if (safe !== undefined) {
    const description = calls.map(({ what }) => what).join(", then ");
    const { timestamp } = participant.block;
    const about = { chainId: BigInt(place.chain.id), safe: participant.account, description, createdAt: timestamp };
    await writeText(
      safe,
      `${toJson(
        builderBatch(
          calls.map(({ call }) => call),
          about,
        ),
      )}\n`,
    );
    output.print(`\n${safe} holds it, for the Transaction Builder of the Safe ${participant.account}: ${description}.`);
    return [];
  }
  if (print) {
    for (const { what, call } of calls) {
      output.print(`\n${what}\n  to    ${call.target}\n  value ${call.value} wei\n  data  ${call.data}`);
    }
    return [];
  }
  const signer = await connection.ethers.getSigner(participant.account);
  const sent: SentCall[] = [];
  const send = sendFrom(
    signer,
    (one) => {
      output.print(`${one.what}: ${one.hash} in block ${one.block}`);
      sent.push(one);
    },
    LOOK_FIRST,
  );
  // One after the other: a later one may need what an earlier one does.
  for (const call of calls) {
    await refuseFailing(participant, call, sent);
    await send([call]);
  }
  return sent;
}

/** In the protocol's own words, and before anything is paid for it. */
async function refuseFailing(
  { provider, account }: Participant,
  { call, what }: PlannedCall,
  sent: readonly SentCall[],
): Promise<void> {
  const refusal = await tryCallFrom(provider, account, call, what);
  if (refusal === undefined) return;
  const before =
    sent.length === 0 ? "nothing was sent" : `what was sent before stands (${sent.map((one) => one.what).join(", ")})`;
  throw new SentenceError(`${what}: the contract refuses it, ${refusal.words}; ${before}.`);
}
