import { toQuantity } from "ethers";

import { CallProbe__factory } from "../../../types/index.js";
import { GAS, type Snapshot } from "../../rehearsal/snapshot.js";

/** A call that is tried by many. */
export interface TriedCall {
  readonly target: string;
  /** [hex] */
  readonly data: string;
}

const PROBE = CallProbe__factory.createInterface();
/** As in the contract: where an account's own code lies meanwhile. */
const ORIGINAL = "0x000000000000000000000000000000000000a0D1";

/** Tells which of many calls would work, whoever makes them, in as few simulations as their gas allows. */
export class Prober {
  /** By the calls, and how many of them were made before. */
  readonly #encoded = new WeakMap<readonly TriedCall[], Map<number, string>>();

  private constructor(
    private readonly snapshot: Snapshot,
    /** [hex] */
    private readonly code: string,
  ) {}

  /** @param from Whoever pays for the prober's own code, which is read once. */
  static async create(snapshot: Snapshot, from: string): Promise<Prober> {
    const created = await snapshot.create(from, CallProbe__factory.bytecode);
    if (!created.ok) throw new Error(`the prober cannot be made: ${created.why}`);
    return new Prober(snapshot, await snapshot.code(created.address));
  }

  /** Whether each call would work, made by `account`: each by itself, nothing stays. */
  async try(account: string, calls: readonly TriedCall[]): Promise<boolean[]> {
    const original = await this.snapshot.code(account);
    const overrides = { [account]: { code: this.code }, [ORIGINAL]: { code: original } };
    const worked: boolean[] = [];
    while (worked.length < calls.length) {
      const data = this.#encode(calls, worked.length);
      const call = { from: account, to: account, data, gas: toQuantity(GAS) };
      const answer = (await this.snapshot.request("eth_call", [call, "latest", overrides])) as string;
      const [made] = PROBE.decodeFunctionResult("probe", answer).toArray() as [boolean[]];
      if (made.length === 0) throw new Error(`a call of ${account} has not enough gas to be tried`);
      worked.push(...made);
    }
    return worked;
  }

  /** Everybody makes the same calls, which are long. */
  #encode(calls: readonly TriedCall[], start: number): string {
    const known = this.#encoded.get(calls) ?? new Map<number, string>();
    this.#encoded.set(calls, known);
    const data = known.get(start) ?? PROBE.encodeFunctionData("probe", [calls.slice(start)]);
    known.set(start, data);
    return data;
  }
}
