import { stripVTControlCharacters } from "node:util";

import { expect } from "chai";
import { ZeroHash, type ContractTransactionResponse } from "ethers";
import { network } from "hardhat";

import standard from "../../../config/default.js";
import type { Deployment } from "../../../src/deployment/addressBook.js";
import { readStatus, type Status } from "../../../src/status/readStatus.js";
import { renderStatus } from "../../../src/status/render.js";
import { deployTribune, stake, type Tribune } from "../../helpers/deployTribune.js";
import { impersonate } from "../../helpers/impersonate.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const DAY = 86_400n;
const HOUR = 3_600n;

/** Two stakers: the first with 1 %, the second with the rest. */
async function deployStaked() {
  const tribune = await deployTribune(connection);
  const [small, large] = tribune.stakers;
  if (small === undefined || large === undefined) throw new Error("too few accounts");
  await stake(tribune, small, 10n ** 18n);
  await stake(tribune, large, 99n * 10n ** 18n);
  return { ...tribune, small, large };
}
const fixture = () => networkHelpers.loadFixture(deployStaked);

const deploymentOf = ({ addresses, deployer }: Tribune): Deployment => ({
  format: 1,
  dao: "default",
  chain: { id: 31337, genesis: ZeroHash },
  deployer: deployer.address,
  firstBlock: 0,
  configuration: standard,
  addresses,
});
const read = (tribune: Tribune): Promise<Status> => readStatus(deploymentOf(tribune), ethers.provider);
const show = (status: Status): string => stripVTControlCharacters(renderStatus(status));

const lockAll = async (tribune: Tribune, staker: Awaited<ReturnType<typeof deployStaked>>["small"]) =>
  tribune.escrow.connect(staker).lock(await tribune.vault.balanceOf(staker), 0n);

/** Lets time pass and pokes. */
async function pokeAfter({ gate }: Tribune, seconds: bigint): Promise<void> {
  await networkHelpers.time.increase(seconds);
  await gate.poke();
}
const timestampOf = async (sent: ContractTransactionResponse) => BigInt((await sent.getBlock())?.timestamp ?? 0);

/** The Governor proposes, and the timelock has it scheduled. */
async function schedule(tribune: Tribune, salt = ZeroHash): Promise<ContractTransactionResponse> {
  const timelock = tribune.timelock.connect(await impersonate(connection, tribune.governor));
  const transfer = tribune.vault.interface.encodeFunctionData("setFee", [0n]);
  return await timelock.schedule(tribune.vault, 0n, transfer, ZeroHash, salt, 4n * DAY);
}

