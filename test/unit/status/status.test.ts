import { stripVTControlCharacters } from "node:util";

import { expect } from "chai";
import { toBeHex, ZeroAddress, ZeroHash, zeroPadValue, type ContractTransactionResponse } from "ethers";
import { network } from "hardhat";

import standard from "../../../config/default.js";
import type { Deployment } from "../../../src/protocol/addresses.js";
import { readPositionOf } from "../../../src/protocol/position.js";
import { listAccountCommands } from "../../../src/status/accountCommands.js";
import { renderAccount } from "../../../src/status/renderAccount.js";
import { readStatus, type Status } from "../../../src/status/readStatus.js";
import { renderStatus } from "../../../src/status/renderStatus.js";
import { enterVault } from "../../helpers/deployCore.js";
import { deployProtocol, deployTribune, getPlayers, stake, type Tribune } from "../../helpers/deployTribune.js";
import { HOSTILE, HOSTILE_SHOWN } from "../../helpers/hostile.js";
import { laggingLogs } from "../../helpers/laggingLogs.js";
import { impersonate } from "../../helpers/impersonate.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const DAY = 86_400n;
const HOUR = 3_600n;

/** What the deployment put into the vault. [asset units] */
function seedOf({ dao }: Tribune): bigint {
  if (dao.vault.kind !== "local-example") throw new Error("the vault has no seed");
  return dao.vault.seed;
}

/** Two stakers: the first with 1 %, the second with the rest but the DAO's own. */
async function deployStaked() {
  const tribune = await deployTribune(connection);
  const [small, large] = tribune.stakers;
  if (small === undefined || large === undefined) throw new Error("too few accounts");
  await stake(tribune, small, 10n ** 18n);
  // Together with the DAO's own seed, 99 %.
  await stake(tribune, large, 99n * 10n ** 18n - seedOf(tribune));
  return { ...tribune, small, large };
}
const fixture = () => networkHelpers.loadFixture(deployStaked);

