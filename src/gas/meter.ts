import type { ContractTransactionReceipt, ContractTransactionResponse } from "ethers";

import type { Figures, RowKey } from "./rows.js";
import type { World } from "./world.js";

/** Called with every measured transaction, before the chain moves on. */
export type Watcher = (key: RowKey, receipt: ContractTransactionReceipt, world: World) => Promise<void>;

/** Collects whole-transaction gas, net of refunds: what the sender is charged. */
export class Meter {
  constructor(
    private readonly world: World,
    readonly figures: Figures = {},
    private readonly watch?: Watcher,
  ) {}

  async measure(key: RowKey, sending: Promise<ContractTransactionResponse>): Promise<void> {
    const receipt = await mined(sending);
    this.figures[key] = Number(receipt.gasUsed);
    await this.watch?.(key, receipt, this.world);
  }

  /** A figure made of others. */
  add(key: RowKey, parts: readonly RowKey[]): void {
    this.figures[key] = parts.reduce((sum, part) => sum + (this.figures[part] ?? NaN), 0);
  }
}

/** The receipt of a transaction; one that reverts is rejected while it is sent. */
export async function mined(sending: Promise<ContractTransactionResponse>): Promise<ContractTransactionReceipt> {
  const receipt = await (await sending).wait();
  if (receipt === null) throw new Error("the transaction was not mined");
  return receipt;
}
