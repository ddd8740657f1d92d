import colors from "picocolors";

import { formatAmount, formatDuration } from "../protocol/format.js";
import { renderTable } from "../terminal/table.js";
import { describeMoment } from "./moment.js";
import type { ExitEndName } from "../protocol/enums.js";
import type { RageQuit } from "../protocol/state/rageQuits.js";
import type { Status } from "./readStatus.js";

/** Every rage quit that is shown, then what those wait for that are not over. */
export function renderRageQuits(status: Status): string {
  const { decimals, rageQuits } = status;
  const shares = (amount: bigint) => formatAmount(amount, decimals.shares);
  const assets = (amount: bigint) => formatAmount(amount, decimals.assets);
  const moment = (at: bigint) => (at === 0n ? "not known yet" : describeMoment(at, status).replace(" (", "\n("));
  const rows = rageQuits.map((quit) => [
    String(quit.epoch),
    quit.end === "None" ? quit.phase : `${quit.phase}\n${ENDS[quit.end]}`,
    `${shares(quit.outstandingShares)} of ${shares(quit.totalShares)}`,
    `${assets(quit.assetsReceived)}\n${assets(quit.assetsPaid)} paid`,
    `${shares(quit.sharesGiven)}\n${shares(quit.sharesPaid)} paid`,
    moment(quit.completeAfter),
    moment(quit.withdrawableAfter),
  ]);
  const head = [
    "epoch",
    "phase",
    "shares not redeemed",
    "assets received",
    "shares given back",
    "extension ends",
    "paid out after",
  ];
  return [
    `${colors.bold("Rage quits, the newest first")}\n${renderTable(head, rows)}`,
    ...rageQuits.flatMap((quit) => describeVessels(quit)),
    ...rageQuits.filter(({ end }) => end === "None").map((quit) => describeWait(quit, status)),
  ].join("\n");
}

const ENDS: Readonly<Record<ExitEndName, string>> = {
  None: "",
  Redeemed: "all redeemed",
  VaultsWord: "by the vault's word",
  CalledOff: "called off",
  ClockRanOut: "a clock ran out",
};

function describeVessels({ epoch, vessels }: RageQuit): string[] {
  const [payer, ...others] = vessels;
  if (payer === undefined) return [];
  return [
    `Rage quit ${epoch} is paid by vessel ${payer}${others.length === 0 ? "" : `; it also uses ${others.join(", ")}`}.`,
  ];
}

/** What holds up the extension, and when it starts at the latest. */
function describeWait(quit: RageQuit, status: Status): string {
  const { epoch, idleShares, outstandingShares, callOffAfter, isStalled, markedAt } = quit;
  const { decimals, exitTerms: terms } = status;
  const shares = (amount: bigint) => formatAmount(amount, decimals.shares);
  const isHeld = outstandingShares > idleShares;
  const where = isHeld
    ? `${shares(outstandingShares - idleShares)} shares are with the vault, ${shares(idleShares)} in the escrow`
    : `all ${shares(idleShares)} shares are in the escrow`;
  const wait =
    callOffAfter < status.block.timestamp
      ? "anybody may call it off now"
      : `without progress it may be called off after ${describeMoment(callOffAfter, status)}`;
  const clocks =
    `a call-off waits ${formatDuration(terms.callOffDelay)}, ${formatDuration(terms.holdLimit)} while the vault holds ` +
    `shares, and ${formatDuration(terms.exitLimit)} in all`;
  const stalled = isStalled
    ? colors.red(` The vault has held shares without progress since ${describeMoment(markedAt, status)}: a deadlock.`)
    : "";
  return `Rage quit ${epoch}: ${where}; ${wait} (${clocks}).${stalled}`;
}
