import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";

import standard from "../../../../config/default.js";
import { planQueue } from "../../../../src/protocol/plans/decision.js";
import { planExecute } from "../../../../src/protocol/plans/execution.js";
import { planLock } from "../../../../src/protocol/plans/objection.js";
import { readParticipant } from "../../../../src/protocol/plans/participant.js";
import { planPropose, planWithdrawal } from "../../../../src/protocol/plans/proposal.js";
import { proposalArguments, proposalOf, proposeArguments } from "../../../../src/protocol/proposals.js";
import { readStatus } from "../../../../src/status/readStatus.js";
import { renderStatus } from "../../../../src/status/renderStatus.js";
import { begin } from "../../../../src/watch/step.js";
import { deployTribune, stake } from "../../../helpers/deployTribune.js";
import { impersonate } from "../../../helpers/impersonate.js";
import { rejectionOf } from "../../../helpers/rejection.js";
import { deployWizardDao, OLD_DELAY } from "../../../helpers/wizardDao.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;
const DAY = 86_400n;
const CALL = { target: `0x${"12".repeat(20)}`, value: 0n, data: "0x" };

/** A DAO that has not adopted yet, as its deployment is found: older proposals, and a Governor that obeys another timelock. */
async function deploy() {
  const tribune = await deployTribune(connection);
  const old = await deployWizardDao(connection);
  const governor = await ethers.getContractAt("WizardGovernorMock", old.governor);
  const proposal = proposalOf("Pay nothing", [CALL]);
  await governor.connect(old.majority).propose(...proposeArguments(proposal));
  await networkHelpers.mine(11);
  await governor.connect(old.majority).castVote(proposal.id, 1);
  await networkHelpers.mine(101);
  const timelock = await old.timelock.getAddress();
  const deployment = {
    ...{ format: 1 as const, dao: "test", chain: { id: 31337 }, configuration: standard },
    ...{ deployer: tribune.deployer.address, firstBlock: await provider.getBlockNumber() },
    addresses: { ...tribune.addresses, governor: old.governor, token: old.token, oldTimelock: timelock },
  };
  const [staker] = tribune.stakers;
  if (staker === undefined) throw new Error("too few accounts");
  await stake(tribune, staker);
  return { tribune, old, governor, proposal, deployment, timelock, staker };
}
const fixture = () => networkHelpers.loadFixture(deploy);
type World = Awaited<ReturnType<typeof deploy>>;

const participant = ({ deployment, old }: World, account = old.majority.address) =>
  readParticipant(deployment, provider, account);

describe("a Governor that obeys another timelock than the deployment's", () => {
  it("queues and executes there, by that one's delay, what was proposed before the deployment", async () => {
    const world = await fixture();
    const { proposal, governor, timelock } = world;
    const id = String(proposal.id);
    const queued = await planQueue(await participant(world), id);
    expect(queued.means.join("\n")).to.contain(`another timelock, ${timelock}`).and.not.to.contain("unless stakers");
    await governor.queue(...proposalArguments(proposal));
    expect((await rejectionOf(planExecute(await participant(world), id))).message).to.contain("It is not due before");
    await networkHelpers.time.increase(OLD_DELAY);
    const { calls } = await planExecute(await participant(world), id);
    expect(calls[0]?.call.target).to.equal(await governor.getAddress());
    await world.old.stranger.sendTransaction({ to: calls[0]?.call.target ?? "", data: calls[0]?.call.data ?? "" });
    expect(await governor.state(proposal.id)).to.equal(7n);
  });

  it("proposes with that one's delay, and cannot be asked to withdraw", async () => {
    const world = await fixture();
    const { means } = await planPropose(await participant(world), [CALL], "Pay again");
    expect(means.join("\n")).to.contain("lands 2 d after that at the earliest.").and.to.contain("another timelock");
    const refused = await rejectionOf(planWithdrawal(await participant(world), [String(world.proposal.id)]));
    expect(refused.message).to.contain("whoever may cancel in it");
  });

  it("binds nobody's shares for nothing, and says what they hold up where something waits here", async () => {
    const world = await fixture();
    const { staker, tribune } = world;
    const lock = async () => planLock(await participant(world, staker.address), "all");
    expect((await rejectionOf(lock())).message).to.contain("stakers hold up nothing of what it decides");
    const proposer = tribune.timelock.connect(await impersonate(connection, tribune.governor));
    await proposer.schedule(CALL.target, 0n, "0x", ZeroHash, ZeroHash, 4n * DAY);
    expect((await lock()).means[0]).to.contain(
      "they hold up what waits in this deployment's timelock, and nothing else",
    );
  });

  it("is told of by status, and by watch", async () => {
    const { deployment, timelock } = await fixture();
    const status = await readStatus(deployment, provider);
    expect(status.decidesIn).to.equal(timelock);
    expect(renderStatus(status)).to.contain(`The Governor obeys another timelock, ${timelock}`);
    const { addresses, firstBlock } = deployment;
    const { events } = await begin({ provider, addresses, firstBlock }, []);
    expect(events.map(({ kind, text }) => `${kind}: ${text}`).join("\n")).to.contain(
      "alarm: The Governor obeys another",
    );
  });
});
