import { ZeroAddress, type Provider } from "ethers";

import { WETHMock__factory } from "../../../types/index.js";
import { ETHER } from "../../model/units.js";
import type { TribuneAddresses } from "../../protocol/addresses.js";
import { connectPool, type PoolContracts } from "../../protocol/contracts.js";
import { BEACON_ROOTS } from "../../protocol/predeploys.js";
import { readRegistered } from "../../protocol/state/operators.js";
import { inventAccount, type Snapshot } from "../../rehearsal/snapshot.js";
import { act, StepError } from "../world/act.js";
import { prepareSpares, type Spares } from "./spares.js";
import { sketchValidators, type Sketch } from "./sketch.js";

/** Who runs validators for the pool. */
interface Operator {
  readonly id: bigint;
  readonly owner: string;
  readonly vault: string;
}

/** What an audit knows of a staking pool beside its addresses. */
export interface Staking {
  readonly contracts: PoolContracts;
  /** All that there are; first the one that was made for the audit, of which everything is tried, and offered to {@link HEIR}. */
  readonly operators: readonly [Operator, ...Operator[]];
  /** Who asked for an exit, and has wrapped ETH: somebody with a key; the zero address where nobody has shares. */
  readonly requester: string;
  /** Of the requester, finalised and not claimed; 0 where none could be made, or none is paid. */
  readonly requestId: bigint;
  readonly sketch: Sketch;
  readonly spares: Spares;
}

/** To whom an operator was offered, who has not taken it yet. */
export const HEIR = inventAccount("heir of an operator");

/** Where it is made. */
interface Stage {
  readonly snapshot: Snapshot;
  /** Reads the snapshot. */
  readonly provider: Provider;
  readonly addresses: TribuneAddresses;
  /** Who may have shares of the pool. */
  readonly shareHolders: readonly string[];
}

/** 0.1 ETH at the first price. [shares] */
const REQUESTED = 10n ** 20n;

/**
 * Makes an operator, a request that is paid, and wrapped ETH, so that each function of the pool has an occasion. The copy
 * is told the root of one made-up state of the beacon chain, whatever the time.
 * @returns Undefined where the vault is no pool.
 */
export async function prepareStaking({
  snapshot,
  provider,
  addresses,
  shareHolders,
}: Stage): Promise<Staking | undefined> {
  if (addresses.pool === undefined) return undefined;
  const contracts = connectPool(addresses.vault, addresses.pool, { provider });
  const spares = await prepareSpares(snapshot, addresses.timelock, contracts);
  await act(snapshot, inventAccount("operator"), contracts.registry, "register");
  const registered = await readRegistered(contracts.registry, "all");
  const operators = registered.map(({ id, view: { owner, vault } }): Operator => ({ id, owner, vault }));
  const [newcomer, ...others] = operators.reverse();
  if (newcomer === undefined) throw new StepError("Nobody can register as an operator.");
  await act(snapshot, newcomer.owner, contracts.registry, "offerOwner", [newcomer.id, HEIR]);
  const sketch = sketchValidators(newcomer.vault);
  await snapshot.request("hardhat_setCode", [BEACON_ROOTS, sketch.code]);
  const staker = await richestOf(snapshot, contracts, shareHolders);
  if (staker !== undefined) await wrap(snapshot, addresses, staker);
  const requestId = staker === undefined ? 0n : await request(snapshot, contracts, staker);
  return { contracts, operators: [newcomer, ...others], requestId, requester: staker ?? ZeroAddress, sketch, spares };
}

async function richestOf(
  snapshot: Snapshot,
  { pool }: PoolContracts,
  holders: readonly string[],
): Promise<string | undefined> {
  let [richest, most]: [string | undefined, bigint] = [undefined, 0n];
  for (const holder of holders) {
    const shares = await pool.balanceOf(holder);
    // A contract's shares may be locked, or owed: nobody can play it.
    if (shares > most && (await snapshot.code(holder)) === "0x") [richest, most] = [holder, shares];
  }
  return richest;
}

async function wrap(snapshot: Snapshot, { vault, pool }: TribuneAddresses, staker: string): Promise<void> {
  const weth = WETHMock__factory.createInterface();
  const to = pool?.weth ?? "";
  await snapshot.send({ from: staker, to, data: weth.encodeFunctionData("deposit"), value: ETHER });
  await snapshot.send({ from: staker, to, data: weth.encodeFunctionData("approve", [vault, ETHER]) });
}

async function request(snapshot: Snapshot, { pool }: PoolContracts, staker: string): Promise<bigint> {
  try {
    await act(snapshot, staker, pool, "requestRedeem", [REQUESTED, staker, staker]);
    await act(snapshot, staker, pool, "finalise");
    const id = await pool.requestCount();
    return (await pool.claimableRedeemRequest(id, staker)) === 0n ? 0n : id;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    // Claims are told as functions of which no call has worked.
    return 0n;
  }
}
