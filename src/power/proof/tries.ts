import { getAddress } from "ethers";

import type { BundledTry } from "./bundle.js";

/** Calls in one state of the chain, and whose of them work. */
export class Tries {
  readonly #rows = new Map<string, { row: Mutable; pass: Set<number>; fail: Set<number> }>();

  constructor(private readonly list: BundledTry[]) {}

  /**
   * The last word counts: what fails with little gas may be tried again with more.
   * @param place Of the caller, among the bundle's accounts.
   * @returns Whether that was not known.
   */
  add(place: number, { to, data, value }: Tried, works: boolean): boolean {
    const paid = isPaid(value) ? { value } : {};
    const key = `${to} ${data} ${paid.value ?? ""}`;
    let found = this.#rows.get(key);
    if (found === undefined) {
      found = {
        row: { to: getAddress(to), data, ...paid, pass: "", fail: "" },
        pass: new Set(),
        fail: new Set(),
      };
      this.#rows.set(key, found);
      this.list.push(found.row);
    }
    const { row, pass, fail } = found;
    const [one, other] = works ? [pass, fail] : [fail, pass];
    if (one.has(place)) return false;
    one.add(place);
    other.delete(place);
    row.pass = listOf(pass);
    row.fail = listOf(fail);
    return true;
  }
}

/** What is tried. [hex] */
type Tried = Pick<BundledTry, "to" | "data" | "value">;

const isPaid = (value: string | undefined): value is string => value !== undefined && BigInt(value) > 0n;

type Mutable = { -readonly [Key in keyof BundledTry]: BundledTry[Key] };

const listOf = (places: Iterable<number>): string => [...places].sort((one, other) => one - other).join(" ");
