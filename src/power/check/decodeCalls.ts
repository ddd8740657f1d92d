import type { FunctionFragment, Interface, ParamType, Result } from "ethers";

import { parseCall } from "../../protocol/abis.js";
import type { Call } from "../../protocol/calls.js";
import { quoted } from "../../protocol/visible.js";
import { nameIn, type Entry } from "./addressBook.js";
import { ROLE_NAMES } from "./encodeCall.js";

/** A call, told in words. */
export interface DecodedCall extends Call {
  /** In the address book; undefined if it is nobody there. */
  readonly name: string | undefined;
  /** `grantRole(bytes32,address)`; undefined for a payment, and for what nobody here understands. */
  readonly function: string | undefined;
  /** Texts as they are; what is printed of them has to be made visible. */
  readonly arguments: readonly { readonly name: string; readonly type: string; readonly value: string }[];
  /** Whose function it is: the target's own, or another contract's that has one with the same selector. */
  readonly understood: "by its target" | "by another" | "as a payment" | "by nobody";
}

export function decodeCall(call: Call, book: readonly Entry[]): DecodedCall {
  const entry = book.find(({ address }) => address === call.target);
  const told = { ...call, name: entry?.name, function: undefined, arguments: [] };
  if (call.data === "0x") return { ...told, understood: "as a payment" };
  const own = entry && parseWhole(entry.abi, call.data);
  const found = own ?? parseCall(call.data)?.call;
  if (found === undefined) return { ...told, understood: "by nobody" };
  const { fragment, args } = found;
  return {
    ...told,
    function: fragment.format("sighash"),
    arguments: fragment.inputs.map((input, index) => ({
      name: input.name || `[${index}]`,
      type: input.type,
      value: show(input, args[index], book),
    })),
    understood: own === undefined ? "by another" : "by its target",
  };
}

/** Undefined also where what follows a known selector does not fit it. */
export function parseWhole(
  abi: Interface,
  data: string,
): { readonly fragment: FunctionFragment; readonly args: Result } | undefined {
  try {
    const parsed = abi.parseTransaction({ data });
    parsed?.args.toArray(true);
    return parsed ?? undefined;
  } catch {
    return undefined;
  }
}

/** Texts in quotation marks; accounts and roles with their names. */
function show({ type, arrayChildren, components }: ParamType, value: unknown, book: readonly Entry[]): string {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => {
      const of = arrayChildren ?? components?.[index];
      const told = of === undefined ? String(item) : show(of, item, book);
      return components == null ? told : `${components[index]?.name ?? ""}: ${told}`;
    });
    return `[${items.join(", ")}]`;
  }
  const text = String(value);
  if (type === "string") return quoted(text);
  if (type === "address") {
    const name = nameIn(book, text);
    return name === text ? text : `${text} (${name})`;
  }
  const role = type === "bytes32" ? ROLE_NAMES.get(text) : undefined;
  // The admin's role is zero, as are many things that are none.
  return role === undefined || BigInt(text) === 0n ? text : `${text} (${role})`;
}
