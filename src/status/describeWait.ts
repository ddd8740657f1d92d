import { formatPercent, formatTime } from "../protocol/format.js";
import type { ExpectedOperation } from "../protocol/operations/landings.js";
import { describeMoment } from "./moment.js";
import { describeCost } from "./openCommands.js";
import type { Status } from "./readStatus.js";

/** What of a status says what an operation waits for. */
export type WaitView = Pick<
  Status,
  "block" | "effectiveState" | "fallbackDelay" | "replacedBy" | "powers" | "operations" | "support"
>;

/** What an operation waits for, in a sentence; where it lands of itself, when, and until when one may object. */
export function describeWait(operation: ExpectedOperation, view: WaitView): string {
  const { landing, state, expiry, lacks } = operation;
  if (state === "ready") return `nothing: anybody may execute it, until ${formatTime(expiry)}${describeCost(lacks)}`;
  const reasons = describeReason(operation, view);
  if (landing === undefined) {
    return view.effectiveState === "RageQuit"
      ? `${reasons}; nobody can tell yet when it lands`
      : `${reasons}; as things stand it expires before it lands`;
  }
  const lands = `it lands ${describeMoment(landing.at, view)} at the earliest, if support stays as it is and somebody pokes in time`;
  const { lastLock } = landing;
  const object =
    lastLock === undefined
      ? "nothing that is locked now puts it off"
      : `who locks until ${formatTime(lastLock.at)}, so that support reaches ${formatPercent(lastLock.support)}, puts it off`;
  return `${reasons}; ${lands}; ${object}`;
}

function describeReason({ id, predecessor, state, eta }: ExpectedOperation, view: WaitView): string {
  const { modeEndsAt } = view.powers.emergency;
  const before = view.operations.find((one) => one.id === predecessor && one.id !== id);
  if (before !== undefined) return `operation ${before.id}, which must be done first`;
  if (state === "waiting") return `the base delay, until ${formatTime(eta)}`;
  if (modeEndsAt > 0n) return `the end of emergency mode, ${formatTime(modeEndsAt)}`;
  if (view.fallbackDelay !== undefined) return "the fallback gate's delay";
  if (view.replacedBy !== undefined) return `the gate ${view.replacedBy}`;
  switch (view.effectiveState) {
    case "Normal":
      return "the operation that must be done first";
    case "VetoSignalling":
      return "the stakers' objection: signalling lasts as long as their support extends it, then deactivation";
    case "VetoSignallingDeactivation":
      return "the end of the deactivation, in which enough support brings the objection back";
    case "VetoCooldown":
      return "the end of the cooldown, in which only what is older than the objection executes";
    case "RageQuit":
      return "those who leave: the exit of the rage quit, and the extension after it";
  }
}
