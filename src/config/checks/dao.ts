import { ZeroAddress } from "ethers";

import { WHOLE } from "../../model/units.js";
import { formatAmount, formatDuration, formatPercent } from "../../protocol/format.js";
import { LEAST_SHARES, sharesOfSeed, tooSmallASeed, WETH_DECIMALS } from "../seed.js";
import { isExample, isOverStandIns, type DaoConfig, type FoundedDao } from "../schema.js";
import { MAX_ALLOCATIONS, TRANSACTION_GAS_CAP } from "./capacity.js";
import { errorAt, problemsIf, warningAt, type Problem } from "./problem.js";

/** The Governor counts its quorum in basis points. [1e18 = 100 %] */
const BASIS_POINT = 10n ** 14n;
/** As in `contracts/dao/GovernanceToken.sol`. [token units, 18 decimals] */
const SUPPLY_CAP = 10n ** 12n * 10n ** 18n;
/** As in `contracts/examples/ExampleVault.sol`. [1e18 = 100 %] */
const MAX_FEE = 2n * 10n ** 17n;

/** Who gets which part of the votes, and whether they can be used. */
export function checkToken({ token, governor }: FoundedDao): Problem[] {
  const problems: Problem[] = [];
  const holdings = new Map<string, bigint>();
  const places = new Map<string, string[]>();
  let supply = 0n;
  let vesting = 0n;
  for (const [index, { holder, amount, vesting: terms }] of token.allocations.entries()) {
    const path = `token.allocations[${index}]`;
    supply += amount;
    holdings.set(holder, (holdings.get(holder) ?? 0n) + amount);
    places.set(holder, [...(places.get(holder) ?? []), path]);
    if (terms !== undefined) vesting += amount;
    problems.push(
      ...problemsIf(
        [
          holder === ZeroAddress,
          errorAt(`${path}.holder`, "is the zero address; right is whoever shall hold the tokens"),
        ],
        [amount === 0n, errorAt(`${path}.amount`, "is 0: an allocation must give something; right is more than 0")],
      ),
      ...(terms === undefined ? [] : checkVesting(`${path}.vesting`, terms)),
    );
  }
  for (const [holder, amount] of holdings) {
    if (amount * 2n > supply) {
      problems.push(
        warningAt(
          "token.allocations",
          `give ${holder} ${formatPercent((amount * WHOLE) / supply)} of the supply: it decides every vote alone, and ` +
            "only the stakers stand between it and the vault; below 50 % nobody would",
        ),
      );
    }
  }
  for (const [holder, [first = "", ...others]] of places) {
    if (others.length === 0) continue;
    const sum = formatAmount(holdings.get(holder) ?? 0n);
    problems.push(
      warningAt(
        "token.allocations",
        `name ${holder} ${others.length + 1} times (${[first, ...others].join(", ")}), who gets ${sum} tokens in all: ` +
          "make sure that none of them was meant for somebody else",
      ),
    );
  }
  const count = token.allocations.length;
  return [
    ...problems,
    ...problemsIf(
      [
        count > MAX_ALLOCATIONS,
        errorAt(
          "token.allocations",
          `are ${count}: the token hands them out in the one transaction that creates it, and that may use ` +
            `${formatAmount(TRANSACTION_GAS_CAP, 0)} gas; right is at most ${MAX_ALLOCATIONS}, and one holder that hands ` +
            "on the rest",
        ),
      ],
      [
        supply > SUPPLY_CAP,
        errorAt(
          "token.allocations",
          `add up to ${formatAmount(supply)} tokens; right is at most ${formatAmount(SUPPLY_CAP)}`,
        ),
      ],
      [
        supply > 0n && vesting > 0n && (supply - vesting) * WHOLE < supply * governor.quorum,
        warningAt(
          "token.allocations",
          `leave ${formatPercent(((supply - vesting) * WHOLE) / supply)} of the supply outside vesting wallets: tokens ` +
            `inside do not vote, so the quorum of ${formatPercent(governor.quorum)} cannot be reached before they are ` +
            "released",
        ),
      ],
    ),
  ];
}

function checkVesting(path: string, { cliff, duration }: { cliff: bigint; duration: bigint }): Problem[] {
  return problemsIf([
    cliff > duration,
    errorAt(
      `${path}.cliff`,
      `is ${formatDuration(cliff)}: it ends after everything has vested; right is at most duration, ` +
        formatDuration(duration),
    ),
  ]);
}

/** What OpenZeppelin's Governor refuses, and what would leave the DAO without a voice. */
export function checkGovernor({ governor }: FoundedDao): Problem[] {
  const { quorum, proposalThreshold } = governor;
  return problemsIf(
    [
      governor.votingPeriod === 0n,
      errorAt("governor.votingPeriod", "is 0 s: nobody could vote; right is at least 1 s"),
    ],
    [
      quorum === 0n,
      errorAt("governor.quorum", "is 0 %: a single vote would decide for the DAO; right is more than 0 %"),
    ],
    [
      quorum > WHOLE,
      errorAt("governor.quorum", `is ${formatPercent(quorum)}: it could never be reached; right is at most 100 %`),
    ],
    [
      quorum % BASIS_POINT !== 0n,
      errorAt("governor.quorum", `is ${formatPercent(quorum, 16)}; right is a multiple of 0.01 %`),
    ],
    [
      proposalThreshold > WHOLE,
      errorAt(
        "governor.proposalThreshold",
        `is ${formatPercent(proposalThreshold)}: nobody could propose; right is at most 100 %`,
      ),
    ],
    [
      governor.votingDelay === 0n,
      warningAt(
        "governor.votingDelay",
        "is 0 s: votes are counted from the second of the proposal, which nobody else could read before",
      ),
    ],
  );
}

/** The vault, as far as the file tells. */
export function checkVault({ vault }: DaoConfig): Problem[] {
  return [
    ...problemsIf([
      // A vault that is left in a way of its own is as slow as that way.
      vault.kind !== "erc7540" && vault.kind !== "own" && vault.kind !== "pool",
      warningAt(
        "vault.kind",
        `is "${vault.kind}", a vault that can be entered and left in one transaction: shares that are redeemed and ` +
          "bought again, owned or borrowed, can lower the recorded supply, so for a part f of such shares the seals " +
          "count as R * (1 - f), and those who signal may find themselves in a rage quit early",
      ),
    ]),
    ...(isExample(vault) && vault.fee > MAX_FEE
      ? [errorAt("vault.fee", `is ${formatPercent(vault.fee)}; right is at most ${formatPercent(MAX_FEE)}`)]
      : []),
    // Of another asset the chain tells how many decimals it has.
    ...((isOverStandIns(vault) || vault.kind === "pool") && sharesOfSeed(vault.seed, WETH_DECIMALS) < LEAST_SHARES
      ? [errorAt("vault.seed", tooSmallASeed(vault.seed, WETH_DECIMALS))]
      : []),
  ];
}
