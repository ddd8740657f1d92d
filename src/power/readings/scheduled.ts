import { formatEther, getAddress, ZeroHash, type Provider } from "ethers";

import { memberOf, OperationState, PROPOSAL_STATES } from "../../protocol/enums.js";
import type { Call } from "../../protocol/calls.js";
import { connectProtocol } from "../../protocol/contracts.js";
import { formatTime } from "../../protocol/format.js";
import { queryLogs } from "../../protocol/logs.js";
import { collectHistory, type ToldOperation } from "../../protocol/operations/collectHistory.js";
import { describeGap, readHistory, type OperationPlace } from "../../protocol/operations/history.js";
import { readProposals } from "../../protocol/operations/proposed.js";
import { operationOf } from "../../protocol/proposals.js";
import { parseWhole } from "../check/decodeCalls.js";
import { namesOf } from "../world/names.js";
import type { AuditInput } from "../world/auditInput.js";
import { KINDS } from "../manifest/parts.js";
import type { World } from "../world/world.js";

/** An operation that waits in the timelock, so that anybody executes it once it is due. */
interface Waiting {
  readonly id: string;
  readonly calls: readonly Call[];
  /** [unix seconds] */
  readonly due: bigint;
  /** [unix seconds] */
  readonly expiry: bigint;
  /** Who sent the transaction that scheduled it; undefined: the Governor did, by a vote. */
  readonly sender: string | undefined;
}

/** What had been scheduled before the audit began. */
export interface Scheduled {
  readonly waiting: readonly Waiting[];
  /** Why others may wait, in a sentence; undefined if the logs are whole. */
  readonly gap: string | undefined;
}

/** Who had it scheduled that was told on the snapshot alone. */
const CHECKED = "the operation that is checked";

/** What waits in the timelock: told by the chain's logs, and asked of the snapshot. */
export async function readScheduled(input: AuditInput): Promise<Scheduled> {
  const { provider, addresses, history, safeBlock } = input;
  const { timelock } = connectProtocol(addresses, provider);
  const place: OperationPlace = history ?? { timelock: addresses.timelock, provider, firstBlock: 0 };
  const block = safeBlock ?? (await place.provider.getBlockNumber());
  const told = await readHistory(place, block);
  const heard = readHeard(input, block);
  const fresh = new Set(heard.map(({ id }) => id));
  const live: ToldOperation[] = [];
  for (const operation of [...told.operations.filter(({ id }) => !fresh.has(id)), ...heard]) {
    const state = await timelock.getOperationState(operation.id);
    if (state === OperationState.Waiting || state === OperationState.Ready) live.push(operation);
  }
  const voted = live.length === 0 ? new Set<string>() : await readVoted(input, place, block);
  const waiting: Waiting[] = [];
  for (const { id, calls } of live) {
    const [due, expiry] = [await timelock.getTimestamp(id), await timelock.getExpiry(id)];
    const sender = voted.has(id) ? undefined : fresh.has(id) ? CHECKED : await senderOf(id, place, block);
    // Where a chain lets anybody play the Governor, it is the Governor's.
    waiting.push({ id, calls, due, expiry, sender: sender === addresses.governor ? undefined : sender });
  }
  return { waiting, gap: describeGap(told) };
}

/** Operations of which the snapshot alone tells. */
const readHeard = ({ heard = [], addresses }: AuditInput, block: number): readonly ToldOperation[] =>
  collectHistory(
    heard
      .filter(({ address }) => getAddress(address) === addresses.timelock)
      .map((log) => ({ ...log, blockNumber: block, transactionHash: ZeroHash })),
    addresses.timelock,
  ).operations;

/** By the Governor's own word that it has queued them: what a proposal says anybody could schedule who may. */
async function readVoted(
  { addresses, provider }: AuditInput,
  place: OperationPlace,
  block: number,
): Promise<Set<string>> {
  const { governor } = connectProtocol(addresses, provider);
  const asked = connectProtocol(addresses, place.provider).governor;
  const ids = new Set<string>();
  for (const proposal of await readProposals(asked, place, block)) {
    const state = await governor.state(proposal.id);
    if (memberOf(PROPOSAL_STATES, state) === "Queued") ids.add(operationOf(addresses.governor, proposal).id);
  }
  return ids;
}

async function senderOf(
  id: string,
  { timelock: address, provider, firstBlock, onProgress }: OperationPlace,
  block: number,
) {
  const topics = [KINDS.timelock.abi.getEvent("CallScheduled")?.topicHash ?? "", id];
  const logs = await queryLogs(
    (fromBlock, toBlock) => provider.getLogs({ address, topics, fromBlock, toBlock }),
    firstBlock,
    block,
    onProgress,
  );
  return await readSender(provider, logs.at(-1)?.transactionHash);
}

const readSender = async (provider: Provider, hash: string | undefined): Promise<string> =>
  (hash === undefined ? undefined : (await provider.getTransaction(hash))?.from) ?? "somebody";

/** The same in sentences: what no vote has decided counts as a call of whoever had it scheduled. */
export function tellScheduled({ waiting, gap }: Scheduled, world: World) {
  const name = namesOf(world);
  const told = ({ calls, due, expiry }: Waiting): string =>
    `${calls.map((call) => tellCall(call, world)).join(", ")}; anybody executes it from ${formatTime(due)} until ${formatTime(expiry)}`;
  return {
    bypasses: waiting.flatMap((one) =>
      one.sender === undefined
        ? []
        : [`${name(one.sender)} has had operation ${one.id} scheduled, which no vote has decided: ${told(one)}.`],
    ),
    decided: waiting.flatMap((one) =>
      one.sender === undefined ? [`Operation ${one.id} waits, by a vote: ${told(one)}.`] : [],
    ),
    gaps: gap === undefined ? [] : [gap],
  };
}

/** Whatever was scheduled, also what no function understands. */
function tellCall({ target, value, data }: Call, world: World): string {
  const name = namesOf(world);
  const paid = `${formatEther(value)} ETH`;
  if (data === "0x") return `${paid} to ${name(target)}`;
  const part = world.parts.find(({ address }) => address === target);
  const parsed = part && parseWhole(KINDS[part.name].abi, data);
  const told =
    part && parsed
      ? `${part.name}.${parsed.fragment.name}(${parsed.args.map((one) => name(String(one))).join(", ")})`
      : `${data.slice(0, 10)} of ${name(target)}`;
  return value === 0n ? told : `${told} with ${paid}`;
}
