import { ZeroAddress } from "ethers";

import { formatAmount } from "../protocol/format.js";
import { formatVoteMoment } from "../protocol/voteClock.js";
import type { EpochPosition, OpenProposal, Position } from "../protocol/position.js";
import type { OpenCommand } from "./openCommands.js";
import type { Status } from "./readStatus.js";

type View = Pick<Status, "block" | "persistedState" | "effectiveState" | "replacedBy" | "decidesIn" | "decimals">;

/** What an account can do now, and by which command; what anybody can is told elsewhere. */
export function listAccountCommands(position: Position, view: View): OpenCommand[] {
  const { decimals, block } = view;
  const shares = (amount: bigint) => `${formatAmount(amount, decimals.shares)} shares`;
  const paid = (part: "dueAssets" | "dueShares") =>
    position.epochs.filter((epoch) => !epoch.isRunning && epoch[part] > 0n);
  const inEpochs = (epochs: readonly EpochPosition[]) => epochs.map(({ epoch }) => epoch).join(", ");
  const assetsDue = paid("dueAssets");
  const sharesDue = paid("dueShares");
  const running = position.epochs.find(({ isRunning }) => isRunning);
  const isObeyed = view.replacedBy === undefined && view.decidesIn === undefined;
  return [
    ...(position.tokens > 0n && position.delegate === ZeroAddress
      ? [{ command: "delegate", why: "its tokens vote for nobody" }]
      : []),
    ...position.proposals.flatMap((proposal) => listForProposal(proposal)),
    ...(position.shares > 0n && isObeyed
      ? [{ command: `lock ${plain(position.shares, decimals.shares)}`, why: `it has ${shares(position.shares)}` }]
      : []),
    ...(running !== undefined && running.unlockableAfter < block.timestamp && !isClosing(view)
      ? [{ command: "unlock all", why: `${shares(running.shares)} are locked, and their least time is over` }]
      : []),
    ...(assetsDue.length > 0 ? [{ command: "withdraw", why: `assets are due of epoch ${inEpochs(assetsDue)}` }] : []),
    ...(sharesDue.length > 0
      ? [
          { command: "take-shares", why: `shares came back of epoch ${inEpochs(sharesDue)}` },
          ...(isObeyed ? [{ command: "move", why: "the same shares may object again" }] : []),
        ]
      : []),
  ];
}

/** Whether the next call closes the running epoch: what is locked leaves through the vault then. */
export const isClosing = ({ persistedState, effectiveState }: Pick<View, "persistedState" | "effectiveState">) =>
  effectiveState === "RageQuit" && persistedState !== "RageQuit";

function listForProposal({ id, state, hasVoted, votes, clock, voteEnds }: OpenProposal): OpenCommand[] {
  if (state === "Succeeded") return [{ command: `queue ${id}`, why: "it was carried; anybody may" }];
  if (state !== "Active" || hasVoted || votes === 0n) return [];
  return [
    {
      command: `vote ${id} for|against|abstain`,
      why: `the vote ends ${formatVoteMoment(voteEnds, clock)}`,
    },
  ];
}

/** All of it, as the command takes it. */
const plain = (amount: bigint, decimals: number): string =>
  formatAmount(amount, decimals, decimals).replaceAll(",", "");
