import { dataSlice, sha256, toBeHex, ZeroHash, zeroPadBytes, type TransactionReceipt } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { DepositContractMock__factory } from "../../../types/index.js";
import { GWEI } from "../../model/units.js";
import { BEACON_ROOTS, WITHDRAWAL_REQUESTS } from "../../protocol/predeploys.js";
import { headerRoot, type BeaconHeader } from "../../staking/beaconNode/header.js";
import type { LayoutName } from "../../staking/layouts.js";
import { toHex } from "../../staking/leaves.js";
import type { StateTree } from "../../staking/proveState.js";
import { bigState, FAR_FUTURE, UNSEEN, type Course } from "../../staking/sketch/bigState.js";

/** As many validators as mainnet has; those of the story come last but for strangers. */
const VALIDATORS = 1_000_000;
const FIRST_INDEX = 900_000;
/** Mainnet's. [unix seconds] */
const GENESIS = 1_606_824_023;
const SECONDS_PER_SLOT = 12;
const SLOTS_PER_EPOCH = 32;
/** From here on a validator may be active. [gwei] */
const FULL = 32n * GWEI;
/** [epochs] */
const ACTIVATION = 5n;
const YOUTH = 256n;
const WITHDRAWABILITY = 256n;
/** Ten days: others want to leave as well. [epochs] */
const EXIT_QUEUE = 2250n;
const SYSTEM = "0xfffffffffffffffffffffffffffffffffffffffe";
/** Of a record that EIP-7002's contract hands over. [bytes] */
const RECORD = 76;
/** Ahead of every other transaction of the block. */
const FIRST = { maxFeePerGas: 10n ** 13n, maxPriorityFeePerGas: 10n ** 12n, gasLimit: 200_000n };

interface Validator extends Course {
  readonly index: number;
  readonly pubkey: string;
  readonly credentials: string;
  /** [gwei] */
  readonly balance: bigint;
}

/** A block whose root EIP-4788 tells, in the execution block of `timestamp`. */
export interface Told {
  readonly header: BeaconHeader;
  /** The state, as a layout that the pool knows has it. After a fork there is none that leads to the root. */
  readonly states: Readonly<Record<LayoutName, StateTree>>;
  /** Of the block itself. [unix seconds] */
  readonly executedAt: number;
  /** [unix seconds] */
  readonly timestamp: number;
  readonly receipts: readonly TransactionReceipt[];
}

/** A transaction for the block that tells. */
export type Sending = (overrides: { gasLimit: bigint }) => Promise<{ readonly hash: string }>;

/**
 * As much of a beacon chain as a story of a staking pool needs: validators come by deposits, leave by requests of
 * EIP-7002, are paid out to their vaults, and every state can be proven by EIP-4788. It leaves out rewards, penalties,
 * churn (a deposit is seen at once, every exit takes ten days), signatures, and whoever is not of the story.
 */
export class BeaconChain {
  /** Whether validators leave when their withdrawal address asks for it, as since EIP-7002. */
  heedsRequests = true;
  /** Whether the state is laid out as no pool of today knows. */
  isForked = false;
  private readonly validators: Validator[] = [];
  private head = ZeroHash;
  private nextLog = 0;

  constructor(
    private readonly connection: NetworkConnection,
    private readonly depositContract: string,
  ) {}

  /** Those with a vault's credentials, in the order of their indices. */
  validatorsOf(credentials: string): readonly Validator[] {
    return this.validators.filter((validator) => validator.credentials === credentials);
  }

  at(index: number): Validator {
    const found = this.validators[index - FIRST_INDEX];
    if (found === undefined) throw new Error(`the story knows no validator ${index}`);
    return found;
  }

  /** A block in which everything has come true that is due, and one that tells of it and includes what is sent. */
  async tell(...sendings: readonly Sending[]): Promise<Told> {
    await this.takeDeposits();
    await this.takeRequests();
    const { timestamp: executedAt } = await this.block([]);
    await this.payOut(executedAt);
    const states = this.states();
    const root = states.electra(1n);
    const header = {
      slot: slotAt(executedAt),
      proposerIndex: 7n,
      parentRoot: this.head,
      // A fork that adds a level to the tree: what was the root is a child of it.
      stateRoot: this.isForked ? sha256(Buffer.concat([root, new Uint8Array(32)])) : toHex(root),
      bodyRoot: ZeroHash,
    };
    this.head = headerRoot(header);
    return { header, states, executedAt, ...(await this.block(sendings)) };
  }

  /** An execution block, at whose beginning EIP-4788 is told of the last beacon block. */
  private async block(sendings: readonly Sending[]) {
    const { ethers, networkHelpers, provider } = this.connection;
    const timestamp = timeOf(slotAt(await networkHelpers.time.latest()) + 1n);
    const system = await this.system();
    await provider.request({ method: "evm_setAutomine", params: [false] });
    await system.sendTransaction({ to: BEACON_ROOTS, data: this.head, ...FIRST });
    const sent: { readonly hash: string }[] = [];
    for (const send of sendings) sent.push(await send({ gasLimit: 1_000_000n }));
    await networkHelpers.time.setNextBlockTimestamp(timestamp);
    await networkHelpers.mine();
    await provider.request({ method: "evm_setAutomine", params: [true] });
    const receipts = await Promise.all(sent.map(({ hash }) => ethers.provider.getTransactionReceipt(hash)));
    return { timestamp, receipts: receipts.filter((receipt) => receipt !== null) };
  }

