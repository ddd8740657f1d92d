import colors from "picocolors";

import type { GovernanceStateName } from "../model/types.js";
import { formatAmount, formatDuration, formatPercent, formatTime } from "../protocol/format.js";
import { describeElsewhere } from "../protocol/obeyedTimelock.js";
import { quoted } from "../protocol/visible.js";
import { renderPairs } from "../terminal/table.js";
import { describeWait } from "./describeWait.js";
import { describeMoment } from "./moment.js";
import { listOpenCommands } from "./openCommands.js";
import { renderBodies } from "./renderBodies.js";
import type { PendingOperation } from "../protocol/operations/pending.js";
import type { NextState, Status } from "./readStatus.js";
import { WITHDRAWN_SHOWN } from "./readWithdrawn.js";
import { renderPool } from "./renderPool.js";
import { renderRageQuits } from "./renderRageQuits.js";

/** Where governance stands, for a person. */
export function renderStatus(status: Status): string {
  const sections = [
    ...status.gaps.map((gap) => colors.red(gap)),
    ...(status.decidesIn === undefined ? [] : [colors.red(describeElsewhere(status.decidesIn))]),
    ...(status.replacedBy === undefined ? [] : [renderReplacement(status.replacedBy, status.fallbackDelay)]),
    renderPairs([
      ["state", describeState(status)],
      ["governance may", describePowers(status)],
      ...describeSupport(status),
      ...status.timers.map(({ name, at }) => [name, describeMoment(at, status)] as const),
    ]),
    ...(status.persistedState === status.effectiveState ? [] : [renderDuePoke(status)]),
    `${colors.bold("What may happen next")}\n${status.next.map((next) => describeNext(next, status)).join("\n")}`,
    renderOperations(status),
    ...renderWithdrawn(status),
    ...renderCommands(status),
    ...(status.rageQuits.length === 0 ? [] : [renderRageQuits(status)]),
    ...(status.pool === undefined ? [] : [renderPool({ block: status.block, pool: status.pool })]),
    renderBodies(status),
  ];
  return sections.join("\n\n");
}

const renderReplacement = (gate: string, fallbackDelay: bigint | undefined): string =>
  colors.yellow(
    fallbackDelay === undefined
      ? `The timelock obeys another gate now, ${gate}; this is the one it was deployed with.`
      : `The timelock obeys the fallback gate now, ${gate}: whatever is scheduled executes ` +
          `${formatDuration(fallbackDelay)} later, and no state holds it back. This is the gate it was deployed with.`,
  );

function describeState({ persistedState, round }: Status): string {
  const rounds = round === 0 ? "" : `, rage quit ${round} in a row`;
  return `${paint(persistedState)}${rounds}`;
}

/** Timers start when somebody pokes; and in Normal nothing but a poke keeps what the supply shows now. */
function renderDuePoke({ persistedState, effectiveState }: Status): string {
  const until =
    persistedState === "Normal"
      ? "Until somebody does, whoever deposits into the vault for a moment undoes it."
      : `Until somebody does, the time of ${effectiveState} does not begin.`;
  return colors.yellow(
    `Poke now: ${persistedState} is what the chain has on record, and a poke makes it ${effectiveState}. Anybody may. ${until}`,
  );
}

function paint(state: GovernanceStateName): string {
  switch (state) {
    case "Normal":
      return colors.green(state);
    case "VetoSignalling":
    case "VetoSignallingDeactivation":
    case "VetoCooldown":
      return colors.yellow(state);
    case "RageQuit":
      return colors.red(state);
  }
}

function describePowers({ maySchedule, mayExecuteNew, mayExecuteOlderThan, powers }: Status): string {
  const { modeEndsAt } = powers.emergency;
  if (modeEndsAt > 0n) {
    return (
      `${maySchedule ? "schedule" : "not schedule"}; until ${formatTime(modeEndsAt)} only the execution committee ` +
      "executes, what is older than emergency mode; withdraw decisions always"
    );
  }
  const execute = mayExecuteNew
    ? "execute"
    : mayExecuteOlderThan > 0n
      ? `execute what was scheduled before ${formatTime(mayExecuteOlderThan)}`
      : "not execute";
  return `${maySchedule ? "schedule" : "not schedule"}, ${execute}; withdraw decisions always`;
}

