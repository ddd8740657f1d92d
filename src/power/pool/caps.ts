import { act, StepError } from "../world/act.js";
import type { World } from "../world/world.js";
import { KEY } from "./limits.js";
import { predeposit, stakingOf } from "./modes.js";

/** More than anybody is given. [wei] */
const AMPLE = 10n ** 26n;

/** What came of asking for stake beyond a cap, in sentences. */
export interface CapsTried {
  /** What was given beyond one. */
  readonly misconduct: readonly string[];
  /** Why nothing is known of it. */
  readonly gaps: readonly string[];
}

/**
 * Caps are lowered on the copy, so that one key more fits exactly, and then by 1 wei: the first must be given, so that it
 * is the cap that refuses the second.
 */
export async function tryCaps(world: World): Promise<CapsTried> {
  if (world.staking === undefined) return { misconduct: [], gaps: [] };
  return await world.snapshot.branch(async () => {
    try {
      await predeposit(world);
      return await tryBoth(world);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      return unknown(error.message);
    }
  }, "stake beyond a cap");
}

const unknown = (why: string): CapsTried => ({
  misconduct: [],
  gaps: [`Whether operators are given stake beyond their caps is not known: ${why}`],
});

async function tryBoth(world: World): Promise<CapsTried> {
  const { snapshot, addresses } = world;
  const { contracts, operators } = stakingOf(world);
  const { registry } = contracts;
  const [{ id, vault }] = operators;
  const { staked, entity } = await registry.getOperator(id);
  const caps = [
    { what: "its own", set: "setUnvettedOperatorCap", before: [], exact: staked + KEY },
    {
      what: "its entity's",
      set: "setEntityCap",
      before: [entity],
      exact: (await registry.getEntity(entity)).staked + KEY,
    },
  ];
  const lower = async (set: string, before: readonly unknown[], cap: bigint): Promise<void> => {
    await act(snapshot, addresses.timelock, registry, set, [...before, cap]);
  };
  const data = registry.interface.encodeFunctionData("addStake", [1n]);
  const ask = async () => await snapshot.call({ from: vault, to: await registry.getAddress(), data });
  for (const { set, before } of caps) await lower(set, before, AMPLE);
  const misconduct: string[] = [];
  for (const { what, set, before, exact } of caps) {
    await lower(set, before, exact);
    const fits = await ask();
    if (!fits.ok) return unknown(`what fits is refused as well (${fits.why}).`);
    await lower(set, before, exact - 1n);
    if ((await ask()).ok) misconduct.push(`An operator is given more than ${what} cap, by registry.addStake.`);
    await lower(set, before, AMPLE);
  }
  return { misconduct, gaps: [] };
}
