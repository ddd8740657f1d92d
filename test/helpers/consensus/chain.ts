import { hexlify } from "ethers";
import { LeafNode, type Node } from "@chainsafe/persistent-merkle-tree";

import { SECONDS_PER_SLOT, SLOTS_PER_EPOCH } from "./constants.js";
import { processConsolidationRequest, type ConsolidationOutcome, type ConsolidationRequest } from "./consolidations.js";
import { queueDeposit, type SignatureCheck } from "./deposits.js";
import { processEpoch } from "./epoch.js";
import { anyHash, buildStateTree, rootOfHeader, type BeaconHeader } from "./ssz.js";
import { newState, type ConsensusState, type DepositRequest, type Fork, type Withdrawal } from "./state.js";
import { processWithdrawalRequest, type RequestOutcome, type WithdrawalRequest } from "./withdrawalRequests.js";
import { processWithdrawals } from "./withdrawals.js";

/** What a payload asks of the consensus layer. */
export interface ExecutionRequests {
  readonly deposits?: readonly DepositRequest[];
  readonly withdrawals?: readonly WithdrawalRequest[];
  readonly consolidations?: readonly ConsolidationRequest[];
}

/** An execution block: what EIP-4788 stores at its beginning, and what it pays at its end. */
export interface Payload {
  /** [unix seconds] */
  readonly timestamp: number;
  readonly parentBeaconBlockRoot: string;
  readonly withdrawals: readonly Withdrawal[];
}

export interface BeaconBlock {
  readonly fork: Fork;
  readonly header: BeaconHeader;
  readonly root: string;
  /** The state after the block. */
  readonly state: Node;
  /** Undefined if it was withheld. */
  readonly payload: Payload | undefined;
  /** What became of requests that this block processed: in Gloas, those of its parent's payload. */
  readonly outcomes: readonly (RequestOutcome | ConsolidationOutcome)[];
}

export interface ChainOptions {
  readonly fork?: Fork;
  readonly slot?: number;
  /** [unix seconds] */
  readonly genesisTime: number;
  /** [gwei] */
  readonly othersActive?: bigint;
  readonly isSigned?: SignatureCheck;
  /** Makes state roots up: for long histories in which nothing is proven. */
  readonly isBare?: boolean;
}

const ZERO_ROOT = hexlify(new Uint8Array(32));

/**
 * A beacon chain with one branch, and the payloads of its blocks. Slots without a block are slots that were missed.
 * Not modelled: attestations and their rewards, proposers, sync committees, builders, voluntary exits, 0x00 credentials,
 * deposits from before Electra.
 */
export class BeaconChain {
  /** Whether epochs finalise. A test may stop it. */
  isFinalising = true;
  /** Whether blocks take withdrawals out of the state. Among many validators the sweep is days away; a test may stop it. */
  isSweeping = true;
  /** Withdrawals that payloads have paid, by address. [gwei] */
  readonly paid = new Map<string, bigint>();
  readonly blocks: BeaconBlock[] = [];
  readonly isSigned: SignatureCheck;
  /** Whether state roots are made up: nothing can be proven of such a block. A test may switch it. */
  isBare: boolean;

  private current: ConsensusState;
  private readonly genesisTime: number;
  /** Of the last block's payload, still to be processed (Gloas). */
  private pendingRequests: ExecutionRequests = {};
  /** Taken out of the state, not yet paid (Gloas). */
  private expectedWithdrawals: readonly Withdrawal[] = [];
  private isParentFull = true;

  constructor({
    fork = "fulu",
    slot = 0,
    genesisTime,
    othersActive,
    isSigned = () => true,
    isBare = false,
  }: ChainOptions) {
    this.current = newState(fork, slot, othersActive ?? 34_000_000n * 10n ** 9n);
    this.genesisTime = genesisTime;
    this.isSigned = isSigned;
    this.isBare = isBare;
  }

  get state(): ConsensusState {
    return this.current;
  }

  /**
   * Remembers the chain as it is.
   * @returns What brings it back, as often as it is called.
   */
  save(): () => void {
    const state = structuredClone(this.current);
    const { isFinalising, isSweeping, pendingRequests, expectedWithdrawals, isParentFull } = this;
    const [blocks, paid] = [[...this.blocks], [...this.paid]];
    return () => {
      this.current = structuredClone(state);
      this.isFinalising = isFinalising;
      this.isSweeping = isSweeping;
      this.pendingRequests = pendingRequests;
      this.expectedWithdrawals = expectedWithdrawals;
      this.isParentFull = isParentFull;
      this.blocks.splice(0, this.blocks.length, ...blocks);
      this.paid.clear();
      for (const [address, amount] of paid) this.paid.set(address, amount);
    };
  }

  timestampOf(slot: number): number {
    return this.genesisTime + slot * SECONDS_PER_SLOT;
  }

