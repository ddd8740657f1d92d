import type { EthereumProvider } from "hardhat/types/providers";
import { dataSlice, getAddress, id, toQuantity } from "ethers";

import { UnreadableError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import { refusalIn } from "../protocol/tryRead.js";
import { reasonOf } from "../protocol/visible.js";
import { describeRevert } from "./revert.js";

export interface Call {
  readonly from?: string | undefined;
  readonly to: string;
  readonly data: string;
  /** [wei] */
  readonly value?: bigint | undefined;
}

/** What a contract answered. Silence of the chain is no answer: it is thrown as an `UnreadableError`. */
export type Answer =
  { readonly ok: true; readonly data: string } | { readonly ok: false; readonly revert: string; readonly why: string };

export interface Log {
  readonly address: string;
  readonly topics: string[];
  readonly data: string;
  readonly transactionHash: string;
}

/** What became of a transaction. */
export type Sent =
  | { readonly ok: true; readonly logs: readonly Log[]; readonly gasUsed: bigint }
  | { readonly ok: false; readonly revert: string; readonly why: string };

/** What became of a deployment. */
export type Created =
  | { readonly ok: true; readonly address: string }
  | { readonly ok: false; readonly revert: string; readonly why: string };

interface Receipt {
  readonly status: string;
  readonly contractAddress: string | null;
  readonly gasUsed: string;
  readonly logs: readonly Log[];
}

/** Under the limit for one transaction (EIP-7825), and plenty. */
export const GAS = 15_000_000n;
/** A tracer that tells how a call ended, and nothing of the calls that it makes. */
export const TOP_CALL = { tracer: "callTracer", tracerConfig: { onlyTopCall: true } } as const;
/** For gas, whoever sends. [wei] */
const PURSE = 10n ** 24n;

/** A copy of a chain that ends with this process: anybody can be played on it, and time moves. */
export class Snapshot {
  /** Who can be played already. */
  readonly #players = new Set<string>();

  constructor(private readonly provider: Pick<EthereumProvider, "request">) {}

  async request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    try {
      return await this.provider.request({ method, params: [...params] });
    } catch (error) {
      const failure = judgeFailure(error);
      if (failure !== undefined && failure.kind !== "unread") throw error;
      throw new UnreadableError(`The chain could not be read (${method}): ${messageOf(error)}.`, failure?.trouble, {
        cause: error,
      });
    }
  }

  /** Asks without changing anything. */
  async call({ from, to, data, value }: Call): Promise<Answer> {
    const asked = { from, to, data, gas: toQuantity(GAS), ...(value !== undefined && { value: toQuantity(value) }) };
    return await this.#answerOf(async () => ({
      ok: true,
      data: (await this.request("eth_call", [asked, "latest"])) as string,
    }));
  }

  /**
   * Whether a call without value would work. Asked of a tracer: for an answer that is a refusal the chain inside this
   * process looks for its line in the sources, which takes six times as long.
   */
  async works({ from, to, data }: Call & { readonly from: string }): Promise<boolean> {
    const asked = { from, to, data, gas: toQuantity(GAS) };
    const { error } = (await this.request("debug_traceCall", [asked, "latest", TOP_CALL])) as { error?: string };
    return error === undefined;
  }

  /** Sends as `from`, whoever that is, and mines it. */
  async send({ from, to, data, value = 0n }: Call & { readonly from: string }): Promise<Sent> {
    await this.#enable(from);
    const transaction = { from, to, data, gas: toQuantity(GAS), value: toQuantity(value) };
    return await this.#answerOf(async () => {
      const hash = await this.request("eth_sendTransaction", [transaction]);
      const receipt = (await this.request("eth_getTransactionReceipt", [hash])) as Receipt;
      if (receipt.status !== "0x1") return { ok: false, revert: "0x", why: "without a reason" };
      return { ok: true, logs: receipt.logs, gasUsed: BigInt(receipt.gasUsed) };
    });
  }

  /** Deploys a contract as `from`. */
  async create(from: string, data: string): Promise<Created> {
    await this.#enable(from);
    return await this.#answerOf(async () => {
      const hash = await this.request("eth_sendTransaction", [{ from, data, gas: toQuantity(GAS) }]);
      const receipt = (await this.request("eth_getTransactionReceipt", [hash])) as Receipt;
      if (receipt.contractAddress === null) return { ok: false, revert: "0x", why: "without a reason" };
      return { ok: true, address: getAddress(receipt.contractAddress) };
    });
  }

  /**
   * Tries `action` and takes it back, whatever comes of it.
   * @param _name What it is, for whoever keeps a record.
   */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- a snapshot that records overrides this
  async branch<Result>(action: () => Promise<Result>, _name?: string): Promise<Result> {
    const id = await this.request("evm_snapshot");
    const players = new Set(this.#players);
    try {
      return await action();
    } finally {
      await this.request("evm_revert", [id]);
      // Their purses are what they were before.
      this.#players.clear();
      for (const player of players) this.#players.add(player);
    }
  }

  /** Of the newest block. [unix seconds] */
  async now(): Promise<bigint> {
    const block = (await this.request("eth_getBlockByNumber", ["latest", false])) as { timestamp: string };
    return BigInt(block.timestamp);
  }

  async blockNumber(): Promise<number> {
    return Number(await this.request("eth_blockNumber"));
  }

  /** Mines a block at `timestamp`, or a second after the newest one if that is later. [unix seconds] */
  async travelTo(timestamp: bigint): Promise<void> {
    const next = (await this.now()) + 1n;
    await this.request("evm_setNextBlockTimestamp", [toQuantity(timestamp > next ? timestamp : next)]);
    await this.request("evm_mine");
  }

  async code(account: string): Promise<string> {
    return (await this.request("eth_getCode", [account, "latest"])) as string;
  }

  /** [hex, 32 bytes] */
  async storage(account: string, slot: string): Promise<string> {
    return (await this.request("eth_getStorageAt", [account, slot, "latest"])) as string;
  }

  async setStorage(account: string, slot: string, value: string): Promise<void> {
    // Quantities without leading zeros.
    await this.request("hardhat_setStorageAt", [account, toQuantity(BigInt(slot)), value]);
  }

  async #enable(account: string): Promise<void> {
    if (this.#players.has(account)) return;
    await this.request("hardhat_impersonateAccount", [account]);
    await this.request("hardhat_setBalance", [account, toQuantity(PURSE)]);
    this.#players.add(account);
  }

  async #answerOf<Result>(
    ask: () => Promise<Result>,
  ): Promise<Result | { readonly ok: false; readonly revert: string; readonly why: string }> {
    try {
      return await ask();
    } catch (error) {
      const { data: revert } = refusalIn(error);
      const said = error instanceof Error ? error.message : "";
      return {
        ok: false,
        revert,
        // Of most refusals nobody asks for the words, which take longer than the call.
        get why() {
          return describeRevert(revert, said);
        },
      };
    }
  }
}

/** Of what a node says; the embedded chain quotes whole answers. */
const MOST_WORDS = 300;

export function messageOf(error: unknown): string {
  const text = reasonOf(error).replace(/\.$/, "");
  return text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS)}…` : text;
}

/** An account that nobody has ever seen. */
export const inventAccount = (name: string): string => getAddress(dataSlice(id(`rehearsal: ${name}`), 12));
