import type { ErrorDescription, Interface } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { CallMadeEvent } from "../../types/contracts/mocks/FlashAttackerMock.js";
import { freshVessel, NUMBERED_VESSELS, numberedVessel } from "../model/twin/vessels.js";
import { encodeExecution, encodeScheduling } from "../helpers/operations.js";
import type { Call, Move, RuleChange, Transaction } from "./callTypes.js";
import { deployContracts } from "./deployment.js";
import { createEncoder, makeOperations } from "./encode.js";
import { ACCEPTED_RULES, ACTORS, PLAN_NAMES, type PlanName } from "./setting.js";

/** What the chain said of one call. */
export interface CallOutcome {
  readonly success: boolean;
  readonly returnData: string;
}

/** The part of a JSON-RPC receipt that matters. */
interface Receipt {
  readonly logs: readonly { readonly address: string; readonly topics: string[]; readonly data: string }[];
}

/** Far more than any call needs, and within what one transaction may use. */
const GAS = "0xf00000";

/** A word of ABI, in hexadecimal digits. */
const WORD = 64;

function memoize<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}

/** The vessels that a call names. */
const namesIn = (call: Call): readonly string[] =>
  Object.values(call).filter((value): value is string => typeof value === "string" && value.startsWith("vessel "));

/**
 * The contracts, driven by raw requests: there are hundreds of thousands, which leaves no time for anything that polls.
 * `reset` forgets the fresh vessels of a history that a snapshot has undone.
 */
export async function deployChain(connection: NetworkConnection) {
  const { ethers, provider } = connection;
  const contracts = await deployContracts(connection);
  const { timelock, escrow, gate, vessel, vault, actors, addresses } = contracts;
  const operations = makeOperations(contracts);
  const vessels = new Map<string, string>();
  const encode = createEncoder(contracts, operations, vessels);

  const witness = await ethers.deployContract("WitnessMock", [
    gate,
    ACTORS.map((actor) => actors[actor].address),
    PLAN_NAMES.map((plan) => {
      const operation = operations.operationOf(plan);
      return { id: operation.id, execution: encodeExecution(operation) };
    }),
  ]);
  const witnessAddress = await witness.getAddress();
  await timelock.grantRole(await timelock.PROPOSER_ROLE(), witness);
  const [sender] = await ethers.getSigners();

  /** Makes the calls, whether they succeed or not. */
  async function transact({ actor, calls }: Transaction): Promise<CallOutcome[]> {
    const { contract, address } = actors[actor];
    const { interface: actorInterface } = contract;
    const list = calls.map((call) => ({ ...encode(actor, call), value: 0n, mayFail: true }));
    const data = actorInterface.encodeFunctionData("run", [list]);
    const transaction = { from: sender?.address, to: address, data, gas: GAS };
    const hash: unknown = await provider.request({ method: "eth_sendTransaction", params: [transaction] });
    const receipt: unknown = await provider.request({ method: "eth_getTransactionReceipt", params: [hash] });
    const { topicHash } = actorInterface.getEvent("CallMade");
    return (receipt as Receipt).logs
      .filter((log) => log.address === address.toLowerCase() && log.topics[0] === topicHash)
      .map((log) => {
        const event = actorInterface.decodeEventLog("CallMade", log.data, log.topics);
        const [, success, returnData] = event.toArray() as CallMadeEvent.OutputTuple;
        return { success, returnData };
      });
  }

  async function changeRules({ rules }: RuleChange): Promise<void> {
    const data = gate.interface.encodeFunctionData("setConfig", [ACCEPTED_RULES[rules]]);
    const transaction = { from: addresses.timelock, to: addresses.gate, data, gas: GAS };
    await provider.request({ method: "eth_sendTransaction", params: [transaction] });
  }

  /** Finds the addresses of an epoch's numbered vessels, which anybody can compute. */
  async function learnVessels(epoch: number): Promise<void> {
    for (let number = 0; number < NUMBERED_VESSELS; ++number) {
      vessels.set(numberedVessel(epoch, number), await escrow.vesselAt(epoch, number));
    }
  }

  /** Makes `move`; @returns how each of its calls ended. */
  async function make({ at, transaction }: Move): Promise<readonly CallOutcome[]> {
    await provider.request({ method: "evm_setNextBlockTimestamp", params: [Number(at)] });
    if (transaction === undefined) {
      await provider.request({ method: "evm_mine", params: [] });
      return [];
    }
    if ("rules" in transaction) {
      await changeRules(transaction);
      return [];
    }
    for (const name of transaction.calls.flatMap(namesIn)) {
      if (!vessels.has(name)) await learnVessels(Number.parseInt(name.slice("vessel ".length)));
    }
    const outcomes = await transact(transaction);
    for (const [index, call] of transaction.calls.entries()) {
      if (call.type !== "beginExit" || call.vessel !== undefined || outcomes[index]?.success !== true) continue;
      const used = await escrow.vesselsOf(call.epoch);
      vessels.set(freshVessel(call.epoch, used.length - 1), used.at(-1) ?? "");
    }
    return outcomes;
  }

  const scheduling = memoize((delay: bigint) => encodeScheduling(operations.spare, delay));

  /** The words that the witness sees in the last block; see contracts/mocks/WitnessMock.sol. */
  async function look(known: readonly PlanName[], delay: bigint): Promise<string> {
    const plans = known.map((plan) => PLAN_NAMES.indexOf(plan));
    const data = witness.interface.encodeFunctionData("look", [plans, scheduling(delay)]);
    const call = { to: witnessAddress, data, gas: GAS };
    const answer: unknown = await provider.request({ method: "eth_call", params: [call, "latest"] });
    // One argument of many bytes: its place, its length, and itself.
    return `0x${String(answer).slice(2 + 2 * WORD)}`;
  }

  const interfaces: readonly Interface[] = [escrow, timelock, gate, vault, vessel].map((known) => known.interface);

  /** The custom error that a call failed with; undefined if no contract knows it. */
  const parseError = (data: string): ErrorDescription | undefined =>
    interfaces.map((known) => known.parseError(data)).find((error) => error !== null) ?? undefined;

  /** The word that begins with the selector of `error`. */
  const selectorOf = memoize((error: string): bigint => {
    const fragment = interfaces.map((known) => known.getError(error)).find((known) => known !== null);
    if (fragment === undefined) throw new Error(`no contract knows ${error}`);
    return BigInt(fragment.selector) << 224n;
  });

  const reset = (): void => {
    for (const name of vessels.keys()) if (name.includes("fresh")) vessels.delete(name);
  };

  return { make, look, parseError, selectorOf, reset };
}

export type Chain = Awaited<ReturnType<typeof deployChain>>;
