import { formatEther, type Provider } from "ethers";

import { SentenceError, sentences } from "../../src/protocol/errors.js";
import { call } from "../../src/protocol/calls.js";
import type { PlannedCall } from "../../src/protocol/plannedCall.js";
import { reasonOf, visible } from "../../src/protocol/visible.js";
import { calcMostFees } from "../../src/sending/gas.js";
import { RUN_AGAIN, type UnderWay } from "../../src/sending/sendCalls.js";
import { readHead, readNetworkOf } from "../../src/staking/beaconNode/beaconNode.js";
import { openTransport, type Transport } from "../../src/staking/beaconNode/transport.js";
import { parseDepositFile } from "../../src/staking/deposits/depositFile.js";
import { GWEI_PER_ETH, PREDEPOSIT, type RootedDeposit } from "../../src/staking/deposits/deposits.js";
import { findLost } from "../../src/staking/deposits/findLost.js";
import { depositNetworkOf, describeNetwork, type DepositNetwork } from "../../src/staking/deposits/networks.js";
import { inBatches } from "../../src/staking/prover/keySet.js";
import { findNewKeys, type NewKeys } from "../../src/staking/prover/newKeys.js";
import type { OperatorState } from "../../src/staking/prover/pool.js";
import { calcRoom, type Room } from "../../src/staking/prover/room.js";
import { readText } from "../../src/terminal/input.js";
import { openOutput } from "../../src/terminal/output.js";
import { readNumber } from "../readOption.js";
import { tellProgress } from "../progress.js";
import { sendTelling } from "../sending.js";
import type { Verb } from "../verb.js";
import { chooseOperator, openSendingPool, type SendingPoolArguments } from "./open.js";

interface Arguments extends SendingPoolArguments {
  file: string;
  operator: string | undefined;
  check: boolean;
  beacon: string | undefined;
  since: string | undefined;
  beyondRoom: boolean;
  json: string | undefined;
}

/** 1 ETH. [wei] */
const VALUE = PREDEPOSIT * GWEI_PER_ETH;
/** So many transactions are sent before any is waited for: a block of a public chain takes 12 seconds. */
const AT_ONCE = 16;

const addKeys: Verb<Arguments> = async (
  { file, pool, dao, operator: id, check, beacon, since, beyondRoom, again, json },
  hre,
) => {
  const { print, data, complain } = openOutput(json);
  const from = since === undefined ? undefined : Number(readNumber(since, "since"));
  const text = await readText(file);
  const opened = await openSendingPool(hre, { pool, dao });
  const { contracts, provider } = opened;
  const { chainId } = await provider.getNetwork();
  const network = depositNetworkOf(chainId);
  if (network === undefined) throw new SentenceError(`It is not known which beacon chain belongs to chain ${chainId}.`);
  const { operator, owner } = await chooseOperator(opened, id);
  const terms = { withdrawalCredentials: operator.credentials, amount: PREDEPOSIT, network };
  const deposits = parseDepositFile(text, visible(file), terms);
  const range = { since: from ?? opened.firstBlock, onProgress: tellProgress() };
  const found = await findNewKeys(provider, contracts, operator, deposits, range);
  const { fresh } = found;
  warnOfDoubtful(found, beacon !== undefined);
  if (!beyondRoom) refuseBeyondRoom(operator, found, await calcRoom(contracts, operator));
  if (beacon !== undefined && fresh.length > 0)
    await refuseLost(openTransport(beacon), provider, operator, network, fresh);
  print(
    `${visible(file)}: ${deposits.length} keys are in order, ${deposits.length - fresh.length} of them deposited already.`,
  );
  const told = { operatorId: operator.id, keys: deposits };
  if (check) {
    await data({ ...told, deposited: [] });
    return;
  }
  const planned = await Promise.all(fresh.map((deposit) => planDeposit(operator, deposit)));
  await refuseUnfunded(provider, owner.address, planned);
  const deposited: string[] = [];
  let underWay: readonly UnderWay[] = [];
  const keyOf = new Map(planned.map(({ what, pubkey }) => [what, pubkey]));
  const send = sendTelling({ provider: provider, account: owner.address }, print, {
    advice: RUN_AGAIN,
    isAgain: again,
    onUnderWay: (list) => (underWay = list),
    onSent: ({ what }) => deposited.push(keyOf.get(what) ?? what),
  });
  try {
    for (const some of inBatches(planned, AT_ONCE)) await send(some);
  } catch (error) {
    // Whoever reads the data must learn for which keys ETH is gone, or may be.
    const unsure = underWay.map(({ what }) => keyOf.get(what));
    const left = fresh.map(({ pubkey }) => pubkey).filter((key) => !deposited.includes(key) && !unsure.includes(key));
    await data({ ...told, deposited, underWay, left, failure: reasonOf(error) }).catch(complain);
    throw error;
  }
  await data({ ...told, deposited });
};

