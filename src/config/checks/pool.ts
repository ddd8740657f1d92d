import { ZeroAddress } from "ethers";

import { DAY, ETHER } from "../../model/units.js";
import { POOL_FEE_LIMIT } from "../../model/limits.js";
import { formatAmount, formatDuration, formatPercent } from "../../protocol/format.js";
import { capOfEntity, listOperators } from "../pool.js";
import type { DaoConfig, PoolConfig } from "../schema.js";
import { MAX_FIRST_OPERATORS } from "./capacity.js";
import { errorAt, problemsIf, warningAt, type Problem } from "./problem.js";

/** What a key gets. [wei] */
const KEY = 32n * ETHER;
/** As in `contracts/staking/OperatorVault.sol`. */
const MAX_KEYS = 256n;
/** Caps are kept in 96 bits. [wei] */
const CAP_LIMIT = 2n ** 96n - 1n;
/**
 * As in `contracts/staking/pool/WindDown.sol`: in a rage quit it is armed after 14 d without proofs, begins 7 d later, and
 * has settled after 300 d at the latest. [seconds]
 */
const WIND_DOWN = (14n + 7n + 300n) * DAY;

const eth = (amount: bigint): string => `${formatAmount(amount)} ETH`;

/** What the pool refuses, and where its caps would let somebody become decisive. */
export function checkPool({ vault, dualGovernance: { exit } }: DaoConfig): Problem[] {
  if (vault.kind !== "pool") return [];
  return [
    ...checkTerms(vault),
    ...checkEntities(vault),
    ...checkOperators(vault),
    ...checkConcentration(vault),
    ...problemsIf([
      exit.stallDelay < WIND_DOWN,
      warningAt(
        "dualGovernance.exit.stallDelay",
        `is ${formatDuration(exit.stallDelay)}: a pool that winds down pays a rage quit after up to ` +
          `${formatDuration(WIND_DOWN)}, and the tiebreaker could let a decision through before that; at least as much ` +
          "would rule it out",
      ),
    ]),
  ];
}

function checkTerms({
  fee,
  cap,
  unvettedOperatorCap,
  unvettedCap,
  seed,
  weth,
  depositContract,
}: PoolConfig): Problem[] {
  return [
    ...checkCap("vault.cap", cap, KEY),
    ...checkCap("vault.unvettedOperatorCap", unvettedOperatorCap, 0n),
    ...checkCap("vault.unvettedCap", unvettedCap, 0n),
    ...problemsIf(
      [
        fee > POOL_FEE_LIMIT,
        errorAt("vault.fee", `is ${formatPercent(fee, 16)}; right is at most ${formatPercent(POOL_FEE_LIMIT)}`),
      ],
      [
        unvettedOperatorCap > unvettedCap,
        errorAt(
          "vault.unvettedOperatorCap",
          `is ${eth(unvettedOperatorCap)}: one of them cannot have more than all; right is at most unvettedCap, ` +
            eth(unvettedCap),
        ),
      ],
      [
        seed > cap,
        errorAt("vault.seed", `is ${eth(seed)}: the pool would refuse it; right is at most cap, ${eth(cap)}`),
      ],
      [
        (weth === undefined) !== (depositContract === undefined),
        errorAt(
          weth === undefined ? "vault.weth" : "vault.depositContract",
          "is left out, and the other of the two is not: right is both of a network, or neither, for stand-ins on a " +
            "local chain",
        ),
      ],
    ),
  ];
}

/** @param least The pool's own cap must let it have a key; another cap of 0 gives somebody nothing. */
function checkCap(path: string, cap: bigint, least: bigint): Problem[] {
  return problemsIf(
    [
      cap < KEY && (cap > 0n || least > 0n),
      errorAt(
        path,
        `is ${eth(cap)}: a key takes ${eth(KEY)}, so nobody could have one; right is at least that` +
          (least === 0n ? ", or 0" : ""),
      ),
    ],
    [
      cap > CAP_LIMIT,
      errorAt(path, `is ${eth(cap)}: more than the chain can keep; right is at most ${eth(CAP_LIMIT)}`),
    ],
  );
}

