import type { ContractTransactionReceipt, ContractTransactionResponse } from "ethers";

import { mined } from "./mined.js";
import type { Figures, RowKey } from "./rows.js";
import type { World } from "./gasWorld.js";

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
