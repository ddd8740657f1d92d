import { expect } from "chai";
import { parseEther, ZeroAddress } from "ethers";
import { network } from "hardhat";

import { deployPool, type FirstOperator } from "../../helpers/poolWorld.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const [VETTED, UNVETTED] = [2n, 1n];
const cap = parseEther("64");
const owners = (await ethers.getSigners()).slice(-3).map(({ address }) => address);
const [one = "", two = "", three = ""] = owners;

const entityCaps = [parseEther("100"), parseEther("50")];
const operators: readonly FirstOperator[] = [
  { owner: one, entity: 1n, cap },
  { owner: two, entity: 1n, cap },
  { owner: three, entity: 2n, cap },
];
const withOperators = () => deployPool(connection, { entityCaps, operators });

describe("OperatorRegistry: the operators that it begins with", () => {
  it("are vetted, each with a vault of its own, under their entities", async () => {
    const { registry } = await networkHelpers.loadFixture(withOperators);
    expect(await registry.operatorCount()).to.equal(3n);
    const found = await Promise.all([1, 2, 3].map((id) => registry.getOperator(id)));
    expect(found.map(({ owner }) => owner)).to.deep.equal([one, two, three]);
    expect(found.map(({ entity }) => entity)).to.deep.equal([1n, 1n, 2n]);
    expect(found.every((operator) => operator.status === VETTED && operator.cap === cap)).to.equal(true);
    expect(new Set(found.map(({ vault }) => vault)).size).to.equal(3);
    for (const [index, { vault }] of found.entries()) {
      expect(await registry.operatorOf(vault)).to.equal(BigInt(index + 1));
      expect(await (await ethers.getContractAt("OperatorVault", vault)).operatorId()).to.equal(BigInt(index + 1));
    }
  });

  it("share the caps of their entities, which hold no stake yet", async () => {
    const { registry } = await networkHelpers.loadFixture(withOperators);
    expect(await registry.entityCount()).to.equal(2n);
    for (const [index, expected] of entityCaps.entries()) {
      expect([...(await registry.getEntity(index + 1))]).to.deep.equal([BigInt(index + 1), 0n, expected]);
    }
  });

  it("have no place before a key of theirs is ready", async () => {
    const { registry } = await networkHelpers.loadFixture(withOperators);
    expect([...(await registry.placedOperators())]).to.deep.equal([]);
  });

  it("leave room for operators that nobody has vetted", async () => {
    const { registry, operator } = await networkHelpers.loadFixture(withOperators);
    await registry.connect(operator).register();
    const found = await registry.getOperator(4);
    expect([found.status, found.owner, found.entity]).to.deep.equal([UNVETTED, operator.address, 0n]);
  });

  it("are in the hands of governance from then on", async () => {
    const { registry, governance } = await networkHelpers.loadFixture(withOperators);
    await expect(registry.connect(governance).vet(1, 0, cap)).to.be.revertedWithCustomError(registry, "StatusMismatch");
    await registry.connect(governance).retire(1);
    await registry.connect(governance).setEntityCap(2, 1n);
    expect((await registry.getEntity(2)).cap).to.equal(1n);
  });

  it("stand alone where no entity is named: entity 0 makes a new one, with the operator's cap", async () => {
    const alone: FirstOperator = { owner: one, entity: 0n, cap };
    const { registry } = await deployPool(connection, { entityCaps, operators: [alone] });
    expect((await registry.getOperator(1)).entity).to.equal(3n);
    expect([...(await registry.getEntity(3))]).to.deep.equal([3n, 0n, cap]);
  });

  it("are refused when nobody owns one, or its entity is not there", async () => {
    const { registry } = await networkHelpers.loadFixture(withOperators);
    const begin = (first: FirstOperator) => deployPool(connection, { entityCaps, operators: [first] });
    await expect(begin({ owner: ZeroAddress, entity: 1n, cap }))
      .to.be.revertedWithCustomError(registry, "OwnerZero")
      .withArgs(0n);
    await expect(begin({ owner: one, entity: 3n, cap }))
      .to.be.revertedWithCustomError(registry, "EntityUnknown")
      .withArgs(3n);
  });
});
