import colors from "picocolors";

import { WHOLE } from "../model/units.js";
import { formatAmount, formatDuration, formatPercent } from "../protocol/format.js";
import { sentences } from "../protocol/errors.js";
import { visible } from "../protocol/visible.js";
import { renderTable } from "../terminal/table.js";
import type {
  Control,
  Facts,
  Judgement,
  Observations,
  Probe,
  Reason,
  Rehearsal,
  TokenFacts,
  Verdict,
} from "./rehearsalFacts.js";

/** All of it: the play, what the vault does, the verdict. */
export const renderRehearsal = (rehearsal: Rehearsal): string =>
  [
    ...(rehearsal.walk.steps.length > 0 ? [renderSteps(rehearsal)] : []),
    renderFacts(rehearsal),
    renderJudgement(rehearsal),
  ].join("\n\n");

/** What was played, step by step. */
const renderSteps = ({ walk }: Facts): string =>
  renderTable(
    ["step", "after", "what came of it"],
    walk.steps.map(({ name, outcome, told, after }) => [
      visible(name),
      formatDuration(after, 2),
      outcome === "done" ? visible(told) : colors.yellow(visible(`${outcome}: ${told}`)),
    ]),
  );

/** What the vault does. */
export function renderFacts(facts: Facts): string {
  const { observed, subject } = facts;
  const rows: (readonly [string, string])[] = [
    ["supply", amount(subject.supply, subject.share)],
    ["announces", describeAnnouncements(facts)],
    ...(observed === null ? [] : rowsOfObservations(facts, observed)),
    ...rowsOfExit(facts),
  ];
  return renderTable(
    ["what the vault does", "found"],
    rows.map((row) => row.map(visible)),
  );
}

function describeAnnouncements({ subject: { announces } }: Facts): string {
  const said = [
    announces.asynchronous && "redemption on request (ERC-7540)",
    announces.separateShare && "a share of its own (ERC-7575)",
  ].filter((text) => text !== false);
  return said.length === 0 ? "nothing by ERC-165" : said.join(", ");
}

function rowsOfObservations(facts: Facts, observed: Observations): (readonly [string, string])[] {
  const { transfers, direct, price, time, least, control } = observed;
  const { share, asset } = facts.subject;
  const paid = (units: bigint) => amount(units, asset);
  return [
    [
      "sends shares to a stranger",
      tell(transfers.toStranger, (arrived) =>
        arrived === transfers.sent ? "yes" : `${arrived} of ${transfers.sent} units arrive`,
      ),
    ],
    [
      "sends shares to a holder",
      tell(transfers.toHolder, (arrived) =>
        arrived === transfers.sent ? "yes" : `${arrived} of ${transfers.sent} units arrive`,
      ),
    ],
    [
      "maxRedeem of a holder",
      tell(direct.maxRedeem, (max) => `${amount(max, share)} of ${amount(direct.shares, share)}`),
    ],
    [
      "a holder redeems so much",
      tell(direct.redeemed, (result) => `${paid(result.paid)} for ${amount(result.shares, share)}`),
    ],
    ["a holder redeems more", tell(direct.beyondMax, paid)],
    ["previewRedeem", tell(direct.preview, paid)],
    ["convertToAssets", tell(direct.converted, paid)],
    [
      "a holder requests",
      tell(
        direct.requested,
        (request) =>
          `taken, ${request.claimable > 0n ? "claimable at once" : "claimable later"}${request.burnt > 0n ? ", burnt at once" : ""}`,
      ),
    ],
    ["cooldown of its own", direct.cooldown.state === "found" ? formatDuration(direct.cooldown.value) : "none"],
    ["least exit", tell(least.exit, (units) => (units === 1n ? "a unit" : `about ${units} units`))],
    ["a donation in the same transaction", tell(price.donation, describeMove)],
    [
      "a dry market (--drain)",
      tell(
        price.drain,
        (move) =>
          `${describeMove(move)}; a holder is paid ${move.paidBefore === null ? "nothing" : paid(move.paidBefore)} before, ${move.paidAfter === null ? "nothing" : paid(move.paidAfter)} after`,
      ),
    ],
    ["in and out in one transaction", tell(price.roundTrip, (possible) => (possible ? "yes" : "no"))],
    [`prices after ${formatDuration(time.waited)}`, tell(time.priceAfter, (value) => `convertToAssets ${paid(value)}`)],
    ["previews then", tell(time.previewAfter, (value) => `previewRedeem ${paid(value)}`)],
    ["balances that move by themselves", describeDrift(time.shareDrift, time.assetDrift)],
    ...control.flatMap((ruled) => rowsOfControl(ruled)),
  ];
}

