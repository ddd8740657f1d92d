import { memberOf, OPERATOR_STATUSES } from "../../src/protocol/enums.js";
import { formatAmount, formatPercent, formatTime } from "../../src/protocol/format.js";
import { readRegistered } from "../../src/protocol/state/operators.js";
import { openOutput } from "../../src/terminal/output.js";
import { renderPairs, renderTable } from "../../src/terminal/table.js";
import type { Verb } from "../verb.js";
import { openReadingPool, type PoolArguments } from "./open.js";

interface Arguments extends PoolArguments {
  json: string | undefined;
}

const list: Verb<Arguments> = async ({ pool, dao, json }, hre) => {
  const { print, data } = openOutput(json);
  const { contracts } = await openReadingPool(hre, { pool, dao });
  const { registry } = contracts;
  const operators = (await readRegistered(registry, "all")).map(({ id, view }) => ({
    id,
    status: memberOf(OPERATOR_STATUSES, view.status).toLowerCase(),
    owner: view.owner,
    vault: view.vault,
    entity: view.entity,
    staked: view.staked,
    cap: view.cap,
    keys: view.keyCount,
    mark: view.mark,
    bond: view.bond,
    released: view.released,
  }));
  const { staked, operatorsForThird, operatorsForHalf, herfindahl, largestEntity } = await registry.calcConcentration();
  const watermark = await registry.watermark();
  if (operators.length > 0) {
    print(
      renderTable(
        ["operator", "status", "owner", "vault", "ETH", "cap", "keys", "checked"],
        operators.map((one) => [
          one.id.toString(),
          one.status,
          one.owner,
          one.vault,
          formatAmount(one.staked),
          formatAmount(one.cap),
          one.keys.toString(),
          one.mark === 0n ? "-" : formatTime(one.mark),
        ]),
      ),
    );
  }
  print(
    renderPairs([
      ["staked", `${formatAmount(staked)} ETH`],
      ["operators for more than a third", operatorsForThird.toString()],
      ["operators for more than half", operatorsForHalf.toString()],
      ["Herfindahl-Hirschman index", formatPercent(herfindahl)],
      ["largest entity", formatPercent(largestEntity)],
      ["everybody checked since", formatTime(watermark)],
    ]),
  );
  const concentration = { staked, operatorsForThird, operatorsForHalf, herfindahl, largestEntity };
  await data({ pool: contracts.address, operators, concentration, watermark });
};

export default list;
