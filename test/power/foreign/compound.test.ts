import governorArtifact from "@uniswap/governance/build/GovernorAlpha.json" with { type: "json" };
import timelockArtifact from "@uniswap/governance/build/Timelock.json" with { type: "json" };
import uniArtifact from "@uniswap/governance/build/Uni.json" with { type: "json" };
import { expect } from "chai";
import { AbiCoder, Contract, ContractFactory, getCreateAddress } from "ethers";

import { createForeignWorld, inShort, type ForeignWorld } from "./foreignWorld.js";

const DELAY = 172_800;
/** A block until a vote begins, 40,320 until it ends, of 12 seconds each. [seconds] */
const VOTE = 40_321 * 12;
const WHOLE = 10n ** 18n;

describe("[PWR-9] the audit of an old Governor and its timelock, as Uniswap published Compound's", () => {
  let world: ForeignWorld;

  before(async () => {
    world = await createForeignWorld();
  });

  async function create({ abi, bytecode }: { abi: object[]; bytecode: string }, args: unknown[]): Promise<Contract> {
    const contract = await new ContractFactory(abi, bytecode, world.deployer).deploy(...args);
    await contract.waitForDeployment();
    return contract as Contract;
  }

  /** @param admin Of the timelock, given where the Governor comes to stand; the deployer's to keep. */
  async function deploy(isKept: boolean) {
    const { deployer, alice, bob, carol, ethers } = world;
    const begins = (await ethers.provider.getBlock("latest"))?.timestamp ?? 0;
    const token = await create(uniArtifact, [deployer.address, deployer.address, begins + 1_000]);
    const nonce = await deployer.getNonce();
    const governorAddress = getCreateAddress({ from: deployer.address, nonce: nonce + 1 });
    const timelock = await create(timelockArtifact, [isKept ? deployer.address : governorAddress, DELAY]);
    const governor = await create(governorArtifact, [await timelock.getAddress(), await token.getAddress()]);
    // Nobody mints any more but the timelock.
    await token.getFunction("setMinter")(timelock);
    const supply = 1_000_000_000n * WHOLE;
    for (const [index, holder] of [alice, bob, carol].entries()) {
      await token.getFunction("transfer")(holder, (supply / 10n) * ([4n, 3n, 3n][index] ?? 0n));
      await new Contract(token, uniArtifact.abi, holder).getFunction("delegate")(holder);
    }
    return { governor, timelock };
  }

  it("finds nobody where the Governor is the timelock's admin, and votes are spread", async () => {
    const report = await world.survey(await deploy(false));
    expect(inShort(report, world)).to.deep.equal([]);
    const does = report.rules.find(({ rule }) => rule === "what timelock does");
    expect(does).to.include({ smallest: 2, seconds: DELAY + VOTE, status: "proven" });
  });

  it("finds whoever is the timelock's admin, and whoever is to become it", async () => {
    const { governor, timelock } = await deploy(true);
    const { carol, connection } = world;
    expect(inShort(await world.survey({ governor, timelock }), world)).to.deep.equal([
      `deployer changes admin of timelock after ${DELAY} s`,
      `deployer changes delay of timelock after ${DELAY} s`,
      // It mints, and says who will.
      `deployer changes functions of the token of governor for timelock after ${DELAY} s, inferred`,
      `deployer changes what timelock does after ${DELAY} s`,
    ]);
    const eta = (await connection.networkHelpers.time.latest()) + DELAY + 60;
    const data = AbiCoder.defaultAbiCoder().encode(["address"], [carol.address]);
    const call = [timelock, 0, "setPendingAdmin(address)", data, eta];
    await timelock.getFunction("queueTransaction")(...call);
    await connection.networkHelpers.time.increaseTo(eta);
    await timelock.getFunction("executeTransaction")(...call);
    expect(inShort(await world.survey({ governor, timelock }), world)).to.deep.equal([
      "carol changes admin of timelock",
      `carol changes delay of timelock after ${DELAY} s`,
      `carol changes functions of the token of governor for timelock after ${DELAY} s, inferred`,
      `carol changes what timelock does after ${DELAY} s`,
      `deployer changes admin of timelock after ${DELAY} s`,
      `deployer changes delay of timelock after ${DELAY} s`,
      `deployer changes functions of the token of governor for timelock after ${DELAY} s, inferred`,
      `deployer changes what timelock does after ${DELAY} s`,
    ]);
  });

  it("finds the guardian, who appoints the timelock's next admin", async () => {
    const { deployer, alice, ethers } = world;
    const nonce = await deployer.getNonce();
    const address = getCreateAddress({ from: deployer.address, nonce: nonce + 1 });
    const timelock = await create(timelockArtifact, [address, DELAY]);
    const governor = await ethers.deployContract("GuardedGovernorMock", [await timelock.getAddress(), alice]);
    const report = await world.survey({ governor, timelock });
    expect(inShort(report, world)).to.deep.equal([
      `alice changes admin of timelock after ${DELAY} s`,
      `alice changes delay of timelock after ${2 * DELAY} s`,
      "alice changes functions of governor for alice",
      `alice changes what timelock does after ${2 * DELAY} s`,
    ]);
  });
});
