import { ZeroAddress } from "ethers";

import { formatDuration } from "../../protocol/format.js";
import { readView } from "../manifest/parts.js";
import { readExcess, readPoolFee } from "../pool/limits.js";
import type { World } from "../world/world.js";
import { LONGEST_HOLD } from "../manifest/terms.js";
import { readBreaker, readEmergency, readTiebreaker } from "./bodies.js";
import { readProtection } from "./protection.js";
import { tell } from "./tell.js";

/** What the durations and shares of a deployment are, against what makes its protection one. In sentences. */
export interface Limits {
  /** Of those who object: too little time, or a threshold that nobody reaches. */
  readonly protection: readonly string[];
  /** Of votes: a time in which nothing is ever decided. */
  readonly voting: readonly string[];
  /** Of bounded powers: without an end, too long, or by too few. */
  readonly powers: readonly string[];
  /** What is worth knowing, and no fault. */
  readonly facts: readonly string[];
  /** Bounded powers that are used up or have expired, as `part.function`: no call of them works any more. */
  readonly over: ReadonlySet<string>;
}

/** Reads every duration that a property rests on, as it stands on the chain. */
export async function readLimits(world: World): Promise<Limits> {
  const [protection, emergency, breaker, tiebreaker] = [
    await readProtection(world),
    await readEmergency(world),
    await readBreaker(world),
    await readTiebreaker(world),
  ];
  return {
    protection,
    voting: await readVoting(world),
    powers: [
      ...(await readFee(world)),
      ...(await readPoolFee(world)),
      ...emergency.powers,
      ...breaker.powers,
      ...tiebreaker,
    ],
    facts: await readExcess(world),
    over: new Set([...emergency.over, ...breaker.over, ...(await readIdle(world))]),
  };
}

async function readVoting({ contracts: { governor } }: World): Promise<string[]> {
  const extension = await governor.lateQuorumVoteExtension();
  return tell([
    extension > LONGEST_HOLD,
    `A late quorum prolongs a vote by ${formatDuration(extension)}, longer than ${formatDuration(LONGEST_HOLD)}: who completes it late keeps what is voted on from being decided.`,
  ]);
}

/** The example vault's fee, which the DAO sets within its limit. */
async function readFee({ parts, snapshot }: World): Promise<string[]> {
  const vault = parts.find(({ name }) => name === "vault");
  if (vault === undefined) return [];
  const [fee] = (await readView(snapshot, vault, "fee")) as unknown as [bigint];
  const [limit] = (await readView(snapshot, vault, "MAX_FEE")) as unknown as [bigint];
  return tell([fee > limit, `The vault's fee is ${fee}, above its limit ${limit}.`]);
}

/** Functions for which there is no occasion: a proposal that no vote waits for, a strategy that is not there. */
async function readIdle({ contracts, parts, snapshot }: World): Promise<string[]> {
  const vault = parts.find(({ name }) => name === "vault");
  const strategy: unknown = vault && (await readView(snapshot, vault, "strategy"))[0];
  return [
    ...((await contracts.governor.votingDelay()) === 0n ? ["governor.cancel"] : []),
    ...(strategy === ZeroAddress ? ["vault.abandonStrategy", "vault.invest"] : []),
  ];
}
