import type { EthereumProvider } from "hardhat/types/providers";
import { getAddress, id } from "ethers";

import { CallProbe__factory } from "../../../types/index.js";
import { Snapshot, TOP_CALL } from "../../rehearsal/snapshot.js";
import {
  BUNDLE_SCHEMA,
  type BundledCall,
  type BundledStep,
  type BundledTry,
  type Claims,
  type ProofBundle,
} from "./bundle.js";
import { Genesis } from "./genesis.js";
import { effectsOf, shorten, touchedSchema } from "./prestate.js";
import { Tries } from "./tries.js";

const PROBE = CallProbe__factory.createInterface();
const TOUCHED = { tracer: "prestateTracer", tracerConfig: { disableCode: true } } as const;
const CHANGED = { tracer: "prestateTracer", tracerConfig: { diffMode: true } } as const;
/** What PREVRANDAO says in every block, so that contracts get the same addresses elsewhere. [hex, 32 bytes] */
const RANDOM = id("tribune: a proof bundle");

interface Block {
  readonly number: string;
  readonly timestamp: string;
  readonly transactions: readonly string[];
}

type Request = Partial<BundledCall> & Pick<BundledCall, "data">;
type SetStep = Extract<BundledStep, { kind: "set" }>;
type Overrides = Readonly<Record<string, { readonly code: string }>>;

/** What is said of the state that the chain is in now. */
interface State {
  readonly tries: Tries;
  readonly views: Claims["views"][number][];
  readonly traces: Claims["traces"][number][];
  /** What has been asked in it, and by whose probes something was touched. */
  readonly seen: Set<string>;
}

/** A snapshot that writes down all that is executed on it, whoever asks for it: it listens to requests. */
export class RecordingSnapshot extends Snapshot {
  readonly #genesis = new Genesis();
  readonly #accounts = new Map<string, number>();
  /** The same as they were written: checksums take long. */
  readonly #places = new Map<string, number>();
  /** How many contracts each account has called by probes, at the most. */
  readonly #probed = new Map<string, number>();
  #lastProbe:
    { readonly data: string; readonly calls: readonly { readonly to: string; readonly data: string }[] } | undefined;
  #steps: BundledStep[] = [];
  #state: State | undefined;

  private constructor(
    provider: Pick<EthereumProvider, "request">,
    private readonly chain: number,
    private readonly first: Block,
    private readonly base: string,
  ) {
    super(provider);
  }

  /** Begins to record: the chain as it is now is what the bundle's steps start from. */
  static async begin(provider: Pick<EthereumProvider, "request">): Promise<RecordingSnapshot> {
    const plain = new Snapshot(provider);
    const chain = Number(await plain.request("eth_chainId"));
    const first = (await plain.request("eth_getBlockByNumber", ["latest", false])) as Block;
    const base = (await plain.request("evm_snapshot")) as string;
    const recording = new RecordingSnapshot(provider, chain, first, base);
    await recording.request("evm_mine");
    return recording;
  }