  /** What was deposited since the last time. */
  private async takeDeposits(): Promise<void> {
    const { provider } = this.connection.ethers;
    const latest = await provider.getBlockNumber();
    const contract = DepositContractMock__factory.connect(this.depositContract, provider);
    const logs = await contract.queryFilter(contract.filters.DepositEvent(), this.nextLog, latest);
    this.nextLog = latest + 1;
    const epoch = await this.epoch();
    for (const { args } of logs) {
      const known = this.validators.find(({ pubkey }) => pubkey === args.pubkey);
      const index = known?.index ?? FIRST_INDEX + this.validators.length;
      const before = known ?? { ...UNSEEN, index, pubkey: args.pubkey, credentials: args.withdrawal_credentials };
      const balance = (known?.balance ?? 0n) + littleEndian(args.amount);
      const isSeen = before.activationEligibilityEpoch !== FAR_FUTURE || balance < FULL;
      const course = isSeen ? {} : { activationEligibilityEpoch: epoch, activationEpoch: epoch + ACTIVATION };
      this.validators[index - FIRST_INDEX] = { ...before, balance, ...course };
    }
  }

  /** Requests of EIP-7002, a block's worth at a time. Who may not leave, or not any more, is passed over in silence. */
  private async takeRequests(): Promise<void> {
    const { provider } = this.connection.ethers;
    for (;;) {
      const records = await provider.call({ to: WITHDRAWAL_REQUESTS, from: SYSTEM });
      if (records === "0x") return;
      await (await this.system()).sendTransaction({ to: WITHDRAWAL_REQUESTS, gasLimit: 10_000_000n });
      const epoch = await this.epoch();
      for (let start = 0; start < (records.length - 2) / 2; start += RECORD) {
        const record = dataSlice(records, start, start + RECORD);
        if (this.heedsRequests) this.request(dataSlice(record, 0, 20), dataSlice(record, 20, 68), epoch);
      }
    }
  }

  private request(source: string, pubkey: string, epoch: bigint): void {
    const known = this.validators.find((validator) => validator.pubkey === pubkey);
    if (known === undefined || dataSlice(known.credentials, 12) !== source || known.exitEpoch !== FAR_FUTURE) return;
    if (known.activationEpoch === FAR_FUTURE || known.activationEpoch + YOUTH > epoch) return;
    const exitEpoch = epoch + EXIT_QUEUE;
    this.validators[known.index - FIRST_INDEX] = {
      ...known,
      exitEpoch,
      withdrawableEpoch: exitEpoch + WITHDRAWABILITY,
    };
  }

  /** Whoever is withdrawable by then is paid, without a transaction. */
  private async payOut(timestamp: number): Promise<void> {
    const { ethers, networkHelpers } = this.connection;
    const epoch = slotAt(timestamp) / BigInt(SLOTS_PER_EPOCH);
    for (const validator of this.validators) {
      if (validator.withdrawableEpoch > epoch || validator.balance === 0n) continue;
      const vault = dataSlice(validator.credentials, 12);
      await networkHelpers.setBalance(vault, (await ethers.provider.getBalance(vault)) + validator.balance * GWEI);
      this.validators[validator.index - FIRST_INDEX] = { ...validator, balance: 0n };
    }
  }

  private states(): Told["states"] {
    const named = this.validators.map(({ index, pubkey, credentials: withdrawalCredentials, ...others }) => {
      const pubkeyRoot = sha256(zeroPadBytes(pubkey, 64));
      return [index, { ...others, pubkeyRoot, withdrawalCredentials }] as const;
    });
    const state = (layout: LayoutName) => bigState(layout, VALIDATORS, new Map(named));
    return { electra: state("electra"), gloas: state("gloas") };
  }

  private async epoch(): Promise<bigint> {
    return slotAt(await this.connection.networkHelpers.time.latest()) / BigInt(SLOTS_PER_EPOCH);
  }

  private async system(): Promise<HardhatEthersSigner> {
    await this.connection.networkHelpers.setBalance(SYSTEM, 10n ** 24n);
    return await this.connection.ethers.getImpersonatedSigner(SYSTEM);
  }
}

/** The last slot that has begun. */
const slotAt = (timestamp: number): bigint => BigInt(Math.floor((timestamp - GENESIS) / SECONDS_PER_SLOT));
const timeOf = (slot: bigint): number => GENESIS + Number(slot) * SECONDS_PER_SLOT;

const littleEndian = (bytes: string): bigint => Buffer.from(bytes.slice(2), "hex").readBigUInt64LE();

/** 48 bytes that stand for a public key. */
export const pubkeyOf = (number: number): string => toBeHex(number, 48);
