import { ETHER } from "../../model/units.js";
import { formatAmount, formatDuration } from "../../protocol/format.js";
import { readPool } from "../../protocol/state/pool.js";
import { EXIT_STALL, renderPool, type PoolView } from "../../status/renderPool.js";
import { wrap } from "../../terminal/wrap.js";
import { silence, type Listener } from "../listener.js";
import type { Environment } from "../scenario.js";
import { checkVaults, deployStakedPool } from "./poolWorld.js";

const DEPOSITS = [100n * ETHER, 200n * ETHER, 450n * ETHER] as const;
/** Longer than anybody must wait for operators. [seconds] */
const WAITED = 8 * 86_400;

/**
 * The pool of `config/pool.ts` on a chain of its own: operators run validators, a staker has asked for everything more than
 * a week ago, no operator has moved, and somebody has just proven what validators hold.
 */
export async function playPool(environment: Environment, listener: Listener = silence): Promise<PoolView> {
  const world = await deployStakedPool({ ...environment, listener, enter: () => undefined }, DEPOSITS);
  const { connection, accounts, addresses, pool, stakes } = world;
  const [first] = stakes;
  if (first === undefined) throw new Error("the pool needs a staker");
  const { signer } = first.staker;
  await pool.connect(signer).requestRedeem(first.shares, signer, signer);
  await connection.networkHelpers.time.increase(WAITED);
  await checkVaults(world, accounts.anyone);
  await pool.connect(accounts.anyone.signer).finalise();
  const block = await connection.ethers.provider.getBlock("latest");
  if (block === null) throw new Error("the chain has no block");
  const status = await readPool(addresses, connection.ethers.provider, block.number);
  if (status === undefined) throw new Error("the deployment has no pool");
  return { block: { timestamp: BigInt(block.timestamp) }, pool: status };
}

/** The pool in a page: who runs it, who waits, and what no operator can keep a staker from. */
export function renderPoolPage(view: PoolView, width: number): string {
  return [renderPool(view, width), "", ...wrap(tellForce(view), width), "", ...wrap(tellProofs, width)].join("\n");
}

function tellForce({ pool, block }: PoolView): string {
  const { queue, operators, concentration } = pool;
  const waited = block.timestamp - queue.oldest;
  const now =
    waited > EXIT_STALL
      ? `since ${formatDuration(EXIT_STALL)} have passed, anybody may make keys exit, those of operator ${queue.nextToExit} first`
      : `after ${formatDuration(EXIT_STALL)} anybody may make keys exit`;
  return (
    `A staker has waited for ${formatDuration(waited, 1)}, and no operator has moved. No operator has to: ${now}, until ` +
    `${formatAmount(queue.exitDemand)} ETH are on their way, and not a validator more. In a rage quit anybody may at once. ` +
    `So ${operators.length} operators, of whom ${concentration.operatorsForHalf} have more than half, can keep nobody in.`
  );
}

const tellProofs =
  "Nobody is believed for what validators hold: whoever likes proves it, and nobody enters or leaves by a proof that is " +
  "older than a request, or than 36 hours. Should no proof be possible any more, anybody may arm a wind-down after 14 days " +
  "in a rage quit, 30 else, and begin it a week later: then whatever arrives is divided among all shares.";