  get last(): BeaconBlock {
    const block = this.blocks.at(-1);
    if (block === undefined) throw new Error("there is no block yet");
    return block;
  }

  /** What has left the state and has reached nobody. */
  get unpaidWithdrawals(): readonly Withdrawal[] {
    return this.isParentFull ? [] : this.expectedWithdrawals;
  }

  /** What was sent and has not reached the state. */
  get unprocessedDeposits(): readonly DepositRequest[] {
    return this.pendingRequests.deposits ?? [];
  }

  /** Both together. [gwei] */
  get between(): bigint {
    return [...this.unpaidWithdrawals, ...this.unprocessedDeposits].reduce((sum, { amount }) => sum + amount, 0n);
  }

  /** Lets slots pass without blocks. */
  advanceTo(slot: number): void {
    while (this.state.slot < slot) {
      if ((this.state.slot + 1) % SLOTS_PER_EPOCH === 0) processEpoch(this.state, this);
      this.state.slot++;
    }
  }

  /** The first slot of a later epoch, without blocks before it. */
  advanceEpochs(count: number): void {
    const epoch = Math.floor(this.state.slot / SLOTS_PER_EPOCH) + count;
    this.advanceTo(epoch * SLOTS_PER_EPOCH);
  }

  /** From the next block on. */
  upgradeToGloas(): void {
    this.state.fork = "gloas";
    this.isParentFull = true;
    this.pendingRequests = {};
  }

  /** A block whose payload is executed. */
  addBlock(slot = this.state.slot + 1, requests: ExecutionRequests = {}): BeaconBlock {
    return this.append(slot, requests, true);
  }

  /** A block whose payload is never seen (Gloas): nothing in it happens, nor is EIP-4788 served. */
  addBlockWithoutPayload(slot = this.state.slot + 1): BeaconBlock {
    if (this.state.fork !== "gloas") throw new Error("before Gloas a block carries its payload");
    return this.append(slot, {}, false);
  }

  private append(slot: number, requests: ExecutionRequests, isExecuted: boolean): BeaconBlock {
    if (this.blocks.length > 0 && slot <= this.last.header.slot) throw new Error(`slot ${slot} has passed`);
    this.advanceTo(slot);
    const outcomes =
      this.state.fork === "gloas" ? this.processAfterParent(requests, isExecuted) : this.processWithPayload(requests);
    const parentRoot = this.blocks.length === 0 ? ZERO_ROOT : this.last.root;
    const unsealed = { slot, proposerIndex: slot % 1000, parentRoot, bodyRoot: hexlify(anyHash(`body ${slot}`)) };
    const header = { ...unsealed, stateRoot: ZERO_ROOT };
    const state = this.isBare
      ? LeafNode.fromRoot(anyHash(`state ${slot}`))
      : buildStateTree(this.state, { header, expectedWithdrawals: this.expectedWithdrawals });
    const sealed = { ...unsealed, stateRoot: hexlify(state.root) };
    const payload = isExecuted ? this.execute(slot, parentRoot) : undefined;
    const block = { fork: this.state.fork, header: sealed, root: rootOfHeader(sealed), state, payload, outcomes };
    this.blocks.push(block);
    return block;
  }

  /** Electra, Fulu: withdrawals and requests of a block's own payload. */
  private processWithPayload(requests: ExecutionRequests): BeaconBlock["outcomes"] {
    this.expectedWithdrawals = this.takeWithdrawals();
    return this.processRequests(requests);
  }

  /** Gloas: the parent's requests, and withdrawals, only if its payload was executed; else the same stay expected. */
  private processAfterParent(requests: ExecutionRequests, isExecuted: boolean): BeaconBlock["outcomes"] {
    let outcomes: BeaconBlock["outcomes"] = [];
    if (this.isParentFull) {
      outcomes = this.processRequests(this.pendingRequests);
      this.expectedWithdrawals = this.takeWithdrawals();
    }
    this.pendingRequests = requests;
    this.isParentFull = isExecuted;
    return outcomes;
  }

  private takeWithdrawals(): Withdrawal[] {
    return this.isSweeping ? processWithdrawals(this.state) : [];
  }

  private processRequests({ deposits, withdrawals, consolidations }: ExecutionRequests): BeaconBlock["outcomes"] {
    for (const deposit of deposits ?? []) queueDeposit(this.state, deposit);
    return [
      ...(withdrawals ?? []).map((request) => processWithdrawalRequest(this.state, request)),
      ...(consolidations ?? []).map((request) => processConsolidationRequest(this.state, request)),
    ];
  }

  private execute(slot: number, parentBeaconBlockRoot: string): Payload {
    const withdrawals = this.expectedWithdrawals;
    for (const { address, amount } of withdrawals) this.paid.set(address, (this.paid.get(address) ?? 0n) + amount);
    return { timestamp: this.timestampOf(slot), parentBeaconBlockRoot, withdrawals };
  }
}
