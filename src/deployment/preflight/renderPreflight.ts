import { WHOLE } from "../../model/units.js";
import { listOperators } from "../../config/pool.js";
import { isAdopting, isMade, type DaoConfig } from "../../config/schema.js";
import { listSeats } from "../../protocol/committees/seats.js";
import { formatAmount, formatPercent } from "../../protocol/format.js";
import { visible } from "../../protocol/visible.js";
import { renderTable } from "../../terminal/table.js";
import { calcTokenSupply } from "../parameters.js";
import { listStandIns, type Preflight } from "./preflight.js";

const ether = (amount: bigint): string => `${formatAmount(amount, 18, 6)} ETH`;

/** Everything that a person should know before anything is sent. */
export function renderPreflight(preflight: Preflight, dao: DaoConfig, networkName: string): string {
  const { chainId, deployer, balance, steps, gas, gasPrice, cost, value } = preflight;
  const left = steps.filter(({ isDone }) => !isDone);
  const done = steps.length - left.length;
  const standIns = listStandIns(dao);
  const rows: [string, string][] = [
    ["network", `${visible(networkName)}, chain ${chainId}`],
    ["deployer", `${deployer}, which has ${ether(balance)}`],
    ["contracts", countNames(left.filter(({ isCreation }) => isCreation).map(({ name }) => name)) || "none"],
    ...(standIns.length === 0 ? [] : [["stand-ins", standIns.join("; ")] satisfies [string, string]]),
    [
      "transactions",
      `${left.length}${done === 0 ? "" : ` of ${steps.length}; ${done} of an earlier run are on the chain`}`,
    ],
    ...(isMade(dao.vault) ? [["seed of the vault", describeSeed(dao.vault)] satisfies [string, string]] : []),
    ["gas", `about ${formatAmount(gas, 0)}`],
    [
      "cost",
      `about ${ether(cost)} at ${formatAmount(gasPrice, 9)} gwei, the present price` +
        (value === 0n ? "" : `, and ${ether(value)} that go into the vault`),
    ],
  ];
  return `${renderTable(["before anything is sent", ""], rows)}\n${renderTable(["who will hold", "what"], listHolders(dao))}`;
}

/** What the deployer gives to a vault that is made, and in what. */
function describeSeed(vault: Extract<DaoConfig["vault"], { seed: bigint }>): string {
  const amount = formatAmount(vault.seed, 18, 18);
  switch (vault.kind) {
    case "local-example":
    case "pool":
      return `${amount} ETH of the deployer`;
    case "test-example":
      return `${amount} of the asset, minted for it`;
    case "example":
      return `${amount} tokens of the asset, ${vault.asset}, of the deployer`;
  }
}

function listOperatorsOf({ vault }: DaoConfig): [string, string][] {
  if (vault.kind !== "pool") return [];
  return listOperators(vault).map(({ owner, entity, cap }): [string, string] => [
    owner,
    `validators of operator entity ${entity}, with up to ${ether(cap)} of the stakers`,
  ]);
}

const counted = (name: string, count: number): string => (count === 1 ? name : `${name} (${count})`);

function countNames(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => counted(name, count)).join(", ");
}

function listVotes(dao: DaoConfig): [string, string][] {
  if (isAdopting(dao)) {
    const passing = "the right to propose in the new timelock, and to cancel there, until the Governor obeys it";
    return [
      [dao.token.address, "the votes, as before"],
      ["the timelock that the Governor obeys", passing],
    ];
  }
  const supply = calcTokenSupply(dao);
  const { symbol, allocations } = dao.token;
  return allocations.map(({ holder, amount, vesting }): [string, string] => [
    holder,
    `${formatAmount(amount)} ${visible(symbol)}, ${formatPercent(supply === 0n ? 0n : (amount * WHOLE) / supply)} of the votes` +
      (vesting === undefined ? "" : ", from a vesting wallet"),
  ]);
}

function listHolders(dao: DaoConfig): [string, string][] {
  return [
    ...listVotes(dao),
    ...listSeats(dao).map(({ label, value: { safe, owners, threshold } }): [string, string] => [
      `${label}: ${safe ?? "a new Safe"}`,
      `${threshold} of ${owners.join(", ")}`,
    ]),
    ...listOperatorsOf(dao),
    ...(dao.circuitBreaker?.pausables ?? []).map((address): [string, string] => [
      address,
      "nothing; the circuit breaker may pause it",
    ]),
    ["the timelock", isMade(dao.vault) ? "the vault and its seed; itself" : "itself"],
    ["the deployer", "nothing beside what stands above"],
  ];
}
