import { adoptionCalls } from "../../protocol/adoption.js";
import { acceptancesOf } from "../../protocol/handovers.js";
import { singleArguments } from "../../protocol/operations/operation.js";
import { formatPercent } from "../../protocol/format.js";
import { deployDualGovernance, planAdoption, type Adoption } from "../deployDualGovernance.js";
import { lock } from "../escrowSteps.js";
import { Gauge } from "../gauge.js";
import { execute, passVote, propose, queue, refuseExecution } from "../governorSteps.js";
import type { Outcome } from "../scenarioReport.js";
import type { Scenario, StoryContext } from "../scenario.js";
import { formatElapsed } from "../elapsed.js";
import { openOrdinaryWorld, type OrdinaryWorld } from "../worlds.js";
import { DEPOSITS, proposeTheft } from "./theft.js";

export const adopt: Scenario = {
  name: "adopt",
  title: "A DAO on OpenZeppelin's timelock adopts dual governance by one proposal",
  summary: "updateTimelock puts an existing Governor behind the gate, and its vault follows",
  play,
};

async function play(context: StoryContext): Promise<Outcome> {
  const world = await openOrdinaryWorld(
    context,
    { id: "adoption", title: "A DAO with Governor and TimelockController" },
    DEPOSITS,
  );
  const { run } = world;
  const adoption = await deployDualGovernance(world);
  await run.waitUntil("1 h");
  const { adoptedAt, calls } = await passAdoption(world, adoption);
  const handedOverAt = await handOver(world, adoption);
  await run.watch(new Gauge(adoption.gate, adoption.timelock));
  const outlook = await tryTheft(world, adoption);

  const row = (question: string, answer: string) => ({ question, answers: [answer] });
  return {
    columns: ["with dual governance"],
    rows: [
      row("the Governor obeys the gate from", formatElapsed(adoptedAt)),
      row("the vault does from", formatElapsed(handedOverAt)),
      row("what it took", `one proposal of ${calls} calls`),
      row("the next theft", outlook),
    ],
    moral:
      "Token, Governor, votes and vault stay where they are. What was queued on the old timelock before can still run " +
      "there until the adoption lands, which cancels it: npx hardhat tribune adopt looks at that queue before the vote.",
  };
}

async function passAdoption(world: OrdinaryWorld, adoption: Adoption): Promise<{ adoptedAt: bigint; calls: number }> {
  const { run, accounts, dao, governor } = world;
  const { anyone, deployer, majority, minority } = accounts;
  run.chapter("One proposal");
  await run.note(deployer.name, "deploys timelock, gate and escrow around the vault, and keeps no role");
  const calls = adoptionCalls(await planAdoption(world, adoption));
  const proposal = await propose(world, majority, "Adopt dual governance", calls, "adoption proposed");
  await passVote(world, proposal, [majority, minority]);
  await queue(world, anyone, proposal, "queued");
  await run.wait(dao.timelock.delay);
  await execute(world, anyone, proposal, "adopted");
  run.checkEqual(
    "the Governor obeys the new timelock",
    await governor.timelock(),
    await adoption.timelock.getAddress(),
  );
  return { adoptedAt: (await run.now()) - run.startedAt, calls: calls.length };
}

/** The vault changes owners in two steps; the second was scheduled by the same vote. */
async function handOver(world: OrdinaryWorld, { timelock }: Adoption): Promise<bigint> {
  const { run, accounts, dao, vault } = world;
  const [accepted] = acceptancesOf([{ kind: "ownership in two steps", target: await vault.getAddress() }]);
  if (accepted === undefined) throw new Error("a vault that changes owners in two steps is accepted");
  const acceptance = singleArguments(accepted.operation);
  run.chapter("The vault changes hands");
  await run.wait(dao.timelock.delay);
  await run.act(
    accounts.anyone,
    { kind: "execute", action: "lets the new timelock accept the vault", mark: "vault follows" },
    () => timelock.connect(accounts.anyone.signer).execute(...acceptance),
  );
  run.checkEqual("the vault belongs to the new timelock", await vault.owner(), await timelock.getAddress());
  return (await run.now()) - run.startedAt;
}

async function tryTheft(world: OrdinaryWorld, adoption: Adoption): Promise<string> {
  const { run, accounts, dao, vault, stakes } = world;
  const { timelock, escrow, gate } = adoption;
  const [first] = stakes;
  if (first === undefined) throw new Error("the story needs a staker");
  const after = { ...world, timelock, escrow };
  run.chapter("The first attack after it");
  const { proposal } = await proposeTheft(after);
  await passVote(after, proposal);
  await queue(after, accounts.anyone, proposal, "queued");
  await run.wait("2 d");
  await run.tick();
  await vault.connect(first.staker.signer).approve(escrow, first.shares);
  await lock(after, first, "objects");
  await run.checkState("VetoSignalling");
  await run.wait(dao.timelock.delay);
  await refuseExecution(after, accounts.majority, proposal, "ExecutionClosed", "refused");
  const { deactivation } = dao.dualGovernance.signalling;
  const { reading } = await gate.effective();
  const lands = (await new Gauge(gate, timelock).extensionEndsAt()) + deactivation - run.startedAt;
  return `held up until ${formatElapsed(lands)} by ${formatPercent(reading.supportMax)} alone`;
}
