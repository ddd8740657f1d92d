import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import { network } from "hardhat";

import { isReady } from "../../src/adoption/report.js";
import { findUnproposed } from "../../src/adoption/unproposed.js";
import { markOf } from "../../src/protocol/adoption.js";
import { connectProtocol } from "../../src/protocol/contracts.js";
import { proposalArguments, proposalOf, proposeArguments } from "../../src/protocol/proposals.js";
import { ROLES } from "../../src/protocol/roles.js";
import {
  adopt,
  carry,
  deployBeside,
  keysOf,
  land,
  verify,
  wrongOf,
  type AdoptionWorld,
} from "../helpers/adoptionWorld.js";
import { impersonate } from "../helpers/impersonate.js";
import { rejectionOf } from "../helpers/rejection.js";
import { deployWizardDao, OLD_DELAY, type WizardDao } from "../helpers/wizardDao.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const NEW_DELAY = 345_600n;

/** A DAO by the wizard whose timelock has one of everything, and whose Governor counts blocks. */
async function deployWorld() {
  const old = await deployWizardDao(connection);
  const { timelock, deployer, token, stranger } = old;
  const asOld = await impersonate(connection, timelock);
  const beacon = await ethers.deployContract("UpgradeableBeacon", [await code(old.vault), timelock]);
  const [asset, owner] = [await old.vault.asset(), await timelock.getAddress()];
  const proxy = await ethers.deployContract("TransparentUpgradeableProxy", [
    await code(old.vault),
    timelock,
    old.vault.interface.encodeFunctionData("initialize", [asset, owner]),
  ]);
  const manager = await ethers.deployContract("AccessManager", [deployer]);
  const managed = await ethers.deployContract("ManagedMock", [manager]);
  await manager.grantRole(7n, timelock, 0);
  await manager.grantRole(0n, timelock, 0);
  await manager.renounceRole(0n, deployer);
  const votes = await ethers.getContractAt("BlockVotesTokenMock", token);
  await votes.connect(old.majority).transfer(timelock, 5n);
  await votes.connect(asOld).approve(stranger, 3n);
  await networkHelpers.setBalance(await timelock.getAddress(), 7n);
  const holdings = await Promise.all([beacon, proxy, managed, manager].map((one) => one.getAddress()));
  // Its bytes name no function.
  const clone = await deployer.sendTransaction({
    data: `0x3d602d80600a3d3981f3363d3d373d3d3d363d73${(await code(old.vault)).slice(2)}5af43d82803e903d91602b57fd5bf3`,
  });
  const cloned = await ethers.getContractAt("OwnedVaultMock", (await clone.wait())?.contractAddress ?? "");
  await cloned.initialize(asset, owner);
  holdings.push(await cloned.getAddress());
  const accepted = [spenderKey(old)];
  return { ...(await deployBeside(old, { holdings, accepted })), votes, manager };
}

/** The stranger may take what the timelock holds of the token. */
const spenderKey = ({ token, stranger }: WizardDao): string => `spender of ${token}: ${stranger.address}`;

async function code(vault: { getAddress: () => Promise<string> }): Promise<string> {
  const slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
  return `0x${(await ethers.provider.getStorage(vault.getAddress(), slot)).slice(-40)}`;
}

const fixture = () => networkHelpers.loadFixture(deployWorld);
const asOld = async ({ timelock }: AdoptionWorld) => {
  const balance = await ethers.provider.getBalance(timelock);
  const signer = await impersonate(connection, timelock);
  return { signer, giveBack: () => networkHelpers.setBalance(signer.address, balance) };
};

/** Executed in the old timelock, where it can never be scheduled again. */
async function useUpMark(world: AdoptionWorld, part: number): Promise<void> {
  const { timelock } = world;
  const { signer, giveBack } = await asOld(world);
  await timelock.connect(signer).grantRole(ROLES.proposer, signer);
  const { target, data } = markOf(part).calls[0] ?? { target: "", data: "" };
  const call = [target, 0n, data, ZeroHash, ZeroHash] as const;
  await timelock.connect(signer).schedule(...call, OLD_DELAY);
  await networkHelpers.time.increase(OLD_DELAY);
  await timelock.execute(...call);
  await timelock.connect(signer).renounceRole(ROLES.proposer, signer);
  await giveBack();
}