/** A key's deposit, and which key. */
type PlannedDeposit = PlannedCall & { readonly pubkey: string };

const planDeposit = async (
  { id, vault }: OperatorState,
  { pubkey, signature }: RootedDeposit,
): Promise<PlannedDeposit> => ({
  what: `deposits 1 ETH for ${pubkey.slice(0, 14)}… of operator ${id}`,
  call: { ...(await call(vault, "predeposit", [pubkey, signature])), value: VALUE },
  pubkey,
});

/** One that runs out of ETH in the middle has deposited for some keys, and not for others. */
async function refuseUnfunded(provider: Provider, account: string, planned: readonly PlannedDeposit[]): Promise<void> {
  const [first] = planned;
  if (first === undefined) return;
  const needed = VALUE * BigInt(planned.length);
  const balance = await provider.getBalance(account);
  const fees = balance < needed ? 0n : await calcMostFees(provider, account, first.call, planned.length);
  if (balance >= needed + fees) return;
  const gas = fees === 0n ? "gas" : `up to ${formatEther(fees)} ETH for gas`;
  throw new SentenceError(
    `${account} has ${formatEther(balance)} ETH, and ${formatEther(needed)} ETH and ${gas} are needed; nothing was sent.`,
  );
}

/** A stranger's deposit takes nothing; only the one whose key has signed it does. */
function warnOfDoubtful({ doubtful }: NewKeys, isAsked: boolean): void {
  for (const { pubkey, operatorId } of doubtful) {
    process.stderr.write(
      `Operator ${operatorId} has deposited for ${pubkey}, too. Without the key's signature that takes nothing` +
        `${isAsked ? "" : "; --beacon asks what the beacon chain has of it"}.\n`,
    );
  }
}

/** A validator of 1 ETH never becomes active: it can neither exit nor be made to. */
function refuseBeyondRoom({ id }: OperatorState, { fresh, waiting }: NewKeys, { keys, bound }: Room): void {
  if (fresh.length === 0 || waiting + fresh.length <= keys) return;
  throw new SentenceError(
    `The pool could activate ${keys} keys more of operator ${id}, and ${waiting} wait already: the file's ${fresh.length} new ` +
      `ones are too many. The bound: ${bound}. What is deposited for a key that is never activated does not come back; ` +
      "nothing was sent. Take keys out of the file, or say --beyond-room if there will be room for them.",
  );
}

/** What is deposited for a key that is somebody else's, or leaves, would be lost. */
async function refuseLost(
  node: Transport,
  provider: Provider,
  { credentials }: OperatorState,
  network: DepositNetwork,
  deposits: readonly RootedDeposit[],
): Promise<void> {
  const [{ chainId }, latest] = await Promise.all([provider.getNetwork(), provider.getBlock("latest")]);
  const chain = await readNetworkOf(node, chainId);
  // A chain of one's own may have another than the one that is usual there.
  if (chain.genesisForkVersion !== network.genesisForkVersion) {
    throw new SentenceError(
      `The keys are signed for ${describeNetwork(network)}, and the beacon node's chain has the genesis fork version ` +
        `${chain.genesisForkVersion}: it would drop every deposit, and nothing was sent.`,
    );
  }
  await readHead(node, chain, BigInt(latest?.timestamp ?? 0));
  const pubkeys = deposits.map(({ pubkey }) => pubkey);
  const lost = await findLost(node, pubkeys, credentials, network);
  if (lost.length === 0) return;
  throw new SentenceError(
    sentences(
      `${lost.length === 1 ? "A key is" : `${lost.length} keys are`} on the beacon chain already, or in its queue, and not ` +
        `to be had under the vault's credentials, ${credentials}; what is deposited for it is lost, and nothing was sent:`,
      lost.map(({ pubkey, why }) => `${pubkey}: ${why}`),
    ),
  );
}

export default addKeys;
