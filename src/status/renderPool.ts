import colors from "picocolors";

import { DAY } from "../model/units.js";
import { formatAmount, formatDuration, formatPercent } from "../protocol/format.js";
import { renderPairs, renderTable } from "../terminal/table.js";
import { describeMoment } from "./moment.js";
import type { PoolOperator, PoolStatus } from "../protocol/state/pool.js";

/** As in `contracts/staking/pool/PoolReader.sol`: how old the watermark may be. [seconds] */
const FRESH = 36n * 3600n;
/** As in `contracts/staking/registry/ExitOrder.sol`: from then on anybody may make keys exit. [seconds] */
export const EXIT_STALL = 7n * DAY;
/** As in `contracts/staking/pool/WindDown.sol`: from arming to the beginning. [seconds] */
const ARMED = 7n * DAY;
/** Of the pool's shares. */
const DECIMALS = 21;

/** What of the pool is shown. */
export interface PoolView {
  readonly block: { readonly timestamp: bigint };
  readonly pool: PoolStatus;
}

const eth = (amount: bigint): string => `${formatAmount(amount)} ETH`;

/** What the pool holds and owes, who runs its validators, and how few of them could decide. */
export function renderPool(view: PoolView, width?: number): string {
  const { pool } = view;
  const isShown = ({ status, isPlaced }: PoolOperator) => status !== "Unvetted" || isPlaced;
  const shown = pool.operators.filter(isShown);
  const others = pool.operatorCount - BigInt(shown.length);
  return [
    colors.bold("Pool"),
    renderPairs(
      [
        ["assets", describeAssets(pool)],
        ["deposits", describeDeposits(pool)],
        ["fee on gains", formatPercent(pool.fee)],
        ["proofs", describeProofs(view)],
        ["queue", describeQueue(view)],
        ["wind-down", describeWindDown(view)],
        ["concentration", describeConcentration(pool)],
        ["unvetted", describeUnvetted(pool)],
      ],
      width,
    ),
    ...(shown.length === 0 ? [] : [renderOperators(shown, view, width)]),
    ...(others === 0n ? [] : [`${others} more ${others === 1n ? "has" : "have"} registered, without a key.`]),
  ].join("\n");
}

function describeAssets({ totalAssets, idle, reserved, value, carry, haircut }: PoolStatus): string {
  return [
    `${eth(totalAssets)}: ${eth(idle)} idle, ${eth(value)} with operators`,
    ...(carry === 0n ? [] : [`${eth(carry)} gain not let in yet`]),
    ...(reserved === 0n ? [] : [`${eth(reserved)} beside that to be claimed`]),
    ...(haircut === 0n ? [] : [`${eth(haircut)} held back for slashed keys`]),
  ].join("; ");
}

function describeDeposits({ areDepositsStopped, maxDeposit, cap, windDown }: PoolStatus): string {
  if (windDown.startedAt > 0n) return colors.red("closed for good");
  if (areDepositsStopped) return colors.yellow("stopped by governance");
  return `${eth(maxDeposit)} more, of a cap of ${eth(cap)}`;
}

function describeProofs(view: PoolView): string {
  const { operators, watermark, isFresh } = view.pool;
  if (operators.every(({ keyCount }) => keyCount === 0n)) return "nobody has keys, so there is nothing to prove";
  const age = `every operator was checked since ${describeMoment(watermark, view)}`;
  return isFresh
    ? `${age}; fresh until ${describeMoment(watermark + FRESH, view)}`
    : colors.red(`${age}: too old, so nobody enters or leaves before somebody proves`);
}

function describeQueue(view: PoolView): string {
  const { shares, assets, oldest, exitDemand, nextToExit } = view.pool.queue;
  if (shares === 0n) return "nobody waits";
  const waits = `${formatAmount(shares, DECIMALS)} shares wait, now worth ${eth(assets)}, the first since ${describeMoment(oldest, view)}`;
  if (exitDemand === 0n) return `${waits}; what is idle and exiting pays for them`;
  const next = nextToExit === 0n ? "nobody has a key that could" : `keys of operator ${nextToExit} go first`;
  const since = view.block.timestamp - oldest;
  const forced = since > EXIT_STALL ? colors.yellow("; anybody may make keys exit") : "";
  return `${waits}; ${eth(exitDemand)} more must exit, and ${next}${forced}`;
}

function describeWindDown(view: PoolView): string {
  const { watermark, windDown } = view.pool;
  const { armedAt, startedAt, supply, received, lastArrival, isSettled } = windDown;
  if (startedAt > 0n) {
    const course = isSettled ? "settled" : `not settled; the last ETH came ${describeMoment(lastArrival, view)}`;
    return colors.red(
      `since ${describeMoment(startedAt, view)}: ${eth(received)} for ${formatAmount(supply, DECIMALS)} shares, ${course}`,
    );
  }
  // Proofs that came later have disarmed it.
  if (armedAt === 0n || watermark > armedAt) return "no";
  return colors.yellow(
    `armed ${describeMoment(armedAt, view)}: anybody may begin it from ${describeMoment(armedAt + ARMED, view)}, unless ` +
      "proofs come",
  );
}

function describeConcentration({ concentration, value }: PoolStatus): string {
  const { operatorsForThird, operatorsForHalf, herfindahl, largestEntity } = concentration;
  if (operatorsForThird === 0n) return value === 0n ? "nobody has stake" : "none";
  return (
    `${operatorsForThird} operators have more than a third, ${operatorsForHalf} more than half; HHI ` +
    `${formatAmount(herfindahl)}; the largest entity ${formatPercent(largestEntity)}`
  );
}

function describeUnvetted({ entities }: PoolStatus): string {
  const all = entities.find(({ entity }) => entity === 0n);
  return all === undefined ? "none" : `${eth(all.staked)} of ${eth(all.cap)}, for all of them together`;
}

function renderOperators(operators: readonly PoolOperator[], view: PoolView, width?: number): string {
  const { entities } = view.pool;
  const rows = operators.map(({ id, entity, status, staked, cap, keyCount, bond, mark }) => {
    const whole = entities.find((one) => one.entity === entity);
    return [
      String(id),
      String(entity),
      paint(status),
      formatAmount(staked),
      formatAmount(cap),
      whole === undefined ? "" : `${formatAmount(whole.staked)} of ${formatAmount(whole.cap)}`,
      String(keyCount),
      formatAmount(bond, DECIMALS),
      mark === 0n ? "no keys" : `${formatDuration(view.block.timestamp - mark, 2)} ago`,
    ];
  });
  const head = ["operator", "entity", "status", "stake", "cap", "of its entity", "keys", "bond", "checked"];
  return `${renderTable(head, rows, width)}\nStakes and caps are in ETH, bonds in shares.`;
}

const paint = (status: PoolOperator["status"]): string => (status === "Vetted" ? status : colors.yellow(status));
