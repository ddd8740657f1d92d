import { concat, id as hashText, Interface, zeroPadValue, ZeroAddress, ZeroHash } from "ethers";

import { ISafe__factory } from "../../../types/index.js";
import { TiebreakerAction } from "../../protocol/enums.js";
import { singleArguments, singleOperation } from "../../protocol/operations/operation.js";
import { proposalArguments, proposalOf, proposeArguments, SUPPORT } from "../../protocol/proposals.js";
import { ROLES } from "../../protocol/roles.js";
import { Snapshot, type Call, type Sent } from "../../rehearsal/snapshot.js";
import type { FoundSafe, Safe } from "../../safe/readSafe.js";
import { act, StepError } from "../world/act.js";
import { wait } from "../modes/modes.js";
import type { World } from "../world/world.js";
import type { Plan } from "./plan.js";

const SAFE = ISafe__factory.createInterface();
const MODULES = new Interface(["function execTransactionFromModule(address,uint256,bytes,uint8)"]);
const NO_REFUND = [0, 0, 0, ZeroAddress, ZeroAddress] as const;

type SentCall = Call & { readonly from: string };

/** Those who act, on a copy where bodies do nothing by themselves. */
export interface Coalition {
  readonly world: World;
  readonly safes: ReadonlyMap<string, FoundSafe>;
  /** The coalition's accounts; other members of bodies are passive. */
  readonly members: ReadonlySet<string>;
  /** Accounts of the coalition that are left out: what they alone would do does not happen. */
  readonly absent: ReadonlySet<string>;
  readonly plan: Plan;
}

/**
 * A snapshot on which a body acts by its members: a Safe by its owners' approvals, the tiebreaker by its members, the
 * timelock by a vote. Whoever is no member does nothing, and votes against.
 */
export class CoalitionSnapshot extends Snapshot {
  readonly world: World;
  readonly #safes: ReadonlyMap<string, Safe>;

