import { formatPercent } from "../protocol/format.js";
import { MARGIN, type Defence } from "./defence.js";
import { namesOf } from "./names.js";
import type { Scene, Staker } from "./scene.js";
import { attackersAmong, type Ballots } from "./voting.js";

/** Who objects to what the smallest coalition decides: not that coalition, with whatever shares it has. */
export interface Objectors {
  /** Most shares first. */
  readonly stakers: readonly Staker[];
  /** Defences that their shares are enough for. */
  readonly cohorts: readonly Defence["cohort"][];
  /** In sentences: without whose shares R1 is out of reach, and R2. */
  readonly tooFew: { readonly toObject: readonly string[]; readonly toLeave: readonly string[] };
  /** Whose shares were left out, in sentences. */
  readonly leftOut: readonly string[];
}

const ONE = 10n ** 18n; // [100 %]

/** Thresholds are of all shares, whoever has them. */
export async function findObjectors(scene: Scene, ballots: Ballots): Promise<Objectors> {
  const attackers = attackersAmong(ballots, scene.stakers);
  const own = scene.stakers.filter(({ address }) => attackers.has(address));
  const stakers = scene.stakers.filter((one) => !own.includes(one));
  if (own.length === 0) {
    const cohorts = ["rage quit", "signalling", "a lone staker"] as const;
    return { stakers, cohorts, tooFew: { toObject: [], toLeave: [] }, leftOut: [] };
  }
  const { escrow, gate } = scene.contracts;
  const { supply } = await escrow.votableSupply();
  const { signalling } = await gate.currentConfig();
  const held = own.reduce((sum, { shares }) => sum + shares, 0n);
  const rest = supply > held ? ((supply - held) * ONE) / supply : 0n;
  const [objects, leaves] = [signalling.signallingThreshold, signalling.rageQuitThreshold].map(
    (threshold) => rest > threshold + MARGIN,
  );
  const name = namesOf(scene);
  const who = own.map(({ address }) => name(address)).join(" and ");
  const told = (what: string, threshold: bigint, so: string) =>
    `${who}, of those who carry what the DAO decides, have shares as well: all others have ${formatPercent(rest)} of them, ` +
    `and do not reach ${what}, ${formatPercent(threshold)}: ${so}.`;
  return {
    stakers,
    cohorts: [
      ...(leaves === true ? ["rage quit" as const] : []),
      ...(objects === true ? ["signalling" as const] : []),
      "a lone staker",
    ],
    tooFew: {
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
    },
    leftOut: [`${who} did not object: they are of those who carry what the DAO decides.`],
  };
}
