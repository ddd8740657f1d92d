import { ZeroAddress } from "ethers";
import colors from "picocolors";

import { formatAmount } from "../protocol/format.js";
import type { EpochPosition, OpenProposal, Position } from "../protocol/position.js";
import { quoted } from "../protocol/visible.js";
import { renderPairs } from "../terminal/table.js";
import { isClosing, listAccountCommands } from "./accountCommands.js";
import { describeMoment, describeVoteMoment } from "./moment.js";
import type { Status } from "./readStatus.js";

/** What one account has in a DAO, what is due to it and when, and what it can do now. */
export function renderAccount(position: Position, status: Status): string {
  const { account, epochs, proposals } = position;
  const commands = listAccountCommands(position, status);
  return [
    `${colors.bold(`Account ${account}`)}\n${renderPairs(describeHoldings(position, status))}`,
    ...(epochs.length === 0 ? [] : [renderPairs(epochs.map((epoch) => [nameOf(epoch), describeEpoch(epoch, status)]))]),
    ...(proposals.length === 0
      ? []
      : [renderPairs(proposals.map((one) => [`proposal ${one.id}`, describeProposal(one, status)]))]),
    commands.length === 0
      ? "It can do nothing of its own now; what anybody can do stands above."
      : `What it can do now\n${commands.map(({ command, why }) => `  npx hardhat tribune ${command}\n    ${why}`).join("\n")}`,
  ].join("\n\n");
}

function describeHoldings(
  { account, tokens, votes, delegate, shares, epochs }: Position,
  { decimals }: Status,
): [string, string][] {
  const format = (amount: bigint) => formatAmount(amount, decimals.votes);
  const through =
    tokens === 0n
      ? ""
      : delegate === ZeroAddress
        ? "for nobody"
        : delegate === account
          ? "by itself"
          : `by ${delegate}`;
  return [
    ["tokens", through === "" ? format(tokens) : `${format(tokens)}, which vote ${through}`],
    ["votes", format(votes)],
    ["shares in the wallet", formatAmount(shares, decimals.shares)],
    ...(epochs.length === 0 ? [["in the escrow", "nothing"] as [string, string]] : []),
  ];
}

const nameOf = ({ epoch, isRunning }: EpochPosition): string =>
  isRunning ? `epoch ${epoch}, running` : `epoch ${epoch}`;

function describeEpoch(epoch: EpochPosition, status: Status): string {
  const { decimals } = status;
  const shares = (amount: bigint) => `${formatAmount(amount, decimals.shares)} shares`;
  const part = shares(epoch.shares);
  if (epoch.isRunning) {
    if (isClosing(status)) return `${part} leave through the vault: a rage quit is due`;
    return epoch.unlockableAfter < status.block.timestamp
      ? `${part} object; they may be unlocked now`
      : `${part} object; they may be unlocked after ${describeMoment(epoch.unlockableAfter, status)}`;
  }
  const assets = (amount: bigint) => `${formatAmount(amount, decimals.assets)} of the asset`;
  const due = [
    ...(epoch.dueAssets > 0n ? [assets(epoch.dueAssets)] : []),
    ...(epoch.dueShares > 0n ? [shares(epoch.dueShares)] : []),
  ];
  const had = [
    ...(epoch.paidAssets > 0n ? [assets(epoch.paidAssets)] : []),
    ...(epoch.paidShares > 0n ? [shares(epoch.paidShares)] : []),
  ];
  const when =
    epoch.withdrawableAfter === 0n
      ? "is leaving the vault; nobody can tell yet when it is paid"
      : epoch.withdrawableAfter < status.block.timestamp
        ? "is paid as it arrives"
        : `may be withdrawn after ${describeMoment(epoch.withdrawableAfter, status)}`;
  return [
    `a part of ${part} ${when}`,
    ...(due.length > 0 ? [`due now: ${due.join(" and ")}`] : []),
    ...(had.length > 0 ? [`had so far: ${had.join(" and ")}`] : []),
  ].join("; ");
}

/** The title of a proposal. [characters] */
const TITLE = 80;

function describeProposal(proposal: OpenProposal, status: Status) {
  const { description, state, clock, voteBegins, voteEnds, hasVoted, votes } = proposal;
  const title = quoted((description.trim().split("\n")[0] ?? "").slice(0, TITLE));
  switch (state) {
    case "Pending":
      return `${title}: the vote begins ${describeVoteMoment(voteBegins, clock, status)}`;
    case "Active":
      return (
        `${title}: the vote ends ${describeVoteMoment(voteEnds, clock, status)}; ` +
        (hasVoted ? "it has voted" : `it has ${formatAmount(votes, status.decimals.votes)} votes there`)
      );
    default:
      return `${title}: carried, and waits for anybody to queue it`;
  }
}
