import { boundedText } from "../protocol/bounded.js";
import { TIEBREAKER_ACTIONS } from "../protocol/enums.js";
import { formatTime } from "../protocol/format.js";
import { quoted, visible } from "../protocol/visible.js";
import type { WatchedAddresses, WatchedLog } from "./watchedLogs.js";

/** Names of contracts in a sentence. */
const SPEAKERS: Readonly<Record<keyof WatchedAddresses, string>> = {
  timelock: "The timelock",
  gate: "The gate",
  escrow: "The escrow",
  governor: "The Governor",
  tiebreaker: "The tiebreaker",
  breaker: "The circuit breaker",
};

/** An event by its own name, with what it carries. */
export function describeLog({ by, event }: WatchedLog): string {
  const args = event.fragment.inputs.map(({ name, type }, index) => {
    const value: unknown = event.args[index];
    const isMoment = /(At|After|Ends|endsAt)$/.test(name) && typeof value === "bigint" && value > 10n ** 9n;
    const isAction = name === "action" && by === "tiebreaker";
    const text = isMoment
      ? formatTime(value)
      : isAction
        ? (TIEBREAKER_ACTIONS[Number(value)] ?? String(value))
        : type === "string"
          ? quoted(String(value))
          : String(value);
    return `${name} = ${text}`;
  });
  return visible(boundedText(`${SPEAKERS[by]} says ${event.name}(${args.join(", ")}).`, 800));
}
