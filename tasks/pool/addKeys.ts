import { readFile } from "node:fs/promises";

import { formatEther, type Provider } from "ethers";

import { SentenceError, sentences } from "../../src/protocol/errors.js";
import { call } from "../../src/protocol/calls.js";
import { reasonOf, visible } from "../../src/protocol/visible.js";
import { readHead, readNetworkOf } from "../../src/staking/beaconNode/beaconNode.js";
import { findValidators } from "../../src/staking/beaconNode/findValidators.js";
import { openTransport, type Transport } from "../../src/staking/beaconNode/transport.js";
import { parseDepositFile } from "../../src/staking/deposits/depositFile.js";
import { GWEI_PER_ETH, PREDEPOSIT, type RootedDeposit } from "../../src/staking/deposits/deposits.js";
import { depositNetworkOf } from "../../src/staking/deposits/networks.js";
import { pubkeyRoot } from "../../src/staking/deposits/roots.js";
import { readOperators, type OperatorState, type PoolContracts } from "../../src/staking/prover/pool.js";
import { sendFrom } from "../../src/protocol/sendCalls.js";
import { openOutput } from "../../src/terminal/output.js";
import type { Verb } from "../verb.js";
import { chooseOperator, describeSent, openSendingPool, type PoolArguments } from "./open.js";

interface Arguments extends PoolArguments {
  file: string;
  operator: string | undefined;
  check: boolean;
  beacon: string | undefined;
  json: string | undefined;
}

/** 1 ETH. [wei] */
const VALUE = PREDEPOSIT * GWEI_PER_ETH;

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
  if (beacon !== undefined) await refuseStolen(openTransport(beacon), provider, operator, fresh);
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
    const send = sendFrom(owner, (sent) => {
      print(describeSent(sent));
    });
    for (const { pubkey, signature } of fresh) {
      const predeposit = await call(operator.vault, "predeposit", [pubkey, signature]);
      const what = `deposits 1 ETH for ${pubkey.slice(0, 14)}… of operator ${operator.id}`;
      await send([{ what, call: { ...predeposit, value: VALUE } }]);
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

/** A key's first deposit fixes its credentials for good: what came after it under others would be theirs. */
async function refuseStolen(
  node: Transport,
  provider: Provider,
  { credentials }: OperatorState,
  deposits: readonly RootedDeposit[],
): Promise<void> {
  const [{ chainId }, latest] = await Promise.all([provider.getNetwork(), provider.getBlock("latest")]);
  await readHead(node, await readNetworkOf(node, chainId), BigInt(latest?.timestamp ?? 0));
  const found = await findValidators(
    node,
    deposits.map(({ pubkey }) => pubkey),
  );
  const others = found.filter(({ withdrawalCredentials }) => withdrawalCredentials !== credentials.toLowerCase());
  if (others.length === 0) return;
  throw new SentenceError(
    sentences(
      `${others.length === 1 ? "A key exists" : `${others.length} keys exist`} on the beacon chain already, under other ` +
        `credentials than the vault's, ${credentials}; what is deposited for it is lost, and nothing was sent:`,
      others.map(({ pubkey, withdrawalCredentials }) => `${pubkey}: ${withdrawalCredentials}`),
    ),
  );
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new SentenceError(`${visible(file)} ${isMissing ? "does not exist." : `cannot be read: ${reasonOf(error)}`}`);
  }
}

export default addKeys;
