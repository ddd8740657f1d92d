import { expect } from "chai";

import { isInstrumented } from "../helpers/instrumented.js";
import { isDeep } from "../helpers/testProfile.js";
import { powerCut } from "./faults.js";
import { POOL_MATRIX, type PoolRow } from "./poolMatrix.js";
import { createPoolFaultWorld, POOL_COMMANDS, type PoolCommand } from "./poolFaultWorld.js";
import type { Ending } from "./faultWorld.js";

/** What only a chain that was read may be said to be. */
const FINDINGS =
  /tell of no key that waits|more must exit|nobody waits|owns an operator|no staking pool|has no operator|is no activated key|everything is as|found something else/;

/** A transaction has another hash where another time stands in its block. */
const comparable = (text: string): string =>
  text
    .replaceAll(/0x[0-9a-f]{64}\b/g, "0x…")
    .replaceAll(/(\d+ (d|h|min|s)\b ?)+/g, "…")
    .replaceAll(/ +/g, " ");

/** Every fault over one command, every second one in this profile; and what is read out of logs. */
const isOnTurn = (row: PoolRow, command: PoolCommand): boolean => {
  if (row.fault.startsWith("No answer")) return false;
  if (row.fault.startsWith("Logs from a backend") && command.startsWith("prove")) return true;
  const place = POOL_MATRIX.indexOf(row);
  return place % 2 === 0 && (place / 2) % POOL_COMMANDS.length === POOL_COMMANDS.indexOf(command);
};

describe("a command of a pool whose node fails", function () {
  this.timeout(isDeep ? 600_000 : 120_000);
  let world: Awaited<ReturnType<typeof createPoolFaultWorld>>;
  const usual = new Map<PoolCommand, Ending>();

  /** How a command ends while nothing is wrong. */
  async function usually(command: PoolCommand): Promise<Ending> {
    const ending = usual.get(command) ?? (await world.play(command));
    usual.set(command, ending);
    expect(ending.code, ending.text).to.equal(0);
    return ending;
  }

  before(async () => (world = await createPoolFaultWorld()));
  after(() => world.close());

  for (const row of POOL_MATRIX) {
    context(`given: ${row.fault}`, () => {
      for (const command of POOL_COMMANDS) {
        const outcome = row.outcomes[command];
        // Counting coverage lifts the limit of blocks, and the node then names one that it does not keep to.
        if (command === "deploy" && isInstrumented) continue;
        if (!isDeep && !isOnTurn(row, command)) continue;
        if (outcome === "goes on") {
          it(`${command} goes on`, async () => {
            const { text } = await usually(command);
            const ending = await world.play(command, row.suffer());
            expect(ending.code, ending.text).to.equal(0);
            expect(comparable(ending.text)).to.equal(comparable(text));
          });
        } else {
          it(`${command} tells it, and ends with ${outcome.slice(-1)}`, async () => {
            const { code, text } = await world.play(command, row.suffer());
            expect(text).to.match(row.words);
            expect(text).not.to.match(FINDINGS);
            expect(code).to.equal(Number(outcome.slice(-1)));
          });
        }
      }
    });
  }

  // Their second time is another operator, and another fee.
  for (const command of ["operator register", "operator exit"] as const) {
    it(`${command} says to look first where its transaction may have arrived`, async () => {
      const { code, text } = await world.play(command, powerCut(0, true));
      expect(text).to.match(
        /it may have arrived, with nonce \d+ of 0x\w{40}\. Look whether it did before you run the command again/,
      );
      expect(text).not.to.contain("is not sent twice");
      expect(code).to.equal(2);
    });
  }
});
