import { WHOLE } from "../model/units.js";
import { formatDuration, formatPercent } from "../protocol/format.js";
import { found, type DirectExit, type Facts, type Judgement, type Reason, type Verdict } from "./rehearsalFacts.js";

/** What the escrow needs at its construction. [shares] */
const LEAST_SUPPLY = 10n ** 9n;
/** The ledgers count in 128 bits. [shares] */
const MOST_SHARES = 2n ** 128n - 1n;
/** Prices that differ by less do so by rounding. [1e18 = 100 %] */
const TOLERANCE = WHOLE / 10_000n;

const against = (text: string): Reason => ({ weight: "does-not-fit", text });
const open = (text: string): Reason => ({ weight: "unproven", text });
const condition = (text: string): Reason => ({ weight: "fits-if", text });
const warning = (text: string): Reason => ({ weight: "warning", text });
const when = (holds: boolean, reason: () => Reason): Reason[] => (holds ? [reason()] : []);

/** What a DAO should think of the vault, and why; the heaviest reason decides. */
export function judge(facts: Facts): Judgement {
  const reasons = [
    ...judgeSupply(facts),
    ...judgeTransfers(facts),
    ...judgeAdmission(facts),
    ...judgeWalk(facts),
    ...judgeExit(facts),
    ...judgeTime(facts),
    ...warnOfPrice(facts),
    ...warnOfPowers(facts),
    ...warnOfAmounts(facts),
  ];
  return { verdict: heaviest(reasons), reasons };
}

function heaviest(reasons: readonly Reason[]): Verdict {
  for (const weight of ["does-not-fit", "unproven", "fits-if"] as const) {
    if (reasons.some((reason) => reason.weight === weight)) return weight;
  }
  return "fits";
}

const judgeSupply = ({ subject }: Facts): Reason[] => [
  ...when(subject.supply < LEAST_SUPPLY, () =>
    against(
      `there are ${subject.supply} units of shares, and the escrow refuses a vault with fewer than ${LEAST_SUPPLY}: seed it first`,
    ),
  ),
  ...when(subject.supply > MOST_SHARES, () =>
    against(`there are ${subject.supply} units of shares, more than the escrow can count, ${MOST_SHARES}`),
  ),
];

function judgeTransfers({ observed, admission }: Facts): Reason[] {
  if (observed === null) return [];
  const { toStranger, toHolder, sent } = observed.transfers;
  const arrived = [toHolder, toStranger].find((probe) => probe.state === "found");
  if (arrived?.state === "found") {
    return when(arrived.value !== sent, () =>
      against(
        `of ${sent} units of shares that are sent ${arrived.value} arrive: the escrow takes only shares that arrive whole`,
      ),
    );
  }
  if (observed.control.some(({ paused }) => paused === true)) return [];
  const isRefused = toHolder.state !== "found" && toStranger.state === "refused" && !admission.helped;
  return when(isRefused && toHolder.state === "refused", () =>
    against(`shares cannot be sent from one holder to another: ${toHolder.state === "refused" ? toHolder.why : ""}`),
  );
}

function judgeAdmission({ admission, walk }: Facts): Reason[] {
  if (!admission.isNeeded) return [];
  if (!admission.helped) return [];
  const names = admission.addresses.map(({ name, address }) => `${name} ${address}`).join(", ");
  const later = walk.numbered.length > 0 && admission.addresses.some(({ name }) => name.startsWith("vessel"));
  const more = later ? "; for every later epoch the numbered vessels as well, escrow.vesselAt(epoch, number)" : "";
  return [
    condition(
      `the vault admits these addresses (those of this rehearsal; a deployment has its own): ${names}${more}. Without it: ${admission.refusal ?? "refused"}`,
    ),
  ];
}