function checkEntities(pool: PoolConfig): Problem[] {
  const { cap, unvettedCap, entities } = pool;
  const decisive = (path: string, most: bigint, who: string) =>
    problemsIf([
      most * 3n >= cap,
      errorAt(
        path,
        `is ${eth(most)}, a third of the pool's cap or more: ${who} could keep the beacon chain from finalising by ` +
          `what the pool alone gives it; right is less than a third of ${eth(cap)}`,
      ),
    ]);
  return [
    ...decisive("vault.unvettedCap", unvettedCap, "all that nobody has vetted, who may be one,"),
    ...entities.flatMap((entity, index) => [
      ...checkCap(`vault.entities[${index}].cap`, entity.cap, KEY),
      ...decisive(`vault.entities[${index}].cap`, entity.cap, "this entity"),
    ]),
  ];
}

function checkOperators(pool: PoolConfig): Problem[] {
  const operators = listOperators(pool);
  const entityOf = new Map<string, number>();
  const problems = operators.flatMap(({ path, owner, entity, cap }) => {
    const other = entityOf.get(owner) ?? entity;
    entityOf.set(owner, other);
    const entityCap = pool.entities[entity - 1]?.cap ?? 0n;
    return [
      ...checkCap(`${path}.cap`, cap, KEY),
      ...problemsIf(
        [
          owner === ZeroAddress,
          errorAt(`${path}.owner`, "is the zero address; right is whoever shall run the validators"),
        ],
        [
          other !== entity,
          errorAt(
            `${path}.owner`,
            `is ${owner}, who stands under entities[${other - 1}] already: operators in the hands of one share a cap; ` +
              "right is all of them under one entity",
          ),
        ],
        [
          cap > entityCap,
          errorAt(
            `${path}.cap`,
            `is ${eth(cap)}: it could never be reached; right is at most its entity's cap, ${eth(entityCap)}`,
          ),
        ],
        [
          cap > MAX_KEYS * KEY,
          warningAt(
            `${path}.cap`,
            `is ${eth(cap)}: an operator has at most ${MAX_KEYS} keys, which get ${eth(MAX_KEYS * KEY)}; what is above ` +
              "that has no effect before rewards have grown",
          ),
        ],
      ),
    ];
  });
  return [
    ...problems,
    ...problemsIf([
      operators.length > MAX_FIRST_OPERATORS,
      errorAt(
        "vault.entities",
        `name ${operators.length} operators: the pool begins with all of them in the one transaction that creates it; ` +
          `right is at most ${MAX_FIRST_OPERATORS}, and the others register themselves, and are vetted by a vote`,
      ),
    ]),
  ];
}

/** What the caps together would allow. */
function checkConcentration(pool: PoolConfig): Problem[] {
  const { cap, unvettedCap, entities } = pool;
  const room = entities.reduce((sum, entity) => sum + capOfEntity(entity), unvettedCap);
  const count = listOperators(pool).length;
  const needed = countForThird(pool);
  return problemsIf(
    [
      needed !== undefined && needed * 3 <= count,
      warningAt(
        "vault.entities",
        `let ${needed ?? 0} of ${count} operators have a third of the pool's cap together: as few as a third of them ` +
          "would do; lower caps of operators, or more of these, would rule it out",
      ),
    ],
    [
      room < cap,
      warningAt(
        "vault.cap",
        `is ${eth(cap)}, and all caps of entities and of the unvetted together are ${eth(room)}: what is deposited ` +
          "beyond that waits idle, and earns nothing",
      ),
    ],
  );
}

/** How few operators could have a third of the pool's cap; undefined if not even all of them could. */
function countForThird({ cap, entities }: PoolConfig): number | undefined {
  // An entity's operators share what it can get, the largest first.
  const parts = entities.flatMap((entity) => {
    let left = capOfEntity(entity);
    return [...entity.operators]
      .sort((one, other) => (one.cap > other.cap ? -1 : 1))
      .map((operator) => {
        const part = operator.cap < left ? operator.cap : left;
        left -= part;
        return part;
      });
  });
  let together = 0n;
  for (const [index, part] of parts.sort((one, other) => (one > other ? -1 : 1)).entries()) {
    together += part;
    if (together * 3n >= cap) return index + 1;
  }
  return undefined;
}