  /** Ends recording; the chain is what it was in the beginning. */
  async finish(): Promise<ProofBundle> {
    await super.request("evm_revert", [this.base]);
    return {
      schema: BUNDLE_SCHEMA,
      chain: this.chain,
      block: Number(this.first.number),
      time: Number(this.first.timestamp),
      random: RANDOM,
      accounts: [...this.#accounts.keys()],
      genesis: await this.#genesis.read(this),
      steps: this.#steps,
    };
  }

  override async branch<Result>(action: () => Promise<Result>, name = ""): Promise<Result> {
    const outer = this.#steps;
    const steps: BundledStep[] = [];
    this.#continue(steps);
    try {
      return await super.branch(action);
    } finally {
      if (steps.length > 0) outer.push({ kind: "branch", name, steps });
      this.#continue(outer);
    }
  }

  override async request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    switch (method) {
      case "eth_call":
        return await this.#ask(params);
      case "debug_traceCall":
        return await this.#trace(params);
      case "eth_sendTransaction":
        return await this.#transact(params);
      case "evm_mine":
        return await this.#mine(params);
      case "hardhat_setBalance":
        return await this.#set(method, params, (balance) => ({ balance }));
      case "hardhat_setCode":
        return await this.#set(method, params, (code) => ({ code }));
      case "hardhat_setStorageAt":
        return await this.#set(method, params, (slot, word = "0x0") => ({
          storage: { [shorten(slot)]: shorten(word) },
        }));
      default:
        return await super.request(method, params);
    }
  }

  /** What is said from now on is of another state. */
  #continue(steps: BundledStep[], step?: BundledStep): void {
    if (step !== undefined) steps.push(step);
    this.#steps = steps;
    this.#state = undefined;
  }

  #current(): State {
    if (this.#state !== undefined) return this.#state;
    const tries: BundledTry[] = [];
    const state = { tries: new Tries(tries), views: [], traces: [], seen: new Set<string>() };
    this.#steps.push({ kind: "claims", tries, views: state.views, traces: state.traces });
    return (this.#state = state);
  }

  async #newest(): Promise<Block> {
    return (await super.request("eth_getBlockByNumber", ["latest", false])) as Block;
  }

  async #mine(params: readonly unknown[]): Promise<unknown> {
    await super.request("hardhat_setPrevRandao", [RANDOM]);
    const mined = await super.request("evm_mine", params);
    this.#continue(this.#steps, { kind: "block", at: Number((await this.#newest()).timestamp) });
    return mined;
  }

  async #transact(params: readonly unknown[]): Promise<unknown> {
    const call = callOf(params[0] as BundledCall);
    const { number } = await this.#newest();
    await super.request("hardhat_setPrevRandao", [RANDOM]);
    try {
      return await super.request("eth_sendTransaction", params);
    } finally {
      const mined = await this.#newest();
      const [hash] = mined.transactions;
      // What is refused as it stands is in no block.
      if (mined.number !== number && hash !== undefined) {
        const trace = async (how: object) => await super.request("debug_traceTransaction", [hash, how]);
        this.#genesis.touch(touchedSchema.parse(await trace(TOUCHED)));
        const { status } = (await super.request("eth_getTransactionReceipt", [hash])) as { status: string };
        const effects = status === "0x1" ? { effects: effectsOf(await trace(CHANGED)) } : {};
        this.#continue(this.#steps, { kind: "transaction", call, at: Number(mined.timestamp), ...effects });
      }
    }
  }

  async #set(
    method: string,
    params: readonly unknown[],
    tell: (value: string, word?: string) => Omit<SetStep, "kind" | "account">,
  ): Promise<unknown> {
    const [account, value, word] = params as [string, string, string?];
    const set = await super.request(method, params);
    const what = tell(value, word);
    this.#genesis.touch({ [account]: what });
    this.#continue(this.#steps, { kind: "set", account: getAddress(account), ...what });
    return set;
  }

  async #ask(params: readonly unknown[]): Promise<unknown> {
    // Copied: Hardhat fills in a sender where nobody asks.
    const [{ ...request }, , overrides] = params as [Request, string, Overrides?];
    if (overrides !== undefined) return await this.#probe(request, overrides, params);
    let answer: string | null = null;
    try {
      answer = (await super.request("eth_call", params)) as string;
      return answer;
    } finally {
      if (this.#tell(request, answer)) await this.#touch(request);
    }
  }

  /** @returns Whether it is news. */
  #tell({ from, to = "", data, value }: Request, answer: string | null): boolean {
    const { tries, views, seen } = this.#current();
    if (from !== undefined)
      return tries.add(this.#placeOf(from), { to, data, ...(value !== undefined && { value }) }, answer !== null);
    const key = `${to} ${data}`;
    if (seen.has(key)) return false;
    seen.add(key);
    views.push({ to: getAddress(to), data, answer });
    return true;
  }

  #placeOf(account: string): number {
    const known = this.#places.get(account);
    if (known !== undefined) return known;
    const address = getAddress(account);
    const place = this.#accounts.get(address) ?? this.#accounts.size;
    this.#accounts.set(address, place);
    this.#places.set(account, place);
    return place;
  }

  async #touch(request: Request): Promise<void> {
    this.#genesis.touch(touchedSchema.parse(await super.request("debug_traceCall", [request, "latest", TOUCHED])));
  }

  /** Many calls of one account in one question: told one by one. */
  async #probe(request: Request, overrides: Overrides, params: readonly unknown[]): Promise<unknown> {
    const answer = (await super.request("eth_call", params)) as string;
    const { from = "", data } = request;
    const calls = this.#callsIn(data);
    const [worked] = PROBE.decodeFunctionResult("probe", answer).toArray() as [boolean[]];
    worked.forEach((works, index) => {
      const call = calls[index];
      if (call !== undefined) this.#current().tries.add(this.#placeOf(from), call, works);
    });
    // Who is let through where another is reads what the other read, but for what is filed under its own address.
    const alike = `${data} ${worked.join()}`;
    const { seen } = this.#current();
    const called = new Set(calls.map(({ to }) => to)).size;
    if ((this.#probed.get(from) ?? 0) >= called && seen.has(alike)) return answer;
    this.#probed.set(from, called);
    seen.add(alike);
    // A trace knows no overrides.
    const before = (await super.request("evm_snapshot")) as string;
    for (const [account, { code }] of Object.entries(overrides))
      await super.request("hardhat_setCode", [account, code]);
    await this.#touch(request);
    await super.request("evm_revert", [before]);
    return answer;
  }

  /** Everybody's probes are the same for a while, and long. */
  #callsIn(probe: string): readonly { readonly to: string; readonly data: string }[] {
    if (this.#lastProbe?.data === probe) return this.#lastProbe.calls;
    const [calls] = PROBE.decodeFunctionData("probe", probe).toArray() as [[string, string][]];
    this.#lastProbe = { data: probe, calls: calls.map(([to, data]) => ({ to, data })) };
    return this.#lastProbe.calls;
  }

  async #trace(params: readonly unknown[]): Promise<unknown> {
    const traced = await super.request("debug_traceCall", params);
    const [request, , { tracer }] = params as [BundledCall, string, { readonly tracer?: string }];
    if (tracer === CHANGED.tracer) {
      this.#current().traces.push({ call: callOf(request), effects: effectsOf(traced) });
      await this.#touch(request);
    }
    if (tracer === TOP_CALL.tracer) {
      const { error, output = "0x" } = traced as { readonly error?: string; readonly output?: string };
      if (this.#tell(request, error === undefined ? output : null)) await this.#touch(request);
    }
    return traced;
  }
}

const callOf = ({ from, to, data, value }: BundledCall): BundledCall => ({
  from: getAddress(from),
  ...(to !== undefined && { to: getAddress(to) }),
  data,
  ...(value !== undefined && BigInt(value) > 0n && { value }),
});
