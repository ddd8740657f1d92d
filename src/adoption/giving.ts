import { Interface, zeroPadValue } from "ethers";

import type { AdoptionPlan } from "../protocol/adoption.js";
import type { Call } from "../protocol/calls.js";
import { givingCalls } from "../protocol/handovers.js";

const TOKEN = new Interface(["function transfer(address,uint256)"]);

/** How much a call sends to somebody; undefined for what sends nothing. [wei, or units of the token that it calls] */
function amountOf({ target, value, data }: Call, to: string): bigint | undefined {
  if (target === to && data === "0x") return value;
  const beginning = transferTo(to);
  return value === 0n && data.length === beginning.length + 64 && data.startsWith(beginning)
    ? BigInt(`0x${data.slice(beginning.length)}`)
    : undefined;
}

const transferTo = (to: string): string =>
  `${TOKEN.getFunction("transfer")?.selector ?? ""}${zeroPadValue(to, 32).slice(2)}`;

/** What a call does, whatever the amount that it sends. */
export const kindOf = (call: Call, to: string): string =>
  amountOf(call, to) === undefined ? `${call.target} ${call.value} ${call.data}` : `sends of ${call.target}`;

/** How much calls send of what `one` sends. */
export const sumOf = (calls: readonly Call[], one: Call, to: string): bigint =>
  calls
    .filter((call) => kindOf(call, to) === kindOf(one, to))
    .reduce((sum, call) => sum + (amountOf(call, to) ?? 0n), 0n);

/** Those of some calls that hand over something of what is to be given: each of it once, and no more than there is. */
export function handingOver(calls: readonly Call[], toGive: readonly Call[], to: string): Call[] {
  const amounts = new Map(toGive.map((one) => [kindOf(one, to), amountOf(one, to) ?? 1n]));
  return calls.filter((one) => {
    const [kind, amount] = [kindOf(one, to), amountOf(one, to) ?? 1n];
    const most = amounts.get(kind) ?? 0n;
    amounts.delete(kind);
    return amount > 0n && amount <= most;
  });
}

/** What is left to be handed over once some of it is. */
export function leftToGive({ holdings, oldTimelock, newTimelock }: AdoptionPlan, made: readonly Call[]): Call[] {
  const kinds = new Set(made.map((call) => kindOf(call, newTimelock)));
  return givingCalls(holdings, oldTimelock, newTimelock).flatMap((call) => {
    if (!kinds.has(kindOf(call, newTimelock))) return [call];
    const left = (amountOf(call, newTimelock) ?? 0n) - sumOf(made, call, newTimelock);
    return left > 0n ? [withAmount(call, newTimelock, left)] : [];
  });
}

const withAmount = (call: Call, to: string, amount: bigint): Call =>
  call.data === "0x"
    ? { ...call, value: amount }
    : { ...call, data: TOKEN.encodeFunctionData("transfer", [to, amount]) };
