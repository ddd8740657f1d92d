import { expect } from "chai";
import { parseEther } from "ethers";
import hre from "hardhat";

import { readPool } from "../../../src/protocol/state/pool.js";
import { renderPool } from "../../../src/status/renderPool.js";
import type { TribuneAddresses } from "../../../src/protocol/addresses.js";
import { concatKeys, deployPool, ETHER, type FirstOperator } from "../../helpers/poolWorld.js";

const DAY = 86_400;
const cap = parseEther("640");

/** Three operators of two entities, who have one key, two keys and none; and 200 ETH of alice's. */
async function deployRunningPool() {
  const connection = await hre.network.create();
  const owners = (await connection.ethers.getSigners()).slice(-3);
  const operators = owners.map(({ address }, index): FirstOperator => ({
    owner: address,
    entity: index === 0 ? 1n : 2n,
    cap,
  }));
  const deployed = await deployPool(connection, { entityCaps: [cap, 2n * cap], operators });
  const { pool, registry, world, alice, timelock, weth, depositContract, implementation } = deployed;
  await pool.connect(alice).depositETH(alice, { value: parseEther("200") });
  const vaults = await Promise.all(
    owners.map(async (owner, index) => {
      const { vault } = await registry.getOperator(index + 1);
      return await connection.ethers.getContractAt("OperatorVault", vault, owner);
    }),
  );
  const [one, two] = vaults;
  if (one === undefined || two === undefined) throw new Error("there are too few operators");
  const [first] = await world.enlist(one, 1);
  await world.enlist(two, 2);
  await world.check(one, two);
  const at = async (contract: { getAddress(): Promise<string> }) => await contract.getAddress();
  const addresses = {
    timelock: await at(timelock),
    vault: await at(pool),
    pool: {
      registry: await at(registry),
      operatorVault: await at(implementation),
      weth: await at(weth),
      depositContract: await at(depositContract),
    },
  } as unknown as TribuneAddresses;
  const read = async () => {
    const { provider } = connection.ethers;
    const block = await provider.getBlock("latest");
    if (block === null) throw new Error("the chain has no block");
    const status = await readPool(addresses, provider, block.number);
    if (status === undefined) throw new Error("no pool was found");
    return { pool: status, block: { timestamp: BigInt(block.timestamp) } };
  };
  return { ...deployed, connection, one, first: first ?? "", read };
}

describe("the status of a pool that runs", () => {
  it("tells stake, keys, bonds, concentration and how old proofs are; then who waits, and how it ends", async () => {
    const { pool, connection, alice, one, first, world, read } = await deployRunningPool();
    const { networkHelpers } = connection;

    const running = await read();
    expect(running.pool.operators.map(({ keyCount }) => keyCount)).to.deep.equal([1n, 2n, 0n]);
    expect(running.pool.operators.map(({ staked }) => staked)).to.deep.equal([32n * ETHER, 64n * ETHER, 0n]);
    expect(running.pool.operators[0]?.bond).to.equal(parseEther("1000"));
    expect(running.pool.concentration).to.deep.include({ operatorsForThird: 1n, operatorsForHalf: 1n });
    const text = renderPool(running);
    expect(text).to.contain(
      "1 operators have more than a third, 1 more than half; HHI 0.5555; the largest entity 66.66 %",
    );
    expect(text).to.contain("every operator was checked since").and.to.contain("fresh until");
    expect(text).to.contain("64 of 1,280").and.to.contain("96 ETH with operators");

    await pool.connect(alice).requestRedeem(await pool.balanceOf(alice), alice, alice);
    const waiting = renderPool(await read());
    expect(waiting)
      .to.contain("shares wait, now worth 200 ETH")
      .and.to.contain("more must exit, and keys of operator 2 go first");
    await networkHelpers.time.increase(8 * DAY);
    const stale = renderPool(await read());
    expect(stale).to.contain("too old, so nobody enters or leaves").and.to.contain("anybody may make keys exit");
    expect(stale).to.contain("0 ETH more, of a cap");

    await networkHelpers.time.increase(23 * DAY);
    await pool.armWindDown();
    expect(renderPool(await read())).to.contain("anybody may begin it from");
    await networkHelpers.time.increase(7 * DAY);
    await pool.beginWindDown();
    await one.forceExitsUnproven(concatKeys([first]), { value: ETHER });
    const winding = renderPool(await read());
    expect(winding).to.contain("closed for good").and.to.contain("not settled; the last ETH came");
    await networkHelpers.time.increase(301 * DAY);
    expect(renderPool(await read())).to.contain(", settled");
    expect(world.told.header.slot).to.be.greaterThan(0);
  });
});
