import { formatEther } from "ethers";

import type { PendingOperation } from "../protocol/operations/pending.js";
import type { Status } from "./readStatus.js";

/** What anybody can do now, and by which command. */
export interface OpenCommand {
  /** `"lock 1,000"`, after `npx hardhat tribune` */
  readonly command: string;
  /** `"the extension of epoch 1 may start"` */
  readonly why: string;
}

/** What of a status tells what is due. */
export interface DueView extends Pick<Status, "persistedState" | "effectiveState" | "rageQuits" | "block"> {
  readonly operations: readonly (Pick<PendingOperation, "id" | "state"> & Partial<Pick<PendingOperation, "lacks">>)[];
}

/** What is due, and waits for anybody to do it. */
export function listOpenCommands({
  persistedState,
  effectiveState,
  operations,
  rageQuits,
  block,
}: DueView): OpenCommand[] {
  const poke = { command: "poke", why: `the state on record is ${persistedState}, and ${effectiveState} is due` };
  return [
    ...(persistedState === effectiveState ? [] : [poke]),
    ...operations
      .filter(({ state }) => state === "ready")
      .map(({ id, lacks = 0n }) => ({ command: `execute ${id}`, why: `the operation is due${describeCost(lacks)}` })),
    ...rageQuits.flatMap((exit): OpenCommand[] => {
      const epoch = `--epoch ${exit.epoch}`;
      const isLeaving = exit.phase === "Closed" || exit.phase === "Claiming";
      const isCallable = exit.callOffAfter > 0n && exit.callOffAfter < block.timestamp;
      return [
        ...(isLeaving && exit.idleShares > 0n
          ? [{ command: `begin ${epoch}`, why: `shares of epoch ${exit.epoch} wait in the escrow` }]
          : []),
        ...(exit.vessels.length > 0 && exit.outstandingShares > exit.idleShares + exit.sharesGiven
          ? [{ command: `claim ${epoch}`, why: `the vault has shares of epoch ${exit.epoch}` }]
          : []),
        ...(isLeaving && isCallable
          ? [{ command: `call-off ${epoch}`, why: `a clock of epoch ${exit.epoch} has run out` }]
          : []),
      ];
    }),
  ];
}

/** @param lacks [wei] */
export const describeCost = (lacks: bigint): string =>
  lacks === 0n
    ? ""
    : `; it pays ${formatEther(lacks)} ETH more than the timelock has, which whoever executes it may have to bring`;