const deploymentOf = (
  { addresses, deployer }: Pick<Tribune, "addresses" | "deployer">,
  configuration: unknown = standard,
): Deployment => ({
  format: 1,
  dao: "default",
  chain: { id: 31337, genesis: ZeroHash },
  deployer: deployer.address,
  firstBlock: 0,
  configuration,
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
      decidesIn: undefined,
      rageQuits: [],
    });
    expect(status.support.votableSupply).to.equal(await tribune.vault.totalSupply());
    expect(status.support.now).to.equal(0n);
    expect(status.decimals).to.deep.equal({ shares: 21, assets: 18, votes: 18 });
    expect(show(status))
      .to.match(/R_now +0 %: 0 of 100 shares/)
      .and.to.contain("No operation is pending.");
  });

  it("does not say that nothing is pending where a node's logs leave operations out", async () => {
    const tribune = await fixture();
    for (let index = 0; index < 9; ++index) await schedule(tribune, zeroPadValue(toBeHex(index), 32));
    expect(await read(tribune)).to.deep.include({ gaps: [] });
    const status = await readStatus(deploymentOf(tribune), laggingLogs(ethers.provider, 400));
    expect(status.operations).to.deep.equal([]);
    expect(show(status))
      .to.contain("The node's logs tell of 0 of the 9 operations that the timelock has counted")
      .and.to.contain("No pending operation is known, which is not to say that there is none.")
      .and.not.to.contain("No operation is pending.");
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
    expect(text).to.contain("· RageQuit if support reaches the rage quit threshold, 10 %: from ");
  });

  it("tells of a join window once the rage quit threshold is reached", async () => {
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
    expect(text).to.contain(
      "Poke now: VetoSignalling is what the chain has on record, and a poke makes it VetoSignallingDeactivation.",
    );
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
    const { escrow, gate, large } = tribune;
    await lockAll(tribune, large);
    await pokeAfter(tribune, 45n * DAY + 1n);
    const assets = 99n * 10n ** 18n - seedOf(tribune);
    const shares = assets * 1000n;

    const closed = await read(tribune);
    expect(closed).to.deep.include({ persistedState: "RageQuit", round: 1, timers: [] });
    expect(closed.rageQuits).to.have.lengthOf(1);
    const closedAt = closed.block.timestamp;
    expect(closed.rageQuits[0]).to.deep.include({
      ...{
        epoch: 1n,
        phase: "Closed",
        end: "None",
        totalShares: shares,
        outstandingShares: shares,
        idleShares: shares,
      },
      ...{ vessels: [], closedAt, markedAt: closedAt, callOffAfter: closedAt + 120n * DAY, completeAfter: 0n },
    });
    expect(show(closed)).to.contain("RageQuit, rage quit 1 in a row").and.to.contain("nobody can tell when");
    expect(show(closed)).to.contain(
      "Rage quit 1: all 98.999 shares are in the escrow; without progress it may be called off",
    );

    await escrow.beginExit(1n, ZeroAddress);
    const paid = await read(tribune);
    const [quit] = paid.rageQuits;
    const [payer] = await escrow.vesselsOf(1n);
    const completeAfter = paid.block.timestamp + 7n * DAY;
    expect(quit).to.deep.include({
      ...{ phase: "Extension", end: "Redeemed", outstandingShares: 0n, idleShares: 0n, sharesGiven: 0n },
      ...{
        assetsReceived: assets,
        assetsPaid: 0n,
        vessels: [payer],
        callOffAfter: 0n,
        isStalled: false,
        completeAfter,
      },
      ...{ withdrawableAfter: completeAfter + (60n + 15n) * DAY },
    });
    expect(paid.timers).to.deep.equal([{ name: "extension ends", at: completeAfter }]);
    const next = paid.next.find(({ to }) => to === "VetoCooldown");
    expect(next).to.deep.include({ isOnCourse: true, earliest: completeAfter + 1n });
    expect(show(paid)).to.match(/│ 1 +│ Extension +│ 0 of 98.999 +│ 98.999 +│ 0 +│/);
    expect(show(paid)).to.match(/│ all redeemed +│ +│ 0 paid +│ 0 paid +│/);
    expect(show(paid)).to.contain(`Rage quit 1 is paid by vessel ${payer}.`);

    await networkHelpers.time.increase(82n * DAY + 1n);
    expect((await read(tribune)).rageQuits[0]?.phase).to.equal("Withdrawing");
    await gate.poke();
    expect((await read(tribune)).persistedState).to.equal("VetoCooldown");
    await escrow.connect(large).withdraw(1n, large);
    expect((await read(tribune)).rageQuits[0]).to.deep.include({ assetsReceived: assets, assetsPaid: assets });
  });

  it("tells of an exit that a clock ends, and of the shares that it gives back", async () => {
    const tribune = await fixture();
    const { escrow, large } = tribune;
    await lockAll(tribune, large);
    await pokeAfter(tribune, 45n * DAY + 1n);
    await networkHelpers.time.increase(120n * DAY + 1n);
    expect(show(await read(tribune))).to.contain("all 98.999 shares are in the escrow; anybody may call it off now");

    await escrow.callOff(1n);
    await escrow.connect(large).takeShares(1n, large);
    const { rageQuits, exitTerms, block } = await read(tribune);
    const shares = (99n * 10n ** 18n - seedOf(tribune)) * 1000n;
    expect(rageQuits[0]).to.deep.include({
      ...{ phase: "Extension", end: "CalledOff", sharesGiven: shares, sharesPaid: shares, outstandingShares: shares },
      ...{ vessels: [], assetsReceived: 0n, callOffAfter: 0n },
    });
    expect(rageQuits[0]?.completeAfter).to.be.within(block.timestamp + 14n * DAY - 10n, block.timestamp + 14n * DAY);
    expect(exitTerms).to.deep.equal(tribune.dao.dualGovernance.exit);
    expect(show(await read(tribune))).to.match(/│ called off +│ +│ 0 paid +│ 98.999 paid +│/);
  });

  it("tells of a vault that holds the shares for so long that it is a deadlock", async () => {
    const { stakers } = await getPlayers(connection);
    const [staker] = stakers;
    if (staker === undefined) throw new Error("too few accounts");
    const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    const vault = await ethers.deployContract("ERC7540VaultMock", [
      asset,
      {
        hasSeparateShare: false,
        hasRequestIds: false,
        isFulfilledAtOnce: false,
        hasVotableSupply: false,
        burnAt: 1,
        priceAt: 1,
      },
    ]);
    await enterVault(connection, asset, vault, staker, 10n ** 18n);
    const protocol = await deployProtocol(connection, {
      vault: { kind: "erc7540", address: await vault.getAddress() },
    });
    const { escrow, gate } = protocol;
    await vault.connect(staker).approve(escrow, 10n ** 18n);
    await escrow.connect(staker).lock(10n ** 18n, 0n);
    await networkHelpers.time.increase(45n * DAY + 1n);
    await gate.poke();
    await escrow.beginExit(1n, ZeroAddress);
    const deployment = deploymentOf(protocol, {
      ...standard,
      circuitBreaker: undefined,
      vault: { kind: "erc7540", address: await vault.getAddress() },
    });

    const held = await readStatus(deployment, ethers.provider);
    const closedAt = held.rageQuits[0]?.closedAt ?? 0n;
    expect(held.rageQuits[0]).to.deep.include({
      isStalled: false,
      idleShares: 0n,
      callOffAfter: closedAt + 365n * DAY,
    });
    expect(show(held)).to.contain("Rage quit 1: 1 shares are with the vault, 0 in the escrow; without progress");

    await networkHelpers.time.increase(120n * DAY + 1n);
    const stalled = await readStatus(deployment, ethers.provider);
    expect(stalled.rageQuits[0]?.isStalled).to.equal(true);
    expect(stalled.powers.deadlock.isDeadlocked).to.equal(true);
    expect(show(stalled))
      .to.contain("The vault has held shares without progress since ")
      .and.to.contain(": a deadlock.");
  });

  it("knows an operation by what the Governor was told, and forgets it when it has ended", async () => {
    const tribune = await fixture();
    const { token, governor, majority, vault, timelock } = tribune;
    await token.connect(majority).delegate(majority);
    await networkHelpers.time.increase(1n);
    const calls = [[await vault.getAddress()], [0n], [vault.interface.encodeFunctionData("setFee", [0n])]] as const;
    const description = `Abolish the fee${HOSTILE.replaceAll("\n", "")}\n\nBecause nobody needs it any more.`;
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
      .to.match(new RegExp(`^id +${operation?.id ?? ""}$`, "m"))
      .and.to.contain(`"Abolish the fee${HOSTILE_SHOWN.replaceAll("\\n", "")}" …, a call of ${targets[0] ?? ""}\n`)
      .and.to.match(/^state +waiting$/m)
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

  it("says what a decision waits for, when it lands, and until when one may object", async () => {
    const tribune = await fixture();
    await schedule(tribune);
    expect(show(await read(tribune))).to.match(
      /waits for +the base delay, until .*; it lands .* if support stays as it is and somebody pokes in time; who locks until .*, so that support reaches 1 %, puts it off/,
    );
    await lockAll(tribune, tribune.small);
    await networkHelpers.time.increase(4n * DAY);
    expect(show(await read(tribune))).to.match(/waits for +the stakers' objection: .*; it lands /);
    const { operations } = await read(tribune);
    await networkHelpers.time.increaseTo((operations[0]?.landing?.at ?? 0n) - 3n * DAY - 1n);
    await tribune.gate.poke();
    expect(show(await read(tribune))).to.match(/waits for +the end of the deactivation/);
    await pokeAfter(tribune, 3n * DAY + 1n);
    expect(show(await read(tribune))).to.match(/waits for +nothing: anybody may execute it, until /);
  });

  it("lists one by one what a single call withdrew", async () => {
    const tribune = await fixture();
    await schedule(tribune);
    await schedule(tribune, zeroPadValue("0x01", 32));
    const ids = (await read(tribune)).operations.map(({ id }) => id);
    const timelock = tribune.timelock.connect(await impersonate(connection, tribune.governor));
    const at = await timestampOf(await timelock.cancelAllOperations());
    await schedule(tribune);
    await timelock.cancel(ids[0] ?? "");
    const status = await read(tribune);
    expect(status.operations).to.deep.equal([]);
    expect(status.withdrawn.map(({ id, isInBulk }) => [id, isInBulk])).to.deep.equal([
      [ids[0], false],
      [ids[1], true],
    ]);
    expect(status.withdrawn[1]?.at).to.equal(at);
    expect(show(status))
      .to.contain(ids[1] ?? "")
      .and.to.contain("with all that was pending");
  });

  it("tells an account what it has, what is due to it, and what it can do", async () => {
    const tribune = await fixture();
    const { small, majority, escrow, vault, token } = tribune;
    const look = async (account: string) => {
      const status = await read(tribune);
      const place = { deployment: deploymentOf(tribune), provider: ethers.provider, block: status.block };
      const position = await readPositionOf(account, place);
      const commands = listAccountCommands(position, status).map(({ command }) => command);
      return { position, commands, text: stripVTControlCharacters(renderAccount(position, status)) };
    };
    expect((await look(majority.address)).commands).to.deep.equal(["delegate"]);
    expect((await look(majority.address)).text).to.match(/tokens +60,000,000, which vote for nobody/);
    await token.connect(majority).delegate(majority);
    expect((await look(majority.address)).commands).to.deep.equal([]);
    expect((await look(small.address)).commands).to.deep.equal(["lock 1"]);
    const shares = await vault.balanceOf(small);
    await escrow.connect(small).lock(shares, 0n);
    const locked = await look(small.address);
    expect(locked.commands).to.deep.equal([]);
    expect(locked.position.epochs).to.have.length(1);
    expect(locked.text).to.match(/epoch 1, running +1 shares object; they may be unlocked after /);
    await networkHelpers.time.increase(5n * HOUR + 1n);
    await networkHelpers.mine();
    expect((await look(small.address)).commands).to.deep.equal(["unlock all"]);
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
