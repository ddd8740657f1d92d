import { listOperators, type FirstOperator } from "../../config/pool.js";
import type { PoolConfig } from "../../config/schema.js";
import { connectPool, type PoolContracts } from "../../protocol/contracts.js";
import { memberOf, OPERATOR_STATUSES } from "../../protocol/enums.js";
import { formatAmount, formatPercent } from "../../protocol/format.js";
import { cloneCode } from "../../protocol/clones.js";
import { compareAll, merge, verifyOne, type Comparison, type Finding, type Report } from "./finding.js";
import type { ConnectedSubject } from "./subject.js";

const eth = (amount: bigint): string => `${formatAmount(amount, 18, 18)} ETH`;
const percent = (value: bigint): string => formatPercent(value, 16);

/** The pool's terms, its registry, and every operator that it began with. */
export async function verifyPool(subject: ConnectedSubject): Promise<Report> {
  const { addresses, dao, provider } = subject;
  if (addresses.pool === undefined || dao.vault.kind !== "pool") return merge([]);
  const contracts = connectPool(addresses.vault, addresses.pool, provider);
  return merge([
    await compareAll([
      ...terms(subject, dao.vault, contracts),
      ...registry(subject, dao.vault, contracts),
      ...listOperators(dao.vault).flatMap((operator) => firstOperator(operator, subject, contracts)),
    ]),
    await verifyOne("pool, shares of the deployer", () => verifyShares(subject, contracts)),
  ]);
}

function terms({ addresses }: ConnectedSubject, config: PoolConfig, { pool }: PoolContracts): Comparison[] {
  const weth = config.weth ?? addresses.pool?.weth ?? "";
  return [
    { subject: "pool, name", actual: () => pool.name(), expected: config.name },
    { subject: "pool, symbol", actual: () => pool.symbol(), expected: config.symbol },
    { subject: "pool, fee", actual: () => pool.fee(), expected: config.fee, format: percent },
    { subject: "pool, cap", actual: () => pool.cap(), expected: config.cap, format: eth },
    { subject: "pool, asset", actual: () => pool.asset(), expected: weth },
    { subject: "pool, timelock", actual: () => pool.TIMELOCK(), expected: addresses.timelock },
    { subject: "pool, registry", actual: () => pool.REGISTRY(), expected: addresses.pool?.registry ?? "" },
    { subject: "pool, deposits stopped", actual: () => pool.areDepositsStopped(), expected: false },
  ];
}

function registry({ addresses }: ConnectedSubject, config: PoolConfig, { registry }: PoolContracts): Comparison[] {
  const entityCap = (entity: number) => async () => (await registry.getEntity(entity)).cap;
  return [
    { subject: "registry, pool", actual: () => registry.POOL(), expected: addresses.vault },
    { subject: "registry, timelock", actual: () => registry.TIMELOCK(), expected: addresses.timelock },
    {
      subject: "registry, what vaults are clones of",
      actual: () => registry.VAULT_IMPLEMENTATION(),
      expected: addresses.pool?.operatorVault ?? "",
    },
    {
      subject: "registry, unvettedOperatorCap",
      actual: () => registry.unvettedOperatorCap(),
      expected: config.unvettedOperatorCap,
      format: eth,
    },
    { subject: "registry, unvettedCap", actual: entityCap(0), expected: config.unvettedCap, format: eth },
    ...config.entities.map(({ cap }, index): Comparison => ({
      subject: `registry, cap of entity ${index + 1}`,
      actual: entityCap(index + 1),
      expected: cap,
      format: eth,
    })),
  ];
}

function firstOperator(
  { id, owner, entity, cap }: FirstOperator,
  { addresses, provider }: ConnectedSubject,
  { registry }: PoolContracts,
): Comparison[] {
  const get = async () => await registry.getOperator(id);
  const { vault, pool } = addresses;
  const name = `operator ${id}`;
  return [
    {
      subject: `${name}, status`,
      actual: async () => memberOf(OPERATOR_STATUSES, (await get()).status),
      expected: "Vetted",
    },
    { subject: `${name}, owner`, actual: async () => (await get()).owner, expected: owner },
    { subject: `${name}, entity`, actual: async () => (await get()).entity, expected: BigInt(entity) },
    { subject: `${name}, cap`, actual: async () => (await get()).cap, expected: cap, format: eth },
    {
      subject: `${name}, code of its vault`,
      actual: async () => await provider.getCode((await get()).vault),
      expected: cloneCode(pool?.operatorVault ?? "", [vault, pool?.registry ?? "", id]),
    },
  ];
}

/** The seed's are the timelock's. */
async function verifyShares({ deployer }: ConnectedSubject, { pool }: PoolContracts): Promise<Finding[]> {
  const shares = await pool.balanceOf(deployer);
  if (shares === 0n) return [];
  const message =
    `are ${formatAmount(shares, 21)}: the deployment gives it none, so it has staked since, or somebody has sent it some; ` +
    "they vote like anybody's";
  return [{ severity: "warning", subject: "pool, shares of the deployer", message }];
}