function describeSupport({ support, decimals }: Status): [string, string][] {
  const shares = (amount: bigint) => formatAmount(amount, decimals.shares);
  const parts =
    support.votableSupply === undefined
      ? `${shares(support.locked)} shares, of a supply that the vault does not tell`
      : `${shares(support.locked)} of ${shares(support.votableSupply)} shares`;
  // Rounded up: so many are enough.
  const threshold = (part: bigint) =>
    `${formatPercent(part)} (${shares((support.lowestSupply * part + 10n ** 18n - 1n) / 10n ** 18n)} shares)`;
  return [
    ["R_now", `${formatPercent(support.now)}: ${parts}`],
    ["R_max", `${formatPercent(support.max)}: of the lowest supply, ${shares(support.lowestSupply)} shares`],
    ["thresholds", `R1 ${threshold(support.signallingThreshold)}, R2 ${threshold(support.rageQuitThreshold)}`],
  ];
}

function describeNext({ to, condition, earliest, isOnCourse }: NextState, status: Status): string {
  const when =
    earliest === undefined
      ? "nobody can tell when"
      : earliest <= status.block.timestamp
        ? "at once"
        : `from ${describeMoment(earliest, status)}`;
  // The way things go if nobody does anything stands out.
  return `  ${isOnCourse ? "→" : "·"} ${to} if ${condition}: ${when}`;
}

/** A block each: an identifier is as wide as most terminals, and somebody will want to copy it. */
function renderOperations(status: Status): string {
  if (status.operations.length === 0) {
    return status.gaps.length === 0
      ? "No operation is pending."
      : "No pending operation is known, which is not to say that there is none.";
  }
  const blocks = status.operations.map((operation) =>
    renderPairs([
      ["id", operation.id],
      ["what", describeOperation(operation)],
      ["state", operation.isDeEscalation ? `${operation.state}, de-escalation` : operation.state],
      ["eta", describeMoment(operation.eta, status)],
      ["expires after", describeMoment(operation.expiry, status)],
      ["waits for", describeWait(operation, status)],
    ]),
  );
  return [colors.bold("Pending operations"), blocks.join("\n\n")].join("\n");
}

/** One event may have withdrawn many: each stands here by itself. */
function renderWithdrawn({ withdrawn, block }: Status): string[] {
  if (withdrawn.length === 0) return [];
  const lines = withdrawn.slice(0, WITHDRAWN_SHOWN).map(({ id, at, block: number, isInBulk }) => {
    const when = at === undefined ? `in block ${number}` : describeMoment(at, { block });
    return `  ${id}\n    ${when}${isInBulk ? ", with all that was pending" : ""}`;
  });
  return [`${colors.bold("Operations withdrawn, the last one first")}\n${lines.join("\n")}`];
}

function renderCommands(status: Status): string[] {
  const open = listOpenCommands(status);
  if (open.length === 0) return [];
  const lines = open.map(({ command, why }) => `  npx hardhat tribune ${command}\n    ${why}`);
  return [`${colors.bold("What anybody can do now")}\n${lines.join("\n")}`];
}

/** The title of a proposal. [characters] */
const TITLE = 100;

function describeOperation({ description, calls }: PendingOperation): string {
  const what = calls.length === 1 ? `a call of ${calls[0]?.target ?? ""}` : `${calls.length} calls`;
  const text = description?.trim() ?? "";
  if (text === "") return what;
  const title = (text.split("\n")[0] ?? "").slice(0, TITLE);
  return `${quoted(title)}${title === text ? "" : " …"}, ${what}`;
}
