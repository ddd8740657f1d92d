import { checkExitTerms } from "../../model/configChecks.js";
import { formatDuration } from "../../protocol/format.js";
import type { DaoConfig } from "../schema.js";
import { errorAt, problemsIf, warningAt, type Problem } from "./problem.js";

const PATH = "dualGovernance.exit";

/** What escrow and gate refuse of the exit's terms, and what a DAO would regret. */
export function checkExit({ dualGovernance: { exit, phases }, timelock }: DaoConfig): Problem[] {
  const { wordDelay, callOffDelay, stallDelay, holdLimit, exitLimit, callOffExtension } = exit;
  return [
    ...checkOrder("wordDelay", wordDelay, 1n, "1 s", "one false word of the vault's would end an exit at once"),
    ...checkOrder(
      "callOffDelay",
      callOffDelay,
      wordDelay,
      `wordDelay, ${formatDuration(wordDelay)}`,
      "an exit could be called off before the vault's word counts",
    ),
    ...checkOrder("stallDelay", stallDelay, 1n, "1 s", "every rage quit would be a deadlock"),
    ...checkOrder(
      "holdLimit",
      holdLimit,
      callOffDelay > stallDelay ? callOffDelay : stallDelay,
      `callOffDelay and stallDelay, ${formatDuration(callOffDelay > stallDelay ? callOffDelay : stallDelay)}`,
      "governance would go on while shares are with the vault, before it may where the vault took none, or before the " +
        "tiebreaker can help",
    ),
    ...checkOrder(
      "exitLimit",
      exitLimit,
      holdLimit,
      `holdLimit, ${formatDuration(holdLimit)}`,
      "the last clock would run out before the one without progress",
    ),
    ...checkExitTerms(exit, timelock).map(({ error, path, value, limit, reason }) =>
      errorAt(
        `dualGovernance.${path}`,
        `is ${formatDuration(value)}: ${reason}; right is more than timelock.grace + timelock.delayCeiling, ` +
          `${formatDuration(limit - 1n)} (the chain would refuse with ${error})`,
      ),
    ),
    ...problemsIf([
      callOffExtension < phases.rageQuitExtension,
      warningAt(
        `${PATH}.callOffExtension`,
        `is ${formatDuration(callOffExtension)}: the extension is never shorter than phases.rageQuitExtension, ` +
          `${formatDuration(phases.rageQuitExtension)}, so it has no effect; whoever gets shares back needs time to object`,
      ),
    ]),
  ];
}

function checkOrder(name: string, term: bigint, least: bigint, shownLeast: string, reason: string): Problem[] {
  return problemsIf([
    term < least,
    errorAt(
      `${PATH}.${name}`,
      `is ${formatDuration(term)}: ${reason}; right is at least ${shownLeast} ` +
        "(the chain would refuse with ExitTermOutOfOrder)",
    ),
  ]);
}
