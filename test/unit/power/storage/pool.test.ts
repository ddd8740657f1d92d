import { expect } from "chai";
import { parseEther, ZeroAddress } from "ethers";
import { network } from "hardhat";

import { deployPool, type DeployedPool } from "../../../helpers/poolWorld.js";
import { inWords, watch } from "./watch.js";

const REGISTRY = "contracts/staking/OperatorRegistry.sol:OperatorRegistry";

describe("the difference that a call to the registry of operators makes", () => {
  let world: DeployedPool;
  let registry: string;
  let ask: (from: string, data: string) => Promise<string[]>;

  before(async () => {
    const connection = await network.create();
    const [, owner] = await connection.ethers.getSigners();
    world = await deployPool(connection, {
      entityCaps: [parseEther("1000")],
      operators: [{ owner: owner?.address ?? "", entity: 1n, cap: parseEther("500") }],
    });
    registry = await world.registry.getAddress();
    const chain = await watch(connection.provider, [[registry, REGISTRY]]);
    ask = async (from, data) => {
      const difference = await chain.ask({ from, to: registry, data });
      if (!difference.ok) throw new Error(difference.why);
      return inWords(difference.changes);
    };
  });

  it("names one field of one operator among many", async () => {
    const { timelock, registry: contract } = world;
    const { cap: before } = await contract.getOperator(1);
    const after = parseEther("400");
    const data = contract.interface.encodeFunctionData("setOperatorCap", [1, after]);
    expect(await ask(await timelock.getAddress(), data)).to.deep.equal([`_operators[1].cap: ${before} → ${after}`]);
    const entity = contract.interface.encodeFunctionData("setEntityCap", [1, after]);
    expect(await ask(await timelock.getAddress(), entity)).to.deep.equal([
      `_entities[1].cap: ${parseEther("1000")} → ${after}`,
    ]);
  });

  it("names everything of an operator that is new", async () => {
    const { alice, registry: contract } = world;
    const count = await contract.operatorCount();
    const [, vault] = await contract.connect(alice).register.staticCall();
    const changes = await ask(alice.address, contract.interface.encodeFunctionData("register"));
    expect(changes).to.have.members([
      `_operators.length: ${count + 1n} → ${count + 2n}`, // operators are counted from 1
      `_operators[${count + 1n}].status: 0 → 1`,
      `_operators[${count + 1n}].owner: ${ZeroAddress} → ${alice.address}`,
      `_operators[${count + 1n}].vault: ${ZeroAddress} → ${vault}`,
      `operatorOf[${vault}]: 0 → ${count + 1n}`,
    ]);
  });
});
