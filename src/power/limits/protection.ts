import { checkBaseDelay, checkConfig, checkExitTerms, MIN_LOCK_CAP, type Violation } from "../../model/configChecks.js";
import { WHOLE } from "../../model/units.js";
import { formatDuration } from "../../protocol/format.js";
import { toConfig } from "../../protocol/state/decode.js";
import type { World } from "../world/world.js";
import { LONGEST_HOLD, LONGEST_WAIT } from "../manifest/terms.js";
import { tell } from "./tell.js";

const told = (violations: readonly Violation[]): string[] =>
  violations.map(({ path, value, limit, reason }) => `${path} is ${value}, against ${limit}: ${reason}.`);

/** What leaves those who object too little time, or a threshold that nobody reaches. */
export async function readProtection({ contracts }: World): Promise<string[]> {
  const { timelock, gate, escrow, vault, governor, fallbackGate } = contracts;
  const bounds = {
    delayFloor: await timelock.DELAY_FLOOR(),
    delayCeiling: await timelock.DELAY_CEILING(),
    grace: await timelock.GRACE(),
    fallbackDelay: await fallbackGate.DELAY(),
  };
  const config = toConfig(await gate.currentConfig());
  const { signalling } = config;
  const exit = await escrow.exitTerms();
  const { wordDelay, callOffDelay, stallDelay, holdLimit, exitLimit } = exit;
  const vote = (await governor.votingDelay()) + (await governor.votingPeriod());
  const [floor, supply] = [await escrow.SUPPLY_FLOOR(), await vault.totalSupply()];
  const { rageQuitExtension, withdrawalMaxDelay } = config.phases;
  const [inForce] = await gate.persisted();
  const least = callOffDelay > stallDelay ? callOffDelay : stallDelay;
  return [
    ...told(checkBaseDelay(await timelock.getMinDelay(), bounds)),
    ...told(checkConfig(config, bounds)),
    ...told(checkExitTerms(exit, bounds)),
    ...tell(
      [
        bounds.grace < 2n * bounds.fallbackDelay,
        "What waits under the fallback gate expires before it can land: the grace is less than twice its delay.",
      ],
      [
        wordDelay === 0n || stallDelay === 0n || callOffDelay < wordDelay || holdLimit < least || exitLimit < holdLimit,
        "The clocks of an exit are out of order: one of them is over before the one that it waits for.",
      ],
      [
        inForce.signallingThreshold === 0n || inForce.signallingThreshold > signalling.rageQuitThreshold,
        `R1 in force is ${inForce.signallingThreshold}, and not between 0 and R2, ${signalling.rageQuitThreshold}.`,
      ],
      [
        inForce.minLock === 0n || inForce.minLock > MIN_LOCK_CAP,
        `A lock binds for ${formatDuration(inForce.minLock)}, and not for 1 s to ${formatDuration(MIN_LOCK_CAP)}.`,
      ],
      [
        rageQuitExtension > LONGEST_HOLD,
        `A rage quit holds back governance for ${formatDuration(rageQuitExtension)} after its last claim, longer than ${formatDuration(LONGEST_HOLD)}.`,
      ],
      [
        withdrawalMaxDelay > LONGEST_HOLD,
        `Those who have left may wait for ${formatDuration(withdrawalMaxDelay)}, longer than ${formatDuration(LONGEST_HOLD)}.`,
      ],
      [
        vote > LONGEST_HOLD,
        `A vote takes ${formatDuration(vote)}, longer than ${formatDuration(LONGEST_HOLD)}: nothing is ever decided.`,
      ],
      [
        exitLimit > LONGEST_WAIT,
        `An exit may hold governance back for ${formatDuration(exitLimit)}, longer than ${formatDuration(LONGEST_WAIT)}.`,
      ],
      [
        exit.callOffExtension > LONGEST_HOLD,
        `An exit that was called off holds governance back for ${formatDuration(exit.callOffExtension)} more, longer than ${formatDuration(LONGEST_HOLD)}.`,
      ],
      [
        floor === 0n || supply * WHOLE < floor * signalling.rageQuitThreshold,
        `The supply never counts for less than ${floor} shares, of which there are ${supply}: ${floor === 0n ? "one share could halt governance" : "all of them together do not reach R2"}.`,
      ],
      [(await governor.votingPeriod()) === 0n, "Votes last for no time, so that nobody decides anything."],
      [(await governor["quorumNumerator()"]()) === 0n, "No quorum is asked for: one vote alone, unopposed, decides."],
    ),
  ];
}
