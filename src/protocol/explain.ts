import { formatEther, type ParamType, type Provider } from "ethers";

import { parseCall, parseRevert } from "./abis.js";
import { boundedHex, boundedText } from "./bounded.js";
import { callsIn, type Call, type CallLists } from "./calls.js";
import { TIEBREAKER_ACTIONS } from "./enums.js";
import type { Refusal } from "./failure.js";
import { tryRead } from "./tryRead.js";
import { quoted, visible } from "./visible.js";

/**
 * What a call does, told from the call alone, so that whoever signs need not believe a file: function and arguments
 * where the selector is one of Tribune's. The address is not judged: another contract may have the same function.
 */
export function explainCall({ target, value, data }: Call): string {
  const payment = value === 0n ? "" : `, and pays it ${formatEther(value)} ETH`;
  if (data === "0x") return `sends nothing but ${formatEther(value)} ETH to ${target}`;
  const known = parseCall(data);
  if (known !== undefined) {
    const { fragment, args } = known.call;
    const list = fragment.inputs.map(
      (input, index) => `${input.name || `[${index}]`} = ${showArgument(input, args[index])}`,
    );
    const inner = explainExecution(fragment.name, [...args] as unknown[]);
    return `calls ${fragment.name}(${list.join(", ")}) of the ${known.kind} at ${target}${payment}${inner}`;
  }
  // In full: inside another call it stands nowhere else.
  return `calls ${target} with ${(data.length - 2) / 2} bytes that no contract of Tribune understands, ${data}${payment}`;
}

const showArgument = (type: ParamType, value: unknown): string =>
  type.name === "action" ? (TIEBREAKER_ACTIONS[Number(value)] ?? show(type, value)) : show(type, value);

/** What a timelock does when it executes an operation. */
function explainExecution(name: string, args: readonly unknown[]): string {
  if (name === "execute" && args.length === 5) {
    const [target, value, data] = args as [string, bigint, string];
    return `, which ${explainCall({ target, value, data })}`;
  }
  if (name !== "executeBatch") return "";
  const [targets, values, payloads] = args as unknown as CallLists;
  return `, which ${callsIn([targets, values, payloads]).map(explainCall).join(", then ")}`;
}

/** Texts in quotation marks: what somebody wrote must not be taken for another argument. */
function show({ type, arrayChildren, components }: ParamType, value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => {
      const of = arrayChildren ?? components?.[index];
      return of === undefined ? String(item) : show(of, item);
    });
    return `[${items.join(", ")}]`;
  }
  return type === "string" ? quoted(String(value)) : String(value);
}

/** Why a call made by `from` would fail in the newest block; undefined if it would not. */
export async function findFailure(from: string, call: Call, provider: Provider): Promise<string | undefined> {
  const balance = await provider.getBalance(from);
  if (balance < call.value)
    return `${from} has ${formatEther(balance)} ETH, and is to pay ${formatEther(call.value)} ETH`;
  const { target: to, value, data } = call;
  const answer = await tryRead(() => provider.call({ from, to, value, data }));
  return answer.answered ? undefined : explainRefusal(answer.refusal);
}

/** The error that a call reverted with, in its contract's words where they are known; the beginning of long ones. */
export function explainRefusal({ data }: Refusal): string {
  const parsed = parseRevert(data);
  if (parsed === undefined)
    return data === "0x" ? "it reverts without a reason" : `it reverts with ${boundedHex(data)}`;
  const { fragment, name } = parsed;
  const args = [...parsed.args] as unknown[];
  if (name === "Error") return visible(boundedText(String(args[0])));
  return boundedText(`${name}(${fragment.inputs.map((input, index) => show(input, args[index])).join(", ")})`);
}
