import { WHOLE } from "../model/units.js";
import type { LogProgress } from "../protocol/logs.js";
import { forgeBalance } from "./forge.js";
import { compareWithDirect } from "./compare.js";
import { copyMarks, findMarks, type Mark } from "./forge.js";
import { chooseLocks, findHolders, readNamedHolders, type ReadChain } from "./findHolders.js";
import { encode } from "./ask.js";
import { judge } from "./judge.js";
import { observe } from "./observe/observe.js";
import { play } from "./playExit.js";
import {
  notTried,
  type Admission,
  type Facts,
  type Holding,
  type Rehearsal,
  type Subject,
  type Walk,
} from "./rehearsalFacts.js";
import type { Drain, Settlement } from "./rehearsalFiles.js";
import type { Snapshot } from "./snapshot.js";
import { readSubject } from "./readSubject.js";
import type { Rules } from "./deployWorld.js";
import type { Play } from "./walk.js";

export interface RehearseOptions {
  readonly vault: string;
  readonly chain: number;
  /** The block that was copied. */
  readonly block: number;
  readonly rules: Rules;
  readonly dao: string | null;
  /** Empty: those that the logs name. */
  readonly holders: readonly string[];
  readonly settlements: readonly Settlement[] | undefined;
  readonly drain: readonly Drain[] | undefined;
  /** Reads the chain that was copied. */
  readonly readChain: ReadChain;
  readonly progress: (text: string) => void;
  /** Told how far the reading of logs has come. */
  readonly onProgress?: (progress: LogProgress) => void;
}

/** Tries everything, and judges. */
export async function rehearse(snapshot: Snapshot, options: RehearseOptions): Promise<Rehearsal> {
  const { rules, progress } = options;
  const { signalling } = rules.gate;
  const subject = await readSubject(snapshot, options.vault, options.chain, options.block);
  const threshold = signalling.rageQuitThreshold;
  // A hundredth more: fees may be minted while it is played.
  const needed = (subject.supply * threshold) / WHOLE + (subject.supply * threshold) / WHOLE / 100n + 1n;
  const holders =
    options.holders.length > 0
      ? await readNamedHolders(snapshot, subject, options.holders)
      : await findHolders(snapshot, options.readChain, subject, needed, progress, options.onProgress);
  const locks = chooseLocks(holders, needed);
  const wait = signalling.maxDuration + signalling.joinWindow;
  const observed =
    holders.length === 0
      ? null
      : await observe(snapshot, subject, holders, { wait, drain: options.drain }, (what) => {
          progress(`looking at ${what}`);
        });
  const settlements = options.settlements ?? [];
  const { walk, admission } =
    holders.length === 0
      ? { walk: NOTHING, admission: NO_ADMISSION }
      : await playWithAdmission(snapshot, subject, { rules, locks, settlements, progress }, holders);
  const comparison =
    walk.exit !== null && walk.exit.redeemed > 0n
      ? await compareWithDirect(snapshot, subject, walk, settlements)
      : notTried<never>("nothing was paid");
  const facts: Facts = {
    subject,
    holders,
    needed,
    observed,
    admission,
    walk,
    comparison,
    threshold,
    hasSettlement: options.settlements !== undefined,
    isStandardVessel: rules.vessel === undefined,
  };
  return { ...judge(facts), ...facts, dao: options.dao };
}

/**
 * Plays; where the vault refuses escrow or vessel, plays again with them entered in its lists, as its holders are: with
 * as few as help.
 */
async function playWithAdmission(
  snapshot: Snapshot,
  subject: Subject,
  options: Omit<Play, "admit">,
  holders: readonly Holding[],
): Promise<{ readonly walk: Walk; readonly admission: Admission }> {
  const walk = await snapshot.branch(() => play(snapshot, subject, options));
  const { refusal } = walk;
  const isListed = refusal !== null && (refusal.step === "lock" || refusal.step === "begin-exit");
  if (!isListed) return { walk, admission: NO_ADMISSION };
  const [first] = holders;
  const marks = first === undefined ? [] : await findHolderMarks(snapshot, subject, holders);
  if (first !== undefined && marks.length > 0) {
    for (const [withEscrow, withVessels] of refusal.step === "lock"
      ? [
          [true, false],
          [true, true],
        ]
      : [
          [false, true],
          [true, true],
        ]) {
      options.progress("playing again, with addresses entered in the vault's lists");
      const addresses: { name: string; address: string }[] = [];
      const again = await snapshot.branch(() =>
        play(snapshot, subject, {
          ...options,
          admit: async (escrow, vessels) => {
            if (withEscrow) addresses.push({ name: "escrow", address: escrow });
            if (withVessels)
              addresses.push(...vessels.map((address, number) => ({ name: `vessel ${number}`, address })));
            for (const { address } of addresses) await copyMarks(snapshot, marks, first.account, address);
          },
        }),
      );
      const isBegun =
        again.refusal === null || !["deploy", "lock", "rage-quit", "begin-exit"].includes(again.refusal.step);
      if (isBegun) return { walk: again, admission: { isNeeded: true, refusal: refusal.why, addresses, helped: true } };
    }
  }
  return {
    walk,
    admission: { ...NO_ADMISSION, isNeeded: marks.length > 0 || refusal.step === "lock", refusal: refusal.why },
  };
}

/** What marks a holder in the eyes of vault, share and asset, in all that an escrow or a vessel does. */
function findHolderMarks(snapshot: Snapshot, subject: Subject, holders: readonly Holding[]): Promise<Mark[]> {
  const { vault, share, asset } = subject;
  const [first, second = first] = holders;
  if (first === undefined || second === undefined) return Promise.resolve([]);
  const { account, shares } = first;
  return snapshot.branch(async () => {
    await forgeBalance(snapshot, asset.address, account, 1n);
    return await findMarks(snapshot, account, [
      { from: second.account, ...encode(share.address, "transfer", [account, 1n]) },
      { from: account, ...encode(share.address, "transfer", [second.account, 1n]) },
      { from: account, ...encode(vault, "redeem", [shares, account, account]) },
      { from: account, ...encode(vault, "requestRedeem", [shares, account, account]) },
      { from: account, ...encode(asset.address, "transfer", [second.account, 1n]) },
    ]);
  });
}

const NO_ADMISSION: Admission = { isNeeded: false, refusal: null, addresses: [], helped: false };
const NOTHING: Walk = {
  reached: "nothing",
  refusal: null,
  steps: [],
  escrow: null,
  gate: null,
  timelock: null,
  numbered: [],
  vessels: [],
  locks: [],
  support: 0n,
  exit: null,
  settled: [],
};