function judgeWalk(facts: Facts): Reason[] {
  const { walk, subject, observed, isStandardVessel, needed, holders, threshold } = facts;
  const { refusal } = walk;
  // What the supply alone forbids is told already.
  if (subject.supply < LEAST_SUPPLY || subject.supply > MOST_SHARES) return [];
  if (holders.length === 0)
    return [open("no holder of shares was found in the logs, so nothing was played: name some with --holder")];
  if (refusal === null) return [];
  const why = `${refusal.error ?? ""}${refusal.error !== null && refusal.why.startsWith(refusal.error) ? refusal.why.slice(refusal.error.length) : refusal.error === null ? refusal.why : `: ${refusal.why}`}`;
  const isPaused = observed?.control.some(({ paused }) => paused === true) === true;
  if (isPaused && (refusal.step === "lock" || refusal.step === "begin-exit")) {
    return [
      open(
        `it, its share or its asset says that it is paused at this block, and so it was refused to ${refusal.step === "lock" ? "lock" : "leave"} (${why}): rehearse again when it is open, or open it with --settle`,
      ),
    ];
  }
  switch (refusal.step) {
    case "deploy":
      return [against(`the escrow cannot be deployed over it: ${why}`)];
    case "lock":
      return [
        refusal.error === "SharesNotReceived"
          ? against(`what arrives in the escrow is not what was sent: ${why}`)
          : listed(facts)
            ? open(
                `the vault sends no shares to the escrow: ${why}. It seems to keep a list: play the admission of {escrow} and {vessel0}… with --settle`,
              )
            : against(`shares cannot be locked: ${why}`),
      ];
    case "rage-quit": {
      const held = holders.reduce((sum, { shares }) => sum + shares, 0n);
      return [
        held < needed
          ? open(
              `the holders that were found have ${formatPercent(walk.support)} of the supply, a rage quit takes ${formatPercent(threshold)}: name more with --holder; what comes after was not played`,
            )
          : open(`no rage quit began: ${why}`),
      ];
    }
    case "begin-exit": {
      if (observed === null) return [open(`the exit was refused: ${why}`)];
      const { direct, time } = observed;
      if (isStandardVessel && direct.cooldown.state === "found" && direct.cooldown.value > 0n) {
        return [
          against(
            `it is left by a cooldown of its own (${formatDuration(direct.cooldown.value)}), neither by ERC-4626 nor by ERC-7540: the standard vessel cannot leave it. It takes a vessel of its own: vault.kind "own", and contracts/examples/CooldownVessel.sol as an example`,
          ),
        ];
      }
      const ways = [direct.redeemed, direct.beyondMax, direct.requested];
      const worked = ways.some(({ state }) => state === "found");
      if (!worked) {
        const said = ways.flatMap((probe) => (probe.state === "refused" ? [probe.why] : []));
        return [
          against(
            `at this block it lets nobody leave, at once or on request (${said.join("; ") || "maxRedeem allows nothing"}): if it opens later, rehearse again then, or open it with --settle`,
          ),
        ];
      }
      const shortfall = tellShortfall(direct);
      if (shortfall !== undefined) return [against(shortfall)];
      const isStale = time.priceAfter.state === "refused" || time.previewAfter.state === "refused";
      if (isStale && observed.direct.preview.state === "found") {
        return [
          open(
            `it lets a holder leave now, and nobody after the ${formatDuration(time.waited)} of a veto: prices could not be read then; an oracle may have gone stale on the snapshot`,
          ),
        ];
      }
      return [
        listed(facts)
          ? open(
              `it lets a holder leave, and refuses a vessel: ${why}. It seems to keep a list: play the admission of {vessel0}… with --settle`,
            )
          : against(`it lets a holder leave, and refuses a vessel: ${why}`),
      ];
    }
    case "claim":
    case "complete":
    case "withdraw":
      return [against(`${refusal.step} failed: ${why}`)];
  }
}

/** A redemption that pays less than was promised in the same block is one that no vessel makes. */
function tellShortfall({ preview, redeemed, shares }: DirectExit): string | undefined {
  if (preview.state !== "found" || redeemed.state !== "found" || redeemed.value.shares !== shares) return undefined;
  if (redeemed.value.paid >= preview.value) return undefined;
  return `it pays less than its previewRedeem says in the same block, ${redeemed.value.paid} of ${preview.value} units for ${shares} shares: a vessel refuses such a redemption`;
}

/** Whether the vault seems to tell accounts apart. */
const listed = ({ observed, admission }: Facts): boolean =>
  admission.isNeeded && !admission.helped && observed !== null && observed.transfers.toHolder.state !== "refused";

function judgeExit({ walk, comparison, hasSettlement }: Facts): Reason[] {
  const { exit } = walk;
  const failed = walk.settled.filter(({ done }) => !done);
  const reasons = failed.map(({ after, to, told }) =>
    open(`--settle could not be played: ${to} after ${after} ${told}`),
  );
  if (exit === null || walk.refusal?.step === "begin-exit") return reasons;
  const waits = exit.waiting > 0n;
  const isDry = !waits && exit.idle > 0n && walk.reached === "begun";
  const until = "governance stays held until somebody settles, or the clocks of the exit run out";
  return [
    ...reasons,
    ...when(waits, () =>
      open(
        `it waits for settlement: ${share(exit.waiting, exit.total)} of what was asked for is not paid${hasSettlement ? ", also after what --settle plays" : ", and somebody must do it (play it with --settle)"}; ${until}`,
      ),
    ),
    ...when(isDry, () =>
      open(
        `it pays in parts: ${share(exit.redeemed, exit.total)} was paid, for the rest it had nothing at this block (play what brings it with --settle)`,
      ),
    ),
    ...(exit.strangersRequest.state === "found" && exit.strangersRequest.value.harm !== "none"
      ? [
          against(
            `anybody can ${exit.strangersRequest.value.harm === "stops" ? "stop" : "erase"} an exit by a request of one unit in the vessel's name: ${exit.strangersRequest.value.told}`,
          ),
        ]
      : []),
    ...when(exit.isFresh, () =>
      condition(
        "vessels may be made at addresses that nobody knows beforehand (exit terms: fresh vessels allowed), for it refused the numbered one",
      ),
    ),
    ...(comparison.state === "found" && comparison.value.escrow < less(comparison.value.direct)
      ? [
          warning(
            `the escrow was paid ${comparison.value.escrow} for ${comparison.value.shares} shares, a holder would have been paid ${comparison.value.direct} (units)`,
          ),
        ]
      : []),
  ];
}

