import { proposalArguments, proposalOf } from "../../protocol/proposals.js";
import { argumentsOf, sortChanges, type RuleChange } from "../cells/cells.js";
import { decide } from "../world/decide.js";
import { readHolders } from "../manifest/holders.js";
import { changingFunctions, guardOf, KINDS, type Part } from "../manifest/parts.js";
import type { World } from "../world/world.js";
import { traceDifference, type StorageKnowledge } from "../storage/difference.js";

/** A decision of the DAO's, proposed, voted for, queued, waited for and executed. */
export interface ProvenDecision {
  readonly part: Part;
  readonly signature: string;
  /** [calldata] */
  readonly data: string;
  /** When it is executed. [unix seconds] */
  readonly at: bigint;
  /** From its proposal to the moment in which anybody may execute it. [seconds] */
  readonly seconds: bigint;
  readonly changes: readonly RuleChange[];
  readonly unexplained: readonly string[];
  /** Why it failed; undefined if it did not. */
  readonly why: string | undefined;
}

/** Everything that asks for the timelock, each as a decision of its own. */
export async function proveDecisions(world: World, knowledge: StorageKnowledge): Promise<ProvenDecision[]> {
  const { snapshot, addresses, parts } = world;
  const proven: ProvenDecision[] = [];
  for (const part of parts) {
    for (const signature of changingFunctions(KINDS[part.name])) {
      const guard = guardOf(KINDS[part.name], signature);
      const { isOpen, accounts } = await readHolders(snapshot, part, guard, parts, [addresses.timelock]);
      if (isOpen || !accounts.includes(addresses.timelock)) continue;
      for (const args of await argumentsOf(world, part, signature)) {
        const data = KINDS[part.name].abi.encodeFunctionData(signature, args);
        proven.push(await snapshot.branch(() => prove(world, part, signature, data, knowledge)));
      }
    }
  }
  return proven;
}

async function prove(
  world: World,
  part: Part,
  signature: string,
  data: string,
  knowledge: StorageKnowledge,
): Promise<ProvenDecision> {
  const { snapshot, contracts, stranger } = world;
  const { governor } = contracts;
  const proposal = proposalOf(`Audit: ${signature} of the ${part.name}`, [{ target: part.address, value: 0n, data }]);
  const began = await snapshot.now();
  await decide(world, proposal);
  const at = await snapshot.now();
  const seconds = at - began;
  const call = {
    from: stranger,
    to: await governor.getAddress(),
    data: governor.interface.encodeFunctionData("execute", proposalArguments(proposal)),
  };
  const difference = await traceDifference(snapshot, call, knowledge);
  const tried = { part, signature, data, at, seconds };
  if (!difference.ok) return { ...tried, changes: [], unexplained: [], why: difference.why };
  const { rules, strange } = sortChanges(difference, world, part.address);
  return { ...tried, changes: rules, unexplained: strange, why: undefined };
}
