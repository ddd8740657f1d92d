import { WHOLE } from "../../model/units.js";
import { formatPercent } from "../../protocol/format.js";
import { MARGIN, type Defence } from "./defence.js";
import { namesOf } from "../world/names.js";
import type { World, Staker } from "../world/world.js";
import { attackersAmong, type Ballots } from "../compose/voting.js";

interface TooFew {
  readonly toObject: readonly string[];
  readonly toLeave: readonly string[];
}
const NONE: TooFew = { toObject: [], toLeave: [] };

/** Who objects to what the smallest coalition decides: not that coalition, with whatever shares it has. */
export interface Objectors {
  /** Most shares first. */
  readonly stakers: readonly Staker[];
  /** Defences that their shares are enough for. */
  readonly cohorts: readonly Defence["cohort"][];
  /** In sentences: without whose shares R1 is out of reach, and R2. */
  readonly tooFew: TooFew;
  /** The same, where it is not known whose shares those are. */
  readonly unknown: TooFew;
  /** Whose shares were left out, in sentences. */
  readonly leftOut: readonly string[];
}

/** Thresholds are of all shares, whoever has them. */
export async function findObjectors(world: World, ballots: Ballots): Promise<Objectors> {
  const { accounts, why } = attackersAmong(ballots, world.stakers);
  const own = world.stakers.filter(({ address }) => accounts.has(address));
  const stakers = world.stakers.filter((one) => !own.includes(one));
  if (own.length === 0) {
    const cohorts = ["rage quit", "signalling", "a lone staker"] as const;
    return { stakers, cohorts, tooFew: NONE, unknown: NONE, leftOut: [] };
  }
  const { escrow, gate } = world.contracts;
  const { supply } = await escrow.votableSupply();
  const { signalling } = await gate.currentConfig();
  const held = own.reduce((sum, { shares }) => sum + shares, 0n);
  const rest = supply > held ? ((supply - held) * WHOLE) / supply : 0n;
  const [objects, leaves] = [signalling.signallingThreshold, signalling.rageQuitThreshold].map(
    (threshold) => rest > threshold + MARGIN,
  );
  const name = namesOf(world);
  const who = own.map(({ address }) => name(address)).join(" and ");
  const told = (what: string, threshold: bigint, so: string) =>
    `${who}, ${why === undefined ? "" : "perhaps "}of those who carry what the DAO decides, have shares as well: all others have ${formatPercent(rest)} of them, ` +
    `and do not reach ${what}, ${formatPercent(threshold)}: ${so}.${why === undefined ? "" : ` Who carries is not known: ${why}.`}`;
  const tooFew: TooFew = {
    toObject: objects === true ? [] : [told("R1", signalling.signallingThreshold, "they hold nothing up")],
    toLeave:
      leaves === true
        ? []
        : [
            told(
              "R2",
              signalling.rageQuitThreshold,
              "no rage quit gets those out who cannot leave by the vault's own door",
            ),
          ],
  };
  return {
    stakers,
    cohorts: [
      ...(leaves === true ? ["rage quit" as const] : []),
      ...(objects === true ? ["signalling" as const] : []),
      "a lone staker",
    ],
    tooFew: why === undefined ? tooFew : NONE,
    unknown: why === undefined ? NONE : tooFew,
    leftOut: [
      why === undefined
        ? `${who} did not object: they are of those who carry what the DAO decides.`
        : `${who} did not object: they may be of those who carry what the DAO decides, and nobody who does has more shares.`,
    ],
  };
}
