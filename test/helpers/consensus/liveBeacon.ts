import { setTimeout as wait } from "node:timers/promises";

import { getBytes, JsonRpcProvider, toBeHex, type Block } from "ethers";

import { BEACON_ROOTS, WITHDRAWAL_REQUESTS } from "../../../src/protocol/predeploys.js";
import { DepositContractMock__factory } from "../../../types/index.js";
import { SYSTEM_ADDRESS } from "./beaconRoots.js";
import { BeaconChain, type ExecutionRequests } from "./chain.js";
import { GWEI_PER_ETH, SECONDS_PER_SLOT, SLOTS_PER_EPOCH } from "./constants.js";
import { decodeWithdrawalRequests } from "./depositData.js";

/** How many roots EIP-4788 keeps. */
const ROOTS = 8191n;
/** Ahead of every other transaction of the block. */
const FIRST = {
  maxFeePerGas: toBeHex(10n ** 13n),
  maxPriorityFeePerGas: toBeHex(10n ** 12n),
  gas: toBeHex(10_000_000),
};
/** A block may come before the last one's root is told: the next ones find one that is a block older. */
const AHEAD = 3;

/**
 * A beacon chain that follows anvil, which mines when it is time and waits for nobody: each of its blocks is the payload of
 * a slot, and what it asks for is processed. Roots and withdrawals are written into its state, since it has no beacon chain
 * to get them from.
 */
export class LiveBeacon {
  private followed: number;
  private nextLog = 0;
  /** Of the call that takes requests out of EIP-7002's queue. */
  private taking: string | undefined;
  private isClosed = false;
  private running: Promise<void> = Promise.resolve();

  private constructor(
    private readonly provider: JsonRpcProvider,
    readonly chain: BeaconChain,
    private readonly depositContract: string,
    /** [seconds of the clock on the wall] */
    private readonly interval: number,
    head: number,
  ) {
    this.followed = head;
  }

  /** @param interval Of blocks, which the chain takes for slots of 12 seconds. [seconds] */
  static async start(url: string, depositContract: string, interval: number): Promise<LiveBeacon> {
    const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1, pollingInterval: 20 });
    await provider.send("anvil_impersonateAccount", [SYSTEM_ADDRESS]);
    await provider.send("anvil_setBalance", [SYSTEM_ADDRESS, toBeHex(10n ** 20n)]);
    const { number, timestamp } = await latest(provider);
    const chain = new BeaconChain({ genesisTime: timestamp });
    const beacon = new LiveBeacon(provider, chain, depositContract, interval, number);
    await provider.send("anvil_setBlockTimestampInterval", [SECONDS_PER_SLOT]);
    await beacon.mineAt(chain.timestampOf(1));
    await provider.send("evm_setIntervalMining", [interval]);
    beacon.running = beacon.run();
    return beacon;
  }

  /** Epochs without blocks, and a few blocks after them. */
  async passEpochs(count: number): Promise<void> {
    await this.provider.send("evm_setIntervalMining", [0]);
    await this.catchUp();
    const epoch = Math.floor(this.chain.state.slot / SLOTS_PER_EPOCH) + count;
    await this.tell(this.chain.timestampOf(epoch * SLOTS_PER_EPOCH + 1));
    await this.mineAt(this.chain.timestampOf(epoch * SLOTS_PER_EPOCH + 1));
    await this.provider.send("evm_setIntervalMining", [this.interval]);
    await this.passBlocks(3);
  }

  /** They come by themselves. */
  async passBlocks(count: number): Promise<void> {
    const until = this.followed + count;
    while (this.followed < until) await wait(20);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.running;
    this.provider.destroy();
  }

  private async mineAt(timestamp: number): Promise<void> {
    await this.provider.send("evm_setNextBlockTimestamp", [timestamp]);
    await this.provider.send("evm_mine", []);
    await this.catchUp();
  }

  private async run(): Promise<void> {
    while (!this.isClosed) {
      await this.catchUp();
      await wait(20);
    }
  }

  private following: Promise<void> = Promise.resolve();

  /** One after the other, whoever asks. */
  private catchUp(): Promise<void> {
    this.following = this.following.then(async () => {
      const head = await this.provider.getBlockNumber();
      while (this.followed < head) {
        const block = await this.provider.getBlock(this.followed + 1);
        if (block === null) throw new Error(`there is no block ${this.followed + 1}`);
        await this.follow(block);
        this.followed += 1;
      }
    });
    return this.following;
  }

  private async follow({ number, timestamp }: Block): Promise<void> {
    const slot = (timestamp - this.chain.timestampOf(0)) / SECONDS_PER_SLOT;
    const { payload } = this.chain.addBlock(slot, await this.takeRequests(number));
    for (const { address, amount } of payload?.withdrawals ?? []) {
      const balance = await this.provider.getBalance(address);
      await this.provider.send("anvil_setBalance", [address, toBeHex(balance + amount * GWEI_PER_ETH)]);
    }
    for (let i = 1; i <= AHEAD; i++) await this.tell(timestamp + i * SECONDS_PER_SLOT);
  }

  /** What EIP-4788's block of that time would be told: the newest root. */
  private async tell(timestamp: number): Promise<void> {
    const place = BigInt(timestamp) % ROOTS;
    await this.write(place, toBeHex(timestamp, 32));
    await this.write(place + ROOTS, this.chain.last.root);
  }

  private async write(slot: bigint, value: string): Promise<void> {
    await this.provider.send("anvil_setStorageAt", [BEACON_ROOTS, toBeHex(slot, 32), value]);
  }

  /** What the execution layer asks for: deposits of a block, and exits that nobody has taken yet. */
  private async takeRequests(number: number): Promise<ExecutionRequests> {
    const contract = DepositContractMock__factory.connect(this.depositContract, this.provider);
    const logs = await contract.queryFilter(contract.filters.DepositEvent(), Math.max(this.nextLog, 1), number);
    this.nextLog = number + 1;
    const deposits = logs.map(({ args }) => ({
      pubkey: args.pubkey,
      withdrawalCredentials: args.withdrawal_credentials,
      amount: new DataView(getBytes(args.amount).buffer).getBigUint64(0, true),
      signature: args.signature,
    }));
    return { deposits, withdrawals: await this.takeExits() };
  }

  private async takeExits() {
    if (this.taking !== undefined && (await this.provider.getTransactionReceipt(this.taking)) === null) return [];
    this.taking = undefined;
    const records = await this.provider.call({ to: WITHDRAWAL_REQUESTS, from: SYSTEM_ADDRESS });
    if (records !== "0x") {
      const transaction = { from: SYSTEM_ADDRESS, to: WITHDRAWAL_REQUESTS, ...FIRST };
      this.taking = String(await this.provider.send("eth_sendTransaction", [transaction]));
    }
    return decodeWithdrawalRequests(records);
  }
}

async function latest(provider: JsonRpcProvider): Promise<Block> {
  const block = await provider.getBlock("latest");
  if (block === null) throw new Error("the chain has no block");
  return block;
}
