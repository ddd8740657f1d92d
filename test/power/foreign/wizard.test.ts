import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { createForeignWorld, inShort, type ForeignWorld } from "./foreignWorld.js";

const DELAY = 172_800;
/** Ten blocks until a vote begins, a hundred until it ends, of 12 seconds each. [seconds] */
const VOTE = 1_320;
const SUPPLY = 1_000n;

describe("[PWR-9] the audit of a DAO by OpenZeppelin's wizard", () => {
  let world: ForeignWorld;

  before(async () => {
    world = await createForeignWorld();
  });

  /** A Governor whose timelock everybody executes; the deployer keeps its admin's role, or does not. */
  async function deploy(isKept: boolean, shares: readonly bigint[]) {
    const { ethers, deployer, alice, bob, carol } = world;
    const token = await ethers.deployContract("BlockVotesTokenMock", [SUPPLY]);
    const timelock = await ethers.deployContract("TimelockController", [DELAY, [], [ZeroAddress], deployer]);
    const governor = await ethers.deployContract("WizardGovernorMock", [token, timelock]);
    await timelock.grantRole(await timelock.PROPOSER_ROLE(), governor);
    await timelock.grantRole(await timelock.CANCELLER_ROLE(), governor);
    if (!isKept) await timelock.renounceRole(await timelock.DEFAULT_ADMIN_ROLE(), deployer);
    for (const [index, holder] of [alice, bob, carol].entries()) {
      await token.transfer(holder, shares[index] ?? 0n);
      await token.connect(holder).delegate(holder);
    }
    return { governor, token };
  }

  const TIMELOCK = "the timelock of governor";
  const ROLES = ["CANCELLER", "DEFAULT_ADMIN", "EXECUTOR", "PROPOSER"].map((role) => `${role}_ROLE of ${TIMELOCK}`);

  it("finds nobody where votes are spread and the deployer has renounced", async () => {
    const { governor, token } = await deploy(false, [400n, 350n, 250n]);
    const prices = new Map([[await token.getAddress(), { amount: 3e18, currency: "USD" }]]);
    const report = await world.survey({ governor }, { prices });
    expect(inShort(report, world)).to.deep.equal([]);
    const does = report.rules.find(({ rule }) => rule === `what ${TIMELOCK} does`);
    expect(does).to.include({ smallest: 2, seconds: DELAY + VOTE, status: "proven" });
    expect(does?.ways.map(({ who }) => who)).to.deep.equal(["2 of alice, bob, carol"]);
    // 4 % of 1,000 is the quorum, 501 a majority.
    expect(report.notices[0]).to.contain(", 120 USD").and.to.contain(", 1503 USD");
  });

  it("finds the deployer who kept the timelock's admin role", async () => {
    const { governor } = await deploy(true, [400n, 350n, 250n]);
    expect(inShort(await world.survey({ governor }), world)).to.deep.equal(
      [
        `deployer changes delay of ${TIMELOCK} after ${DELAY} s`,
        `deployer changes functions of governor for ${TIMELOCK} after ${DELAY} s, inferred`,
        `deployer changes what ${TIMELOCK} does after ${DELAY} s`,
        ...ROLES.map((role) => `deployer changes who holds ${role}`),
      ].sort(),
    );
  });

  it("finds whoever has half of all votes, and so blocks every one of them", async () => {
    const { governor } = await deploy(false, [500n, 300n, 200n]);
    expect(inShort(await world.survey({ governor }), world)).to.deep.equal([
      "alice blocks what governor does, inferred",
      `alice blocks what ${TIMELOCK} does, inferred`,
    ]);
  });

  it("finds whoever carries every vote alone, after the vote and the delay", async () => {
    const { governor } = await deploy(false, [600n, 350n, 50n]);
    const report = await world.survey({ governor });
    expect(inShort(report, world)).to.deep.equal(
      [
        `alice changes delay of ${TIMELOCK} after ${DELAY + VOTE} s`,
        `alice changes functions of governor for ${TIMELOCK} after ${DELAY + VOTE} s, inferred`,
        `alice changes what ${TIMELOCK} does after ${DELAY + VOTE} s`,
        `alice changes what governor does after ${VOTE} s`,
        ...ROLES.map((role) => `alice changes who holds ${role} after ${DELAY + VOTE} s`),
      ].sort(),
    );
    expect(report.rules[0]?.evidence.join()).to.contain("alice carried a vote against 2 others");
  });
});
