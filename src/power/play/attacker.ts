import { TiebreakerAction } from "../../protocol/enums.js";
import { operationOf, proposalArguments, type Proposal } from "../../protocol/proposals.js";
import { act, StepError } from "../world/act.js";
import { argumentsOf } from "../cells/cells.js";
import type { Helper } from "./helpers.js";
import type { Help } from "../manifest/types.js";
import { KINDS } from "../manifest/parts.js";
import type { World } from "../world/world.js";

/** How often the attacker tries: where bodies help, which is played more often, less often. [seconds] */
const STEP = 6n * 3_600n;
const STEP_WITH_HELP = 24n * 3_600n;

/** Whether anybody may execute it now. */
export async function executes({ snapshot, contracts, stranger }: World, proposal: Proposal): Promise<boolean> {
  const { governor } = contracts;
  const data = governor.interface.encodeFunctionData("execute", proposalArguments(proposal));
  return (await snapshot.call({ from: stranger, to: await governor.getAddress(), data })).ok;
}

/** Lets a body use its power, which must work. */
export async function help(world: World, { account, part, signature }: Helper): Promise<void> {
  const [args = []] = await argumentsOf(world, part, signature);
  const data = KINDS[part.name].abi.encodeFunctionData(signature, args);
  const sent = await world.snapshot.send({ from: account, to: part.address, data });
  if (!sent.ok) throw new StepError(`${signature} of the ${part.name} by ${account} reverts: ${sent.why}.`);
}

const ascending = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0);

/** Whoever wants the decision: pokes the gate at every turn, tries to execute, and lets bodies do what they can for it. */
export class Attacker {
  refusals = 0;
  /** When it could be executed first. [unix seconds] */
  landsAt: bigint | undefined;
  #isPaused = false;

  private constructor(
    private readonly world: World,
    private readonly proposal: Proposal,
    private readonly helpers: readonly Helper[],
  ) {}

  /**
   * From the decision's queueing on.
   * @param helpers Who pauses and who releases; what comes before a queueing is done.
   */
  static async begin(world: World, proposal: Proposal, helpers: readonly Helper[]): Promise<Attacker> {
    const attacker = new Attacker(world, proposal, helpers);
    const { snapshot, contracts } = world;
    const { tiebreaker } = contracts;
    if (attacker.#whoCan("release").length > 0 && tiebreaker !== undefined) {
      // Agreed on beforehand, so that its delay is over when a deadlock comes.
      for (const member of await tiebreaker.members())
        await act(snapshot, member, tiebreaker, "approve", attacker.#motion);
    }
    return attacker;
  }

  get #motion(): [bigint, string] {
    return [TiebreakerAction.Release, operationOf(this.world.addresses.governor, this.proposal).id];
  }

  async try(): Promise<void> {
    const { snapshot, contracts, stranger } = this.world;
    await act(snapshot, stranger, contracts.gate, "poke");
    if (this.landsAt !== undefined) return;
    await this.#pause();
    await this.#release();
    if (await executes(this.world, this.proposal)) this.landsAt = await snapshot.now();
    else ++this.refusals;
  }

  /** Tries every few hours, and when a phase ends, until `moment`, or until it has worked. [unix seconds] */
  async tryUntil(moment: bigint): Promise<void> {
    const { snapshot, contracts } = this.world;
    const step = this.helpers.length > 0 ? STEP_WITH_HELP : STEP;
    for (let now = await snapshot.now(); now < moment && this.landsAt === undefined; now = await snapshot.now()) {
      const [{ phaseEndsAt }] = await contracts.gate.persisted();
      const next = [now + step, phaseEndsAt + 1n, moment].filter((one) => one > now).sort(ascending)[0] ?? moment;
      await snapshot.travelTo(next);
      await this.try();
    }
  }

  #whoCan(what: Help): readonly Helper[] {
    return this.helpers.filter((helper) => helper.help === what);
  }

  /** Outside Normal alone, a pause lasts until governance ends it. */
  async #pause(): Promise<void> {
    if (this.#isPaused || (await this.world.contracts.gate.persistedState()) === 0n) return;
    this.#isPaused = true;
    for (const helper of this.#whoCan("pause")) await help(this.world, helper);
  }

  /** Works in a deadlock alone; before, it is refused. */
  async #release(): Promise<void> {
    const { snapshot, contracts, stranger } = this.world;
    const { tiebreaker } = contracts;
    if (this.#whoCan("release").length === 0 || tiebreaker === undefined) return;
    const data = tiebreaker.interface.encodeFunctionData("execute", this.#motion);
    await snapshot.send({ from: stranger, to: await tiebreaker.getAddress(), data });
  }
}
