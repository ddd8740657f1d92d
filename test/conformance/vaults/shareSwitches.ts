import type { UnrulyShare } from "../../../types/index.js";
import { Answer } from "../../helpers/answer.js";
import type { Switch } from "./vaultCase.js";

/** What an issuer can do to a share, and the share's own views. */
export function shareSwitches(share: UnrulyShare): readonly Switch[] {
  const selector = (name: "totalSupply" | "balanceOf" | "approve") => share.getFunction(name).fragment.selector;
  return [
    {
      name: "the share is paused",
      hand: "issuer",
      isForGood: true,
      on: () => share.setSharePaused(true),
      off: () => share.setSharePaused(false),
    },
    {
      name: "the account is blocked",
      hand: "issuer",
      isForGood: true,
      on: (account) => share.setBlocked(account, true),
      off: (account) => share.setBlocked(account, false),
    },
    {
      name: "holders are admitted by a list that does not name the account",
      hand: "issuer",
      isForGood: true,
      on: () => share.setHolderList(true),
      off: () => share.setHolderList(false),
    },
    {
      name: "half of the account's shares are clawed back",
      hand: "issuer",
      isForGood: true,
      on: async (account) => share.clawBack(account, (await share.balanceOf(account)) / 2n),
    },
    {
      name: "transfers cost 1 %",
      hand: "issuer",
      isForGood: false,
      on: () => share.setTransferFee(100n),
      off: () => share.setTransferFee(0n),
    },
    {
      name: "approvals are refused",
      hand: "issuer",
      isForGood: false,
      on: () => share.setAnswer(selector("approve"), Answer.Revert),
      off: () => share.setAnswer(selector("approve"), Answer.Honest),
    },
    ...(["totalSupply", "balanceOf"] as const).flatMap((view) => viewSwitches(share, view, selector(view))),
  ];
}

interface Told {
  readonly setAnswer: (selector: string, answer: number) => Promise<unknown>;
  readonly setScale: (selector: string, part: bigint) => Promise<unknown>;
}

/** A view that fails or lies in each of the ways that views have. */
export function viewSwitches(told: Told, name: string, selector: string): readonly Switch[] {
  const WHOLE = 10n ** 18n;
  const failures = (["Revert", "BurnGas", "Bomb", "RevertBomb", "Short", "Empty"] as const).map((answer): Switch => ({
    name: `${name} answers with ${answer}`,
    hand: "upgrader",
    isForGood: false,
    on: () => told.setAnswer(selector, Answer[answer]),
    off: () => told.setAnswer(selector, Answer.Honest),
  }));
  const lies = (
    [
      ["nothing", 0n],
      ["half of the truth", WHOLE / 2n],
      ["the double", 2n * WHOLE],
    ] as const
  ).map(([what, part]): Switch => ({
    name: `${name} says ${what}`,
    hand: "upgrader",
    isForGood: false,
    on: () => told.setScale(selector, part),
    off: () => told.setScale(selector, WHOLE),
  }));
  return [...failures, ...lies];
}
