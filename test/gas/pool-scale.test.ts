import { expect } from "chai";
import hre from "hardhat";

import { measureAtScale, type PoolScale } from "../../src/gas/poolCosts.js";
import { ROW_KEYS, ROWS, type Figures, type RowKey } from "../../src/gas/rows.js";
import { openChain } from "../../tasks/openChain.js";

const measure = async (scale: PoolScale): Promise<Figures> => await measureAtScale(await openChain(hre)(), scale);

/** Rows whose cost may depend on how many operators there are. */
const PER_OPERATOR: readonly RowKey[] = ["activateMost", "forceOne"];
/** No transaction may use more (EIP-7825). */
const TRANSACTION_LIMIT = 16_777_216;

describe("the scale of a staking pool", () => {
  let few: Figures;
  let more: Figures;
  let all: Figures;

  before(async () => {
    [few, more, all] = [
      await measure({ operators: 8, stakers: 1 }),
      await measure({ operators: 24, stakers: 1 }),
      await measure({ operators: 64, stakers: 1 }),
    ];
  });

  const figure = (figures: Figures, key: RowKey): number => figures[key] ?? NaN;
  const keys = (): RowKey[] => ROW_KEYS.filter((key) => few[key] !== undefined);

  it("makes allocation and exits dearer with each operator by the same, and by nothing more", () => {
    for (const key of PER_OPERATOR) {
      const first = Math.round((figure(more, key) - figure(few, key)) / 16);
      const later = Math.round((figure(all, key) - figure(more, key)) / 40);
      expect(first, ROWS[key].operation).to.be.within(1_000, 20_000);
      expect(later, ROWS[key].operation).to.be.closeTo(first, Math.round(first / 5));
      expect(figure(all, key), ROWS[key].operation).to.be.lessThan(TRANSACTION_LIMIT / 8);
    }
  });

  it("makes nothing else dearer: no checkpoint depends on other operators", () => {
    const others = keys().filter((key) => !PER_OPERATOR.includes(key));
    expect(others).to.include.members([
      "startCheckpoint",
      "openCheckpoint",
      "proveOne",
      "announce",
      "registerOperator",
    ]);
    for (const key of others) {
      expect(figure(all, key), ROWS[key].operation).to.be.closeTo(figure(few, key), Math.round(figure(few, key) / 50));
    }
  });

  it("costs no operator or prover more by the number of stakers; an exit more by a step of a search in the queue", async () => {
    const crowded = await measure({ operators: 8, stakers: 40 });
    for (const key of keys().filter((key) => key !== "forceOne")) {
      expect(figure(crowded, key), ROWS[key].operation).to.be.closeTo(
        figure(few, key),
        Math.round(figure(few, key) / 50),
      );
    }
    // From 2 requests to 41.
    const doublings = Math.log2(41 / 2);
    expect(figure(crowded, "forceOne") - figure(few, "forceOne")).to.be.within(0, 3_500 * doublings);
  });
});