describe("[ADO-1] an adoption by a DAO of OpenZeppelin's wizard", () => {
  it("hands over all that the old timelock has, and is proven before the vote, the way back included", async () => {
    const world = await fixture();
    const report = await adopt(world);
    expect(wrongOf(report)).to.deep.equal([]);
    expect(keysOf(report)).to.deep.equal([]);
    expect(report.accepted.map(({ key }) => key)).to.deep.equal(report.accepted.map(() => spenderKey(world)));
    expect(isReady(report)).to.equal(true);
    // Vault, beacon, proxy admin, what is behind the proxy, and a clone; two roles; tokens, an allowance, ETH.
    expect(report.holdings.length).to.equal(10);
    expect(report.steps.length).to.equal(12);
    expect(report.accepted.length).to.equal(1);
    expect(report.proposals.length).to.equal(1);
  });

  it("does when it is voted on what it did on the copy, and takes what others have prepared with it", async () => {
    const world = await fixture();
    const { deployment, governor, timelock, stranger, vault, deployer } = world;
    const contracts = connectProtocol(deployment.addresses, deployer);
    const { signer, giveBack } = await asOld(world);
    // Somebody beside the Governor may propose, and has: in the old timelock, and through it in the new one.
    await timelock.connect(signer).grantRole(ROLES.proposer, stranger);
    const theft = vault.interface.encodeFunctionData("transferOwnership", [stranger.address]);
    const call = [vault, 0n, theft, ZeroHash, ZeroHash] as const;
    await timelock.connect(stranger).schedule(...call, 5n * OLD_DELAY);
    await contracts.timelock.connect(signer).schedule(...call, NEW_DELAY);
    await giveBack();

    const waiting = `operation ${await timelock.hashOperation(...call)}`;
    const told = [`role in the old timelock: ${stranger.address}`, waiting];
    expect(keysOf(await adopt(world))).to.deep.equal(told);
    const accepted = [spenderKey(world), ...told];
    const report = await adopt(world, { accepted });
    expect(isReady(report), JSON.stringify([wrongOf(report), keysOf(report)])).to.equal(true);
    const [proposal] = report.proposals;
    if (proposal === undefined) throw new Error("nothing was prepared");
    await carry(world, proposal);
    // The text is the same: a second look plays it under another.
    const second = await adopt(world, { accepted });
    expect(second.notices.join("\n")).to.contain("This very proposal is queued already");
    expect(isReady(second), JSON.stringify([wrongOf(second), keysOf(second)])).to.equal(true);
    // Cancelled by whoever scheduled it, after the vote: nothing in the proposal asks for it.
    const again = await asOld(world);
    await timelock.connect(again.signer).grantRole(ROLES.canceller, stranger);
    await again.giveBack();
    await timelock.connect(stranger).cancel(await timelock.hashOperation(...call));
    await timelock.connect(stranger).schedule(...call, OLD_DELAY);
    await networkHelpers.time.increase(OLD_DELAY);
    const voice = await ethers.getContractAt("WizardGovernorMock", governor);
    await voice.execute(...proposalArguments(proposal));
    // Given after the proposal was fixed, and so not taken back by it.
    const after = await adopt(world);
    expect(keysOf(after)).to.include(`role in the old timelock: ${stranger.address}`);
    expect(isReady(after)).to.equal(false);

    await networkHelpers.time.increase(5n * OLD_DELAY);
    await rejectionOf(timelock.connect(stranger).execute(...call));
    await rejectionOf(contracts.timelock.connect(stranger).execute(...call));
    const accept = vault.interface.encodeFunctionData("acceptOwnership");
    await contracts.timelock.execute(vault, 0n, accept, ZeroHash, ZeroHash);
    expect(await vault.owner()).to.equal(deployment.addresses.timelock);
    expect((await verify(world)).findings.filter(({ severity }) => severity === "error")).to.deep.equal([]);
  });

  it("proves what is voted on, whatever has arrived since, and prepares it no second time", async () => {
    const world = await fixture();
    const { governor, timelock, deployment, token, majority, votes } = world;
    const [proposal] = (await adopt(world)).proposals;
    if (proposal === undefined) throw new Error("nothing was prepared");
    const voice = await ethers.getContractAt("WizardGovernorMock", governor);
    await voice.connect(majority).propose(...proposeArguments(proposal));
    await votes.connect(majority).transfer(timelock, 1n);
    await votes.connect(majority).transfer(deployment.addresses.timelock, 1n);
    await networkHelpers.setBalance(await timelock.getAddress(), 8n);

    const report = await adopt(world);
    expect(report.proposals.map(({ id, state }) => [id, state])).to.deep.equal([[proposal.id, "Pending"]]);
    expect(isReady(report), JSON.stringify([wrongOf(report), keysOf(report)])).to.equal(true);
    expect(report.notices.join("\n"))
      .to.contain("does not hand over 1 wei, which stays")
      .and.to.contain(`does not hand over 1 of token ${token}, which stays`);
    expect(await findUnproposed(report, ethers.provider)).to.deep.equal([]);
    const other = await adopt(world, { wanted: "new" });
    expect(other.proposals[0]?.id).not.to.equal(proposal.id);
    expect(keysOf(other)).to.deep.equal([`proposal ${proposal.id}`]);

    // One that was taken back, or lost, is asked again in other words: the Governor takes the same but once.
    const snapshot = await networkHelpers.takeSnapshot();
    await networkHelpers.setBalance(await timelock.getAddress(), 7n);
    await votes.connect(await impersonate(connection, timelock)).transfer(majority, 1n);
    await networkHelpers.setBalance(await timelock.getAddress(), 7n);
    await voice.connect(majority).cancel(...proposalArguments(proposal));
    const asked = await adopt(world);
    expect(asked.proposals[0]?.calls).to.deep.equal(proposal.calls);
    expect(asked.proposals[0]?.description).to.contain("Asked again: attempt 2.");
    expect(await findUnproposed(asked, ethers.provider)).to.have.lengthOf(1);
    await snapshot.restore();

    // What is missing makes it fail, and is told.
    const { signer, giveBack } = await asOld(world);
    await votes.connect(signer).transfer(majority, 2n);
    await giveBack();
    const failing = await adopt(world);
    expect(wrongOf(failing).join("\n")).to.contain(
      "The proposal is carried, queued and executed: it cannot be executed",
    );
    expect(isReady(failing)).to.equal(false);
  });

  it("looks at the new timelock, into which others may have reached by way of the old one", async () => {
    const world = await fixture();
    const { deployment, deployer, stranger, timelock } = world;
    const { addresses } = deployment;
    const contracts = connectProtocol(addresses, deployer);
    const { signer, giveBack } = await asOld(world);
    const data = timelock.interface.encodeFunctionData("grantRole", [ROLES.canceller, stranger.address]);
    const call = [addresses.timelock, 0n, data, ZeroHash, ZeroHash] as const;
    await contracts.timelock.connect(signer).schedule(...call, NEW_DELAY);
    await networkHelpers.time.increase(NEW_DELAY);
    await contracts.timelock.connect(stranger).execute(...call);
    await giveBack();
    const report = await adopt(world);
    expect(keysOf(report)).to.deep.equal([]);
    expect(wrongOf(report).join("\n")).to.contain(`CANCELLER_ROLE: ${stranger.address} holds it, and should not`);
    expect(isReady(report)).to.equal(false);
  });

  it("tells who can stop it meanwhile, and what it would leave behind", async () => {
    const world = await fixture();
    const { timelock, deployer, stranger, vault, token, dao } = world;
    const { signer, giveBack } = await asOld(world);
    await timelock.connect(signer).grantRole(ROLES.admin, deployer);
    await vault.connect(signer).transferOwnership(stranger);
    // Called by a decision, and of no kind: its code or its owner may be anything.
    const unknown = await ethers.deployContract("WizardGovernorMock", [token, timelock]);
    await timelock.connect(signer).grantRole(ROLES.proposer, signer);
    const call = [
      await unknown.getAddress(),
      0n,
      unknown.interface.encodeFunctionData("name"),
      ZeroHash,
      ZeroHash,
    ] as const;
    await timelock.connect(signer).schedule(...call, OLD_DELAY);
    // Spends one of the tokens whose amount the adoption fixes.
    const spending = world.votes.interface.encodeFunctionData("transfer", [stranger.address, 1n]);
    const spend = [token, 0n, spending, ZeroHash, id("spend")] as const;
    await timelock.connect(signer).schedule(...spend, 9n * OLD_DELAY);
    const operation = `operation ${await timelock.hashOperation(...spend)}`;
    await networkHelpers.time.increase(OLD_DELAY);
    await timelock.execute(...call);
    await timelock.connect(signer).renounceRole(ROLES.proposer, signer);
    await giveBack();
    // Sent to it, and never spent.
    const sent = await ethers.deployContract("AssetMock", ["Sent", "SNT", 6]);
    await sent.mint(timelock, 11n);
    // Belongs to something that only looks like a token.
    const posing = await ethers.deployContract("AssetMock", ["Posing", "PSG", 18]);
    const [posingAt, sentAt, vaultAt] = await Promise.all([posing, sent, vault].map((one) => one.getAddress()));
    const beacon = await ethers.deployContract("UpgradeableBeacon", [await code(vault), posing]);
    const beaconAt = await beacon.getAddress();
    const report = await adopt(world, { holdings: [...(dao.holdings ?? []), beaconAt] });
    const keys = keysOf(report);
    expect(keys).to.include.members([
      `role in the old timelock: ${deployer.address}`,
      `pending owner of ${vaultAt ?? ""}: ${stranger.address}`,
      `owner of ${beaconAt}: ${posingAt ?? ""}`,
      `holding ${call[0]}`,
      operation,
      `${operation} executed before the adoption`,
    ]);
    expect(keys).not.to.include(`${operation} cancelled before the adoption`);
    expect(keys.some((key) => key.startsWith("slot ") && key.endsWith(` of ${call[0]}`))).to.equal(true);
    expect(wrongOf(report).join("\n")).to.contain("hands out roles in it");
    expect(report.notices.join("\n")).to.contain(`has received 11 of token ${sentAt ?? ""}, and never spent any`);
    expect((await rejectionOf(adopt(world, { fromBlock: 1_000_000 }))).message).to.contain("the newest block is");
    const newest = await ethers.provider.getBlockNumber();
    expect((await rejectionOf(adopt(world, { fromBlock: newest }))).message).to.contain(
      "is older: what it has been given",
    );
  });

  it("tells what still belongs to the old timelock after the Governor has moved", async () => {
    const world = await fixture();
    const report = await adopt(world);
    const [proposal] = report.proposals;
    if (proposal === undefined) throw new Error("nothing was prepared");
    await carry(world, proposal);
    await networkHelpers.time.increase(OLD_DELAY);
    const voice = await ethers.getContractAt("WizardGovernorMock", world.governor);
    await voice.execute(...proposalArguments(proposal));
    await world.votes.connect(world.majority).transfer(world.timelock, 9n);
    const after = await adopt(world);
    expect(after.hasAdopted).to.equal(true);
    expect(keysOf(after)).to.include(`owner of ${await world.vault.getAddress()}`);
    expect(isReady(after)).to.equal(false);
    // What anybody can send there at any time is told, and no reason to end with anything but 0.
    expect(keysOf(after)).not.to.include(`9 of token ${world.token}`);
    expect(after.notices.join("\n")).to.contain(`The old timelock has 9 of token ${world.token}: a decision`);

    // Nor is what a later decision calls, of which the old timelock has nothing.
    const beacon = await ethers.deployContract("UpgradeableBeacon", [await code(world.vault), world.stranger]);
    const unknown = await ethers.deployContract("WizardGovernorMock", [
      world.token,
      world.deployment.addresses.timelock,
    ]);
    const calls = [
      { target: await beacon.getAddress(), value: 0n, data: beacon.interface.encodeFunctionData("implementation") },
      { target: await unknown.getAddress(), value: 0n, data: unknown.interface.encodeFunctionData("name") },
    ];
    await land(world, proposalOf("Later", calls), NEW_DELAY);
    const later = await adopt(world);
    const isNew = (key: string): boolean => calls.some(({ target }) => key.includes(target));
    expect(keysOf(later).filter(isNew)).to.deep.equal([]);
    expect(later.notices.filter(isNew)).to.have.lengthOf(2);
  });

  it("names what cannot be handed over, and is ready once the file accepts each by its own words", async () => {
    const world = await fixture();
    const { timelock, deployer, stranger, token, vault, dao } = world;
    const { signer, giveBack } = await asOld(world);
    const implementation = await code(vault);
    const foreign = await ethers.deployContract("UpgradeableBeacon", [implementation, deployer]);
    // Anybody can make one that says so of itself; the other has a role in what the DAO lists.
    const posing = await ethers.deployContract("UpgradeableBeacon", [implementation, timelock]);
    const unlisted = await ethers.deployContract("UpgradeableBeacon", [implementation, timelock]);
    const second = await ethers.deployContract("WizardGovernorMock", [token, timelock]);
    const rolesCode = await ethers.deployContract("UpgradeableRolesMock");
    const initialize = rolesCode.interface.encodeFunctionData("initialize", [deployer.address]);
    const roles = await ethers.getContractAt(
      "UpgradeableRolesMock",
      await (await ethers.deployContract("ERC1967Proxy", [rolesCode, initialize])).getAddress(),
    );
    const role = id("KEEPER_ROLE");
    await roles.grantRole(role, timelock);
    await roles.grantRole(id("FEED_ROLE"), unlisted);
    await timelock.connect(signer).grantRole(ROLES.proposer, stranger);
    await timelock.connect(stranger).schedule(vault, 0n, "0x", ZeroHash, ZeroHash, OLD_DELAY);
    await giveBack();
    const early = await timelock.hashOperation(vault, 0n, "0x", ZeroHash, ZeroHash);
    const [foreignAt, secondAt, rolesAt] = await Promise.all([foreign, second, roles].map((one) => one.getAddress()));
    const holdings = [...(dao.holdings ?? []), foreignAt ?? "", secondAt ?? "", rolesAt ?? ""];

    const report = await adopt(world, { holdings });
    const keys = keysOf(report);
    expect(keys).to.have.members([
      `owner of ${foreignAt ?? ""}: ${deployer.address}`,
      `unlisted ${await unlisted.getAddress()}`,
      `role ${role} of ${rolesAt ?? ""}`,
      `role ${ZeroHash} of ${rolesAt ?? ""}: ${deployer.address}`,
      `operation ${early}`,
      // The vault takes no call without data.
      `operation ${early} could not be played`,
      `role in the old timelock: ${stranger.address}`,
      `holding ${secondAt ?? ""}`,
      ...keys.filter((key) => key.startsWith("slot ") && key.endsWith(` of ${secondAt ?? ""}`)),
    ]);
    expect(keys.filter((key) => key.startsWith("slot ")).length).to.equal(1);
    const posingAt = await posing.getAddress();
    expect(report.notices.join("\n")).to.contain(`${posingAt} says that the old timelock owns it`);
    expect(isReady(report)).to.equal(false);
    const accepted = await adopt(world, { holdings, accepted: [spenderKey(world), ...keys] });
    expect([wrongOf(accepted), keysOf(accepted)]).to.deep.equal([[], []]);
    expect(isReady(accepted)).to.equal(true);
  });

  it("takes several proposals where one would not fit, and none of them works before the one before it", async () => {
    const world = await fixture();
    await useUpMark(world, 1);
    const report = await adopt(world, { gas: 1_500_000n });
    expect(report.proposals.length).to.be.greaterThan(1);
    expect(isReady(report), JSON.stringify(wrongOf(report))).to.equal(true);
    // What does not go there at once does not come back at once.
    expect(report.steps.map(({ what }) => what).join()).to.match(
      /[2-9] later proposals through the new timelock bring everything back/,
    );
    const voice = await ethers.getContractAt("WizardGovernorMock", world.governor);
    const [first, ...others] = report.proposals;
    if (first === undefined) throw new Error("nothing was prepared");
    await carry(world, first);
    expect(await findUnproposed(report, ethers.provider)).to.deep.equal(others);
    const second = await adopt(world, { gas: 1_500_000n });
    expect(second.notices.join("\n")).to.contain(`Part 1 of ${report.proposals.length} is queued already`);
    expect(isReady(second), JSON.stringify([wrongOf(second), keysOf(second)])).to.equal(true);
    for (const proposal of others) await carry(world, proposal);
    await networkHelpers.time.increase(OLD_DELAY);
    for (const proposal of report.proposals.slice(1)) await rejectionOf(voice.execute(...proposalArguments(proposal)));
    for (const proposal of report.proposals) await voice.execute(...proposalArguments(proposal));
    expect(await voice.timelock()).to.equal(world.deployment.addresses.timelock);
  });

  it("goes on between two parts, whatever others have sent to the old timelock and proposed meanwhile", async () => {
    const world = await fixture();
    const { timelock, token, votes, majority, stranger, deployment } = world;
    const dust = await ethers.deployContract("AssetMock", ["Dust", "DST", 18]);
    // A holding from the beginning, of which the DAO has nothing.
    const holdings = [...(world.dao.holdings ?? []), await dust.getAddress()];
    const how = { gas: 1_500_000n, holdings };
    const [first] = (await adopt(world, how)).proposals;
    if (first === undefined) throw new Error("nothing was prepared");
    const voice = await ethers.getContractAt("WizardGovernorMock", world.governor);
    await voice.connect(majority).propose(...proposeArguments(first));
    await dust.mint(timelock, 1n);
    await votes.connect(majority).transfer(timelock, 1n);
    // No text, and a mark that is cut off.
    const cut = [[deployment.addresses.timelock], [0n], ["0x01d5062a"]] as const;
    const noText = voice.interface.encodeFunctionData("propose", [...cut.map((one) => [...one]), "?"] as never);
    await stranger.sendTransaction({ to: voice, data: noText.replace(/3f(0*)$/, "ff$1") });

    const second = await adopt(world, how);
    expect(second.proposals[0]?.id).to.equal(first.id);
    expect(isReady(second), JSON.stringify([wrongOf(second), keysOf(second)])).to.equal(true);
    expect(second.notices.join("\n")).not.to.contain("which stays");
    const [, ...others] = second.proposals;
    for (const one of others) await voice.connect(majority).propose(...proposeArguments(one));
    const third = await adopt(world, how);
    expect(third.proposals.map(({ id }) => id)).to.deep.equal(second.proposals.map(({ id }) => id));
    expect(isReady(third), JSON.stringify([wrongOf(third), keysOf(third)])).to.equal(true);
    expect(third.holdings).to.include.members([`1 of token ${await dust.getAddress()}`, `6 of token ${token}`]);
  });

  it("is not ready where a token keeps a part of what it is sent, nor where stakers could not hold anything up", async () => {
    const world = await fixture();
    const { timelock, dao } = world;
    const costly = await ethers.deployContract("HostileAssetMock", ["Costly", "CST", 18]);
    await costly.mint(timelock, 1_000n);
    await costly.setFee(100n);
    const holdings = [...(dao.holdings ?? []), await costly.getAddress()];
    const { dualGovernance } = dao;
    // Far below what the gate asks for.
    const signalling = { ...dualGovernance.signalling, signallingThreshold: 10n ** 9n };
    const report = await adopt(world, { holdings, dualGovernance: { ...dualGovernance, signalling } });
    const wrong = wrongOf(report).join("\n");
    expect(wrong).to.contain("The new timelock has everything: it has not got 1000 of token");
    expect(wrong).to.contain("Stakers who lock more than R1 hold up a decision: it was executed all the same");
    expect(isReady(report)).to.equal(false);
  });
});