  constructor(private readonly coalition: Coalition) {
    const below = coalition.world.snapshot;
    super({ request: async ({ method, params }) => await below.request(method, params as readonly unknown[]) });
    this.world = { ...coalition.world, snapshot: this };
    this.#safes = new Map(
      [...coalition.safes.values()].flatMap((safe) => (safe.kind === "safe" ? [[safe.address, safe] as const] : [])),
    );
  }

  override async branch<Result>(action: () => Promise<Result>, name?: string): Promise<Result> {
    return await this.coalition.world.snapshot.branch(action, name);
  }

  override async send(call: SentCall): Promise<Sent> {
    const last = await this.prepare(call);
    return last === undefined ? { ok: true, logs: [], gasUsed: 0n } : await super.send(last);
  }

  /** Everything up to the last call, which anybody makes; undefined: whoever would act is passive. */
  async prepare(call: SentCall): Promise<SentCall | undefined> {
    const { from } = call;
    const { addresses } = this.world;
    if (this.coalition.absent.has(from)) return undefined;
    if (from === addresses.timelock) return await this.#asTimelock(call);
    if (from === addresses.bodies.tiebreaker?.committee) return await this.#asTiebreaker(call);
    const safe = this.#safes.get(from);
    return safe === undefined ? call : await this.#asSafe(safe, call);
  }

  #isIn(account: string): boolean {
    const safe = this.#safes.get(account);
    return safe === undefined ? this.coalition.members.has(account) : this.#countIn(safe) > 0;
  }

  #countIn = ({ owners }: Safe): number => owners.filter((owner) => this.#isIn(owner)).length;

  /** Whoever is in approves on chain; where they are too few, others' approvals are claimed, in vain. */
  async #asSafe(safe: Safe, { to, data, value = 0n }: SentCall): Promise<SentCall | undefined> {
    const { address, owners, modules, threshold } = safe;
    const module = modules.find((one) => this.#isIn(one));
    if (module !== undefined && this.#countIn(safe) < threshold) {
      const execute = MODULES.encodeFunctionData("execTransactionFromModule", [to, value, data, 0]);
      return await this.prepare({ from: module, to: address, data: execute });
    }
    const willing = owners.filter((owner) => this.#isIn(owner)).slice(0, threshold);
    if (willing.length === 0) return undefined;
    const contract = ISafe__factory.connect(address, this.world.provider);
    const hash = await contract.getTransactionHash(to, value, data, 0, ...NO_REFUND, await contract.nonce());
    for (const owner of willing) await act(this, owner, contract, "approveHash", [hash]);
    const claimed = owners.filter((owner) => !willing.includes(owner)).slice(0, threshold - willing.length);
    const approvals = [...willing, ...claimed]
      .sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1))
      .map((owner) => concat([zeroPadValue(owner, 32), ZeroHash, "0x01"]));
    const execute = SAFE.encodeFunctionData("execTransaction", [to, value, data, 0, ...NO_REFUND, concat(approvals)]);
    return { from: this.world.stranger, to: address, data: execute };
  }

  async #asTiebreaker({ data }: SentCall): Promise<SentCall> {
    const { contracts, stranger } = this.world;
    const { tiebreaker } = contracts;
    const motion = await this.#motionOf(data);
    if (tiebreaker === undefined || motion === undefined) throw new StepError("The tiebreaker has no motion for that.");
    const approve = tiebreaker.interface.encodeFunctionData("approve", motion);
    const committee = await tiebreaker.getAddress();
    // An approval that a member lacks owners for fails, and the motion with it.
    for (const member of await tiebreaker.members()) await this.send({ from: member, to: committee, data: approve });
    await wait(this.world, await tiebreaker.DELAY());
    return { from: stranger, to: committee, data: tiebreaker.interface.encodeFunctionData("execute", motion) };
  }

  /** What members agree on, so that the tiebreaker makes a call. */
  async #motionOf(data: string): Promise<[action: bigint, subject: string] | undefined> {
    const { gate, breaker, timelock } = this.world.contracts;
    const release = gate.interface.parseTransaction({ data });
    if (release?.name === "release") return [TiebreakerAction.Release, String(release.args[0])];
    const resume = breaker?.interface.parseTransaction({ data });
    if (resume?.name === "resume") return [TiebreakerAction.Resume, zeroPadValue(String(resume.args[0]), 32)];
    const isReplacing = timelock.interface.parseTransaction({ data })?.name === "replaceSilentGate";
    return isReplacing ? [TiebreakerAction.ReplaceGate, zeroPadValue(await timelock.gate(), 32)] : undefined;
  }

  async #asTimelock({ to, data, value = 0n }: SentCall): Promise<SentCall> {
    const { plan } = this.coalition;
    const { addresses, contracts, stranger } = this.world;
    const { timelock } = contracts;
    const call = { target: to, value, data };
    const { proposer = addresses.governor } = plan;
    if (proposer === addresses.governor) return await this.#asDao(call);
    if (plan.isSelfMade) await act(this, proposer, timelock, "grantRole", [ROLES.proposer, proposer]);
    const operation = singleOperation(call, { salt: hashText("audit: a coalition") });
    const delay = await timelock.getMinDelay();
    await act(this, proposer, timelock, "schedule", [...singleArguments(operation), delay]);
    await wait(this.world, delay);
    const execute = timelock.interface.encodeFunctionData("execute", singleArguments(operation));
    return { from: stranger, to: addresses.timelock, data: execute };
  }

  /** Voters of the coalition are for it, all others against. */
  async #asDao(call: { target: string; value: bigint; data: string }): Promise<SentCall> {
    const { contracts, stranger, voters } = this.world;
    const { governor, timelock } = contracts;
    const proposal = proposalOf("Audit: what a coalition wants", [call]);
    const proposer = voters.find(({ address }) => this.#isIn(address))?.address ?? stranger;
    await act(this, proposer, governor, "propose", proposeArguments(proposal));
    await this.travelTo((await governor.proposalSnapshot(proposal.id)) + 1n);
    for (const { address } of voters) {
      const support = this.#isIn(address) ? SUPPORT.for : SUPPORT.against;
      await super.send({
        from: address,
        to: await governor.getAddress(),
        data: governor.interface.encodeFunctionData("castVote", [proposal.id, support]),
      });
    }
    await this.travelTo((await governor.proposalDeadline(proposal.id)) + 1n);
    await act(this, stranger, governor, "queue", proposalArguments(proposal));
    await wait(this.world, await timelock.getMinDelay());
    const execute = governor.interface.encodeFunctionData("execute", proposalArguments(proposal));
    return { from: stranger, to: await governor.getAddress(), data: execute };
  }
}
