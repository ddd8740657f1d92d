import { formatEther, type Provider } from "ethers";

import { SentenceError, sentences } from "../../src/protocol/errors.js";
import { call } from "../../src/protocol/calls.js";
import { visible } from "../../src/protocol/visible.js";
import { readHead, readNetworkOf } from "../../src/staking/beaconNode/beaconNode.js";
import { openTransport, type Transport } from "../../src/staking/beaconNode/transport.js";
import { parseDepositFile } from "../../src/staking/deposits/depositFile.js";
import { GWEI_PER_ETH, PREDEPOSIT, type RootedDeposit } from "../../src/staking/deposits/deposits.js";
import { findStolen } from "../../src/staking/deposits/findStolen.js";
import { depositNetworkOf, describeNetwork, type DepositNetwork } from "../../src/staking/deposits/networks.js";
import { pubkeyRoot } from "../../src/staking/deposits/roots.js";
import { inBatches } from "../../src/staking/prover/keySet.js";
import { readOperators, type OperatorState, type PoolContracts } from "../../src/staking/prover/pool.js";
import { RUN_AGAIN } from "../../src/sending/sendCalls.js";
import { readText } from "../../src/terminal/input.js";
import { openOutput } from "../../src/terminal/output.js";
import { sendTelling } from "../sending.js";
import type { Verb } from "../verb.js";
import { chooseOperator, openSendingPool, type PoolArguments } from "./open.js";

interface Arguments extends PoolArguments {
  file: string;
  operator: string | undefined;
  check: boolean;
  beacon: string | undefined;
  json: string | undefined;
}

/** 1 ETH. [wei] */
const VALUE = PREDEPOSIT * GWEI_PER_ETH;
/** So many transactions are sent before any is waited for: a block of a public chain takes 12 seconds. */
const AT_ONCE = 16;

const addKeys: Verb<Arguments> = async ({ file, pool, dao, operator: id, check, beacon, json }, hre) => {
  const { print, data } = openOutput(json);
  const text = await readText(file);
  const opened = await openSendingPool(hre, { pool, dao });
  const { contracts, provider } = opened;
  const { chainId } = await provider.getNetwork();
  const network = depositNetworkOf(chainId);
  if (network === undefined) throw new SentenceError(`It is not known which beacon chain belongs to chain ${chainId}.`);
  const { operator, owner } = await chooseOperator(opened, id);
  const terms = { withdrawalCredentials: operator.credentials, amount: PREDEPOSIT, network };
  const deposits = parseDepositFile(text, visible(file), terms);
  const fresh = await dropKnown(contracts, operator, deposits);
  if (beacon !== undefined && fresh.length > 0)
    await refuseStolen(openTransport(beacon), provider, operator, network, fresh);
  print(
    `${visible(file)}: ${deposits.length} keys are in order, ${deposits.length - fresh.length} of them deposited already.`,
  );
  const needed = VALUE * BigInt(fresh.length);
  const balance = await provider.getBalance(owner.address);
  if (balance < needed && !check) {
    throw new SentenceError(
      `${owner.address} has ${formatEther(balance)} ETH, and ${formatEther(needed)} ETH and gas are needed; nothing was sent.`,
    );
  }
  if (!check) {
    const send = sendTelling({ provider: provider, account: owner.address }, print, { advice: RUN_AGAIN });
    for (const some of inBatches(fresh, AT_ONCE)) {
      const calls = some.map(async ({ pubkey, signature }) => ({
        what: `deposits 1 ETH for ${pubkey.slice(0, 14)}… of operator ${operator.id}`,
        call: { ...(await call(operator.vault, "predeposit", [pubkey, signature])), value: VALUE },
      }));
      await send(await Promise.all(calls));
    }
  }
  await data({ operatorId: operator.id, keys: deposits, deposited: check ? [] : fresh.map(({ pubkey }) => pubkey) });
};

/** Keys that nobody has deposited for. One of another operator would bind no ETH to this vault. */
async function dropKnown(
  contracts: PoolContracts,
  operator: OperatorState,
  deposits: readonly RootedDeposit[],
): Promise<RootedDeposit[]> {
  const fresh: RootedDeposit[] = [];
  const others = (await readOperators(contracts, "all")).filter(({ id }) => id !== operator.id);
  for (const deposit of deposits) {
    const root = pubkeyRoot(deposit.pubkey);
    for (const { id, vault } of others) {
      if ((await vault.keyStatus(root)) === 0n) continue;
      throw new SentenceError(`${deposit.pubkey} is a key of operator ${id}; nothing was sent.`);
    }
    if ((await operator.vault.keyStatus(root)) === 0n) fresh.push(deposit);
  }
  return fresh;
}

/** Deposits for a key that is somebody else's already would be lost. */
async function refuseStolen(
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
  const stolen = await findStolen(node, pubkeys, credentials, network);
  if (stolen.length === 0) return;
  throw new SentenceError(
    sentences(
      `${stolen.length === 1 ? "A key exists" : `${stolen.length} keys exist`} on the beacon chain already, under other ` +
        `credentials than the vault's, ${credentials}; what is deposited for it is lost, and nothing was sent:`,
      stolen.map(
        ({ pubkey, withdrawalCredentials, isPending }) =>
          `${pubkey}: ${withdrawalCredentials}${isPending ? ", by a deposit that still waits in its queue" : ""}`,
      ),
    ),
  );
}

export default addKeys;
