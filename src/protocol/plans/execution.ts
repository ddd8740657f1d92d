import { formatEther, isHexString } from "ethers";

import { call, type Call } from "../calls.js";
import { SentenceError } from "../errors.js";
import { explainCall } from "../explain.js";
import { formatTime } from "../format.js";
import { findOperation } from "../operations/history.js";
import { encodeExecution, lackingFor } from "../operations/operation.js";
import { tryCallFrom } from "../plannedCall.js";
import { operationOf, proposalArguments } from "../proposals.js";
import { readAnswer } from "../tryRead.js";
import {
  findProposal,
  readAllProposals,
  readProposalId,
  readProposalState,
  tellState,
  type FoundProposal,
} from "./findProposal.js";
import { decidesHere } from "./obeyed.js";
import type { Participant } from "./participant.js";
import type { Plan } from "./plan.js";

/** Executes what is due: a proposal, or an operation of the timelock by its identifier. Anybody may. */
export async function planExecute(participant: Participant, text: string): Promise<Plan> {
  const id = readProposalId(text);
  if ((await readProposalState(participant, id)) !== undefined || !isHexString(text, 32)) {
    return await executeProposal(participant, await findProposal(participant, text));
  }
  const { contracts, provider, firstBlock, onProgress } = participant;
  const [governor, timelock] = [await contracts.governor.getAddress(), await contracts.timelock.getAddress()];
  // What a proposal became executes through the Governor, which would not know its own settings' calls otherwise.
  const proposed = (await readAllProposals(participant)).find(
    (proposal) => operationOf(governor, proposal).id === text.toLowerCase(),
  );
  if (proposed !== undefined)
    return await executeProposal(participant, await findProposal(participant, `${proposed.id}`));
  const operation = await findOperation(text.toLowerCase(), { timelock, provider, firstBlock, onProgress });
  const what = `executes operation ${operation.id}`;
  const execution = { target: timelock, value: 0n, data: encodeExecution(operation) };
  const value = await lacking(participant, timelock, execution, operation.calls);
  // Whoever may execute while others may not is let through here as well.
  const { account, block } = participant;
  if ((await tryCallFrom(provider, account, { ...execution, value }, what, block.number)) !== undefined) {
    await checkDue(participant, operation.id);
  }
  return { calls: [{ what, call: { ...execution, value } }], means: describeExecution(operation.calls, value) };
}

async function executeProposal(participant: Participant, proposal: FoundProposal): Promise<Plan> {
  const { contracts, obeyed } = participant;
  const { governor } = contracts;
  const { id } = operationOf(await governor.getAddress(), proposal);
  const isHere = await decidesHere(participant);
  // To the Governor, what expired and what was withdrawn is the same.
  if (proposal.state === "Canceled") await refuseExpired(participant, id);
  if (proposal.state !== "Queued") {
    throw new SentenceError(tellState(proposal.id, proposal.state, "it is executed once it is Queued and due"));
  }
  await (isHere ? checkDue(participant, id) : checkDueElsewhere(participant, proposal.id));
  const execution = await call(governor, "execute", proposalArguments(proposal));
  const value = await lacking(participant, obeyed, execution, proposal.calls);
  return {
    calls: [{ what: `executes proposal ${proposal.id}`, call: { ...execution, value } }],
    means: describeExecution(proposal.calls, value),
  };
}

/** What has to come with the execution, as the timelock pays the rest; nothing where the calls themselves bring it. [wei] */
async function lacking(
  { account, provider, block }: Participant,
  timelock: string,
  execution: Call,
  calls: readonly Call[],
): Promise<bigint> {
  const value = lackingFor(calls, await provider.getBalance(timelock, block.number));
  if (value === 0n) return 0n;
  return (await tryCallFrom(provider, account, execution, "the execution", block.number)) === undefined ? 0n : value;
}

const describeExecution = (calls: readonly Call[], value: bigint): string[] => [
  "The timelock makes all of these calls, or none:",
  ...calls.map((one, index) => `Call ${index + 1} ${explainCall(one)}.`),
  ...(value === 0n
    ? []
    : [`It lacks ${formatEther(value)} ETH for them, which whoever executes pays, and does not get back.`]),
];

async function checkDue(participant: Participant, operation: string): Promise<void> {
  const { timelock } = participant.contracts;
  const { block } = participant;
  const at = { blockTag: block.number };
  const [isReady, eta] = await Promise.all([
    timelock.isOperationReady(operation, at),
    timelock.getTimestamp(operation, at),
  ]);
  if (isReady) return;
  if (eta > block.timestamp) throw new SentenceError(`It is not due before ${formatTime(eta)}.`);
  if (eta === 1n) throw new SentenceError("It was executed already.");
  if (eta === 0n) {
    await refuseExpired(participant, operation);
    throw new SentenceError("The timelock does not know it (any more): it was withdrawn, or never scheduled.");
  }
  const { modeEndsAt } = await timelock.emergencyStatus(at);
  throw new SentenceError(
    modeEndsAt >= block.timestamp
      ? `Emergency mode runs until ${formatTime(modeEndsAt)}: until then the execution committee alone executes.`
      : "The gate lets nothing through now: npx hardhat tribune status says until when.",
  );
}

/** In a timelock that is not this deployment's, and asks no gate. */
async function checkDueElsewhere({ contracts, block }: Participant, proposal: bigint): Promise<void> {
  const eta = await readAnswer(() => contracts.governor.proposalEta(proposal, { blockTag: block.number }));
  if (eta !== undefined && eta > block.timestamp) throw new SentenceError(`It is not due before ${formatTime(eta)}.`);
}

/** Of what nobody withdrew, and could not be executed in time. */
async function refuseExpired({ contracts, block }: Participant, operation: string): Promise<void> {
  const expiry = await contracts.timelock.getExpiry(operation, { blockTag: block.number });
  if (expiry === 0n || expiry >= block.timestamp) return;
  throw new SentenceError(
    `It expired ${formatTime(expiry)}: nobody withdrew it. If it is still wanted, the DAO decides again.`,
  );
}