function rowsOfControl(control: Control): (readonly [string, string])[] {
  const { role, implementation, admin, beacon, isUups, owner, authority, roleAdmin, hasRoles, paused, powers } =
    control;
  const rulers = [
    owner && `owner ${owner.address}, ${owner.kind}`,
    authority && `authority ${authority.address}, ${authority.kind}`,
    roleAdmin && `admin of roles ${roleAdmin.address}, ${roleAdmin.kind}`,
    hasRoles && roleAdmin === null && "roles that it does not list",
  ].filter((text) => typeof text === "string");
  const upgrade =
    implementation === null
      ? "no proxy of ERC-1967"
      : `yes, runs ${implementation}${beacon === null ? "" : ` of beacon ${beacon}`}; ${admin === null ? (isUups ? "its own rule decides who (UUPS)" : "it does not say by whom") : `by ${admin.address}, ${admin.kind}`}`;
  return [
    [`the ${role} can be upgraded`, upgrade],
    [`who rules the ${role}`, rulers.length === 0 ? "it does not say" : rulers.join("; ")],
    [`the ${role} is paused`, paused === null ? "it does not say" : paused ? "yes" : "no"],
    ...(powers.length === 0 ? [] : [[`powers over the ${role}`, powers.join(", ")] as const]),
  ];
}

function rowsOfExit({ walk, comparison, subject, admission }: Facts): (readonly [string, string])[] {
  const { exit } = walk;
  const { share, asset } = subject;
  const needs = admission.isNeeded
    ? admission.helped
      ? `yes: ${admission.addresses.map(({ name }) => name).join(", ")}`
      : `so it seems: ${admission.refusal ?? ""}`
    : "no";
  if (exit === null) return [["needs admission", needs]];
  const { burnt } = exit;
  const moments = [
    burnt.request > 0n && "when asked",
    burnt.settlement > 0n && "when settled",
    burnt.claim > 0n && "when claimed",
    exit.atOnce > 0n && "when redeemed at once",
  ].filter((text) => text !== false);
  return [
    ["needs admission", needs],
    ["pays the escrow", describePayment(exit)],
    ["waits for somebody", exit.waiting > 0n ? `${amount(exit.waiting, share)} of ${amount(exit.total, share)}` : "no"],
    ["burns shares", moments.length === 0 ? "was not seen" : moments.join(", ")],
    ["a stranger's request in the vessel's name", tell(exit.strangersRequest, ({ told }) => told)],
    [
      "paid to a holder, to the escrow",
      tell(
        comparison,
        ({ direct, escrow, shares }) =>
          `${amount(direct, asset)}, ${amount(escrow, asset)} for ${amount(shares, share)}`,
      ),
    ],
  ];
}

function describePayment(exit: NonNullable<Facts["walk"]["exit"]>): string {
  if (exit.begins === 0) return "nothing: it takes nothing";
  if (exit.atOnce === exit.total) return "all at once";
  const parts = exit.begins > 1 ? ` in ${exit.begins} portions` : "";
  if (exit.held !== null) {
    return `${exit.atOnce > 0n ? "a part at once, the rest" : "on request,"} within ${formatDuration(exit.held, 2)}${parts}`;
  }
  return exit.redeemed > 0n ? `in part: ${percent(exit.redeemed, exit.total)}${parts}` : "on request, and not yet";
}

const COLOURS: Readonly<Record<Verdict, (text: string) => string>> = {
  fits: colors.green,
  "fits-if": colors.yellow,
  "does-not-fit": colors.red,
  unproven: colors.yellow,
};
const HEADINGS: Readonly<Record<Verdict, string>> = {
  fits: "The vault fits.",
  "fits-if": "The vault fits if:",
  "does-not-fit": "The vault does not fit:",
  unproven: "Whether the vault fits is not proven:",
};

/** The verdict with its reasons, and what to weigh beside it. */
export function renderJudgement({ verdict, reasons }: Judgement): string {
  const decisive = reasons.filter(({ weight }) => weight !== "warning");
  const warnings = reasons.filter(({ weight }) => weight === "warning");
  const texts = (list: readonly Reason[]) => list.map(({ text }) => text);
  const heading = HEADINGS[verdict];
  const told = COLOURS[verdict](decisive.length === 0 ? heading : sentences(heading, texts(decisive)));
  return warnings.length === 0 ? told : `${told}\n${colors.yellow(sentences("To weigh:", texts(warnings)))}`;
}

function tell<Value>(probe: Probe<Value>, describe: (value: Value) => string): string {
  switch (probe.state) {
    case "found":
      return describe(probe.value);
    case "refused":
      return `refused: ${probe.why}`;
    case "not-tried":
      return `not tried: ${probe.why}`;
  }
}

const describeMove = ({ before, after }: { readonly before: bigint; readonly after: bigint }): string =>
  before === after
    ? "does not move the price"
    : `moves the price ${after > before ? "up" : "down"} by ${before === 0n ? "from nothing" : percent(after > before ? after - before : before - after, before)}`;

function describeDrift(shares: bigint, assets: bigint): string {
  const moved = [shares !== 0n && `the share (${shares} units)`, assets !== 0n && `the asset (${assets} units)`];
  return moved.filter((text) => text !== false).join(", ") || "none seen";
}

const percent = (part: bigint, whole: bigint): string =>
  whole === 0n ? "nothing" : formatPercent((part * WHOLE) / whole);
const amount = (units: bigint, { decimals, symbol }: TokenFacts): string =>
  `${formatAmount(units, decimals)} ${symbol}`;