const less = (amount: bigint): bigint => amount - (amount * TOLERANCE) / WHOLE - 1n;
const share = (part: bigint, whole: bigint): string =>
  whole === 0n ? "nothing" : formatPercent((part * WHOLE) / whole);

function judgeTime({ observed }: Facts): Reason[] {
  if (observed === null) return [];
  const { time, direct } = observed;
  const waited = formatDuration(time.waited);
  const priceFell = direct.converted.state === "found" && time.priceAfter.state === "refused";
  const previewFell = direct.preview.state === "found" && time.previewAfter.state === "refused";
  return [
    ...when(priceFell || previewFell, () =>
      open(
        `${priceFell ? "convertToAssets" : "previewRedeem"} could not be read after ${waited}: an oracle may have gone stale on the snapshot`,
      ),
    ),
    ...when(time.shareDrift !== 0n, () =>
      against(
        `balances of the share move by themselves (${time.shareDrift} units in ${waited}): the escrow counts shares; take a wrapped share that does not rebase`,
      ),
    ),
    ...when(time.assetDrift !== 0n, () =>
      warning(
        `balances of the asset move by themselves (${time.assetDrift} units of the vault's in ${waited}): what stakers wait for moves with it`,
      ),
    ),
  ];
}

function warnOfPrice({ observed, isStandardVessel }: Facts): Reason[] {
  if (observed === null) return [];
  const { price, direct } = observed;
  const moved = (before: bigint, after: bigint): string => {
    if (before === 0n) return "from nothing";
    const change = ((after - before) * WHOLE) / before;
    return `by ${formatPercent(change < 0n ? -change : change)}`;
  };
  return [
    ...(price.donation.state === "found" && price.donation.value.before !== price.donation.value.after
      ? [
          warning(
            `its price moves within a transaction: a tenth of its assets given to it moved convertToAssets ${moved(price.donation.value.before, price.donation.value.after)}; what an exit is paid can be moved so`,
          ),
        ]
      : []),
    ...(price.drain.state === "found" && price.drain.value.before !== price.drain.value.after
      ? [
          warning(
            `its price follows the market: --drain moved convertToAssets ${moved(price.drain.value.before, price.drain.value.after)}`,
          ),
        ]
      : []),
    ...(price.drain.state === "found" && (price.drain.value.paidAfter ?? 0n) < less(price.drain.value.paidBefore ?? 0n)
      ? [
          warning(
            `in the dry market of --drain a holder is paid ${price.drain.value.paidAfter === null ? "nothing" : `${price.drain.value.paidAfter} units`}, before ${price.drain.value.paidBefore ?? 0n}`,
          ),
        ]
      : []),
    ...(price.drain.state === "refused" ? [open(`--drain could not be played: ${price.drain.why}`)] : []),
    ...(price.roundTrip.state === "found" && price.roundTrip.value
      ? [
          warning(
            "it can be entered and left in one transaction: a flash loan moves its supply, so thresholds count as the gotchas of the documentation say",
          ),
        ]
      : []),
    ...when(isStandardVessel && direct.preview.state === "refused" && direct.redeemed.state === "found", () =>
      warning("it redeems at once without a preview: the exit has no lower bound for what it is paid"),
    ),
    ...warnOfFee(direct),
  ];
}

function warnOfFee({ shares, converted, redeemed, beyondMax }: DirectExit): Reason[] {
  const all = redeemed.state === "found" && redeemed.value.shares === shares ? found(redeemed.value.paid) : beyondMax;
  if (converted.state !== "found" || all.state !== "found") return [];
  const [worth, paid] = [converted.value, all.value];
  return when(paid < less(worth), () =>
    warning(`leaving costs ${share(worth - paid, worth)}: redemption pays less than convertToAssets says`),
  );
}

function warnOfPowers({ observed }: Facts): Reason[] {
  if (observed === null) return [];
  return observed.control.flatMap(({ role, implementation, admin, isUups, owner, authority, hasRoles, powers }) => {
    const who = admin ?? owner ?? authority;
    const name =
      who === null
        ? hasRoles
          ? "those who have the role"
          : "somebody it does not name"
        : `${who.address} (${who.kind})`;
    return [
      ...when(implementation !== null, () =>
        warning(
          `the ${role} can be upgraded${isUups ? " by its own rule (UUPS)" : ""}, by ${name}: everything here can change`,
        ),
      ),
      ...when(powers.length > 0, () => warning(`the ${role} has ${powers.join(", ")}: ${name} may use them`)),
    ];
  });
}

function warnOfAmounts({ observed }: Facts): Reason[] {
  const least = observed?.least.exit;
  return least?.state === "found" && least.value > 1n
    ? [warning(`it takes no exit of less than about ${least.value} units of shares: a smaller rest stays behind`)]
    : [];
}