describe("readStatus", () => {
  it("tells of Normal, where the vault's supply is known though nobody signals", async () => {
    const tribune = await fixture();
    const status = await read(tribune);
    expect(status).to.deep.include({
      name: "Tribune DAO",
      persistedState: "Normal",
      effectiveState: "Normal",
      maySchedule: true,
      mayExecuteNew: true,
      replacedBy: undefined,
      rageQuits: [],
    });
    expect(status.support.votableSupply).to.equal(await tribune.vault.totalSupply());
    expect(status.support.now).to.equal(0n);
    expect(status.decimals).to.deep.equal({ shares: 21, assets: 18 });
    expect(show(status))
      .to.match(/R_now +0 %: 0 of 100 shares/)
      .and.to.contain("No operation is pending.");
  });

  it("tells how long signalling lasts, and what ends it", async () => {
    const tribune = await fixture();
    const activatedAt = await timestampOf(await lockAll(tribune, tribune.small));
    const status = await read(tribune);
    expect(status).to.deep.include({ persistedState: "VetoSignalling", maySchedule: true, mayExecuteNew: false });
    expect(status.support.now).to.equal(10n ** 16n);
    expect(status.timers).to.deep.equal([
      { name: "signalling began", at: activatedAt },
      { name: "least stay ends", at: activatedAt + 5n * HOUR },
      { name: "present support extends until", at: activatedAt + 5n * DAY },
      { name: "longest extension ends", at: activatedAt + 45n * DAY },
    ]);
    const text = show(status);
    expect(text).to.match(/governance may +schedule, not execute; withdraw decisions always/);
    expect(text)
      .to.contain("→ VetoSignallingDeactivation if support stays at 1 %: from ")
      .and.to.contain("(in 5 d 1 s)");
    expect(text).to.contain("· RageQuit if support reaches the second seal, 10 %: from ");
  });

  it("tells of a join window once the second seal is reached", async () => {
    const tribune = await fixture();
    const activatedAt = await timestampOf(await lockAll(tribune, tribune.large));
    const { timers, next } = await read(tribune);
    expect(timers.at(-1)).to.deep.equal({ name: "join window ends", at: activatedAt + DAY });
    expect(next.find(({ to }) => to === "RageQuit")).to.deep.include({
      isOnCourse: true,
      earliest: activatedAt + 45n * DAY + 1n,
    });
  });

  it("tells what a poke is due to do", async () => {
    const tribune = await fixture();
    await lockAll(tribune, tribune.small);
    await networkHelpers.time.increase(5n * DAY + 1n);
    const status = await read(tribune);
    expect(status).to.deep.include({ persistedState: "VetoSignalling", effectiveState: "VetoSignallingDeactivation" });
    expect(status.maySchedule).to.equal(false);
    const text = show(status);
    expect(text).to.contain("VetoSignalling (a poke now makes it VetoSignallingDeactivation)");
    expect(text).to.contain("→ VetoSignallingDeactivation if support stays at 1 %: at once");
  });

  it("tells of deactivation and of the cooldown, in which older operations may execute", async () => {
    const tribune = await fixture();
    const scheduledAt = await timestampOf(await schedule(tribune));
    const activatedAt = await timestampOf(await lockAll(tribune, tribune.small));
    await schedule(tribune, ethers.id("later"));
    expect((await read(tribune)).operations.map(({ state }) => state)).to.deep.equal(["waiting", "waiting"]);

    await pokeAfter(tribune, 5n * DAY + 1n);
    const fading = await read(tribune);
    expect(fading.persistedState).to.equal("VetoSignallingDeactivation");
    expect(fading.operations.map(({ state }) => state)).to.deep.equal(["blocked", "blocked"]);
    expect(show(fading)).to.match(/governance may +not schedule, not execute/);

    await pokeAfter(tribune, 3n * DAY + 1n);
    const cool = await read(tribune);
    expect(cool).to.deep.include({ persistedState: "VetoCooldown", mayExecuteOlderThan: activatedAt });
    expect(cool.operations.map(({ state }) => state)).to.deep.equal(["ready", "blocked"]);
    expect(cool.operations[0]).to.deep.include({ scheduledAt, eta: scheduledAt + 4n * DAY });
    expect(cool.operations[0]?.expiry).to.equal(scheduledAt + 184n * DAY);
    expect(show(cool)).to.contain("execute what was scheduled before ").and.to.contain("ready");
  });

  it("tells of a rage quit in all its phases", async () => {
    const tribune = await fixture();
    const { escrow, vault, gate, large } = tribune;
    await lockAll(tribune, large);
    await pokeAfter(tribune, 45n * DAY + 1n);
    const shares = (await vault.totalSupply()) - (await vault.balanceOf(tribune.small));

    const closed = await read(tribune);
    expect(closed).to.deep.include({ persistedState: "RageQuit", round: 1, timers: [] });
    expect(closed.rageQuits).to.have.lengthOf(1);
    expect(closed.rageQuits[0]).to.deep.include({ epoch: 1n, phase: "Closed", totalShares: shares, completeAfter: 0n });
    expect(show(closed)).to.contain("RageQuit, rage quit 1 in a row").and.to.contain("nobody can tell when");

    await escrow.beginExit(1n, ZeroHash);
    expect((await read(tribune)).rageQuits[0]).to.deep.include({ phase: "Claiming", outstandingShares: shares });

    await escrow.claim(1n, shares);
    const claimed = await read(tribune);
    const [quit] = claimed.rageQuits;
    expect(quit).to.deep.include({ phase: "Extension", outstandingShares: 0n, assets: 99n * 10n ** 18n });
    expect(quit?.completeAfter).to.equal(claimed.block.timestamp + 7n * DAY);
    expect(quit?.withdrawableAfter).to.equal(claimed.block.timestamp + (7n + 60n + 15n) * DAY);
    const next = claimed.next.find(({ to }) => to === "VetoCooldown");
    expect(next).to.deep.include({ isOnCourse: true, earliest: claimed.block.timestamp + 7n * DAY + 1n });
    expect(show(claimed)).to.match(/│ 1 +│ Extension │ 0 of 99 +│ 99 +│/);

    await networkHelpers.time.increase(82n * DAY + 1n);
    expect((await read(tribune)).rageQuits[0]?.phase).to.equal("Withdrawing");
    await gate.poke();
    expect((await read(tribune)).persistedState).to.equal("VetoCooldown");
  });

  it("knows an operation by what the Governor was told, and forgets it when it has ended", async () => {
    const tribune = await fixture();
    const { token, governor, majority, vault, timelock } = tribune;
    await token.connect(majority).delegate(majority);
    await networkHelpers.time.increase(1n);
    const calls = [[await vault.getAddress()], [0n], [vault.interface.encodeFunctionData("setFee", [0n])]] as const;
    const description = "Abolish the fee\n\nBecause it is a beautiful long day, and nobody needs it any more.";
    const [targets, values, data] = calls.map((list) => [...list]) as [string[], bigint[], string[]];
    await governor.connect(majority).propose(targets, values, data, description);
    const id = await governor.getProposalId(targets, values, data, ethers.id(description));
    await networkHelpers.time.increase(DAY + 1n);
    await governor.connect(majority).castVote(id, 1);
    await networkHelpers.time.increase(5n * DAY);
    await governor.queue(targets, values, data, ethers.id(description));

    const [operation, ...others] = (await read(tribune)).operations;
    expect(others).to.deep.equal([]);
    expect(operation).to.deep.include({ state: "waiting", description, isDeEscalation: false });
    expect(operation?.calls).to.deep.equal([{ target: targets[0], value: 0n, data: data[0] }]);
    expect(show(await read(tribune)))
      .to.contain("│ Abolish the fee │ waiting │")
      .and.to.contain("(in 4 d)");

    const snapshot = await networkHelpers.takeSnapshot();
    await networkHelpers.time.increase(4n * DAY);
    expect((await read(tribune)).operations[0]?.state).to.equal("ready");
    await governor.execute(targets, values, data, ethers.id(description));
    expect((await read(tribune)).operations).to.deep.equal([]);

    await snapshot.restore();
    await networkHelpers.time.increase(184n * DAY + 1n);
    expect((await read(tribune)).operations, "expired").to.deep.equal([]);

    await snapshot.restore();
    await timelock.connect(await impersonate(connection, governor)).cancelAllOperations();
    expect((await read(tribune)).operations, "cancelled").to.deep.equal([]);
  });

  it("knows a de-escalation, which is ready at once", async () => {
    const tribune = await fixture();
    await lockAll(tribune, tribune.small);
    const timelock = tribune.timelock.connect(await impersonate(connection, tribune.governor));
    const data = timelock.interface.encodeFunctionData("cancelAllOperations");
    await timelock.schedule(timelock, 0n, data, ZeroHash, ZeroHash, 4n * DAY);
    const status = await read(tribune);
    expect(status.operations[0]).to.deep.include({ state: "ready", isDeEscalation: true });
    expect(show(status)).to.contain("ready, de-escalation");
  });

  it("tells when the vault does not answer", async () => {
    const tribune = await fixture();
    await lockAll(tribune, tribune.small);
    await networkHelpers.setCode(tribune.addresses.vault, "0xfe");
    const status = await read(tribune);
    expect(status.support.votableSupply).to.equal(undefined);
    expect(status.support.now).to.equal(10n ** 16n);
    expect(show(status)).to.contain("1,000 shares, of a supply that the vault does not tell");
  });

  it("tells when governance has put another gate in the place of this one", async () => {
    const tribune = await fixture();
    const open = await ethers.deployContract("OpenGateMock");
    await tribune.timelock.connect(await impersonate(connection, tribune.timelock)).setGate(open);
    const status = await read(tribune);
    expect(status.replacedBy).to.equal(await open.getAddress());
    expect(show(status)).to.match(/^The timelock obeys another gate now/);
  });
});
