import { keccak256, parseEther, toUtf8Bytes, ZeroAddress, type BaseContract } from "ethers";
import { expect } from "chai";
import { network } from "hardhat";

import { StandardVessel__factory } from "../../types/index.js";
import type { Connection } from "../helpers/deployTribune.js";
import { isDeep } from "../helpers/testProfile.js";
import { ATTEMPTS, harderVeto, type Attempt } from "./everyCall.js";
import { changedRules, createRuleReader } from "./watchedRules.js";
import { listPowers, POWERS } from "./allowedChanges.js";
import { startTrial, type Call } from "./trial.js";
import {
  ACTORS,
  createWorld,
  DAY,
  enterCrisis,
  enterDeadlock,
  enterExtension,
  enterState,
  STATES,
  type ActorName,
  type World,
} from "./powerWorld.js";

/** The contracts of a deployment, by the name that `ATTEMPTS` gives them. */
async function contractsOf(world: World): Promise<Record<string, BaseContract>> {
  const { token, timelock, governor, vault, strategy, vessel, escrow, gate, breaker, tiebreaker, closedEpoch } = world;
  const { payer } = await escrow.getEpoch(closedEpoch);
  return {
    token,
    timelock,
    governor,
    vault,
    strategy,
    vessel: StandardVessel__factory.connect(payer === ZeroAddress ? await vessel.getAddress() : payer, world.deployer),
    escrow,
    gate,
    breaker,
    tiebreaker,
  };
}

/** Signatures of everything in the ABI that may change state, the receive function included. */
function stateChanging(contract: BaseContract): string[] {
  const signatures: string[] = [];
  contract.interface.forEachFunction((fragment) => {
    if (!fragment.constant) signatures.push(fragment.format("sighash"));
  });
  if (contract.interface.receive) signatures.push("receive");
  return signatures;
}

function encode(name: string, contract: BaseContract, to: string, signature: string, { args, value }: Attempt): Call {
  const data = signature === "receive" ? "0x" : contract.interface.encodeFunctionData(signature, args);
  return { name: `${name}.${signature}`, to, data, value: value ?? 0n };
}

/** Every function with every argument that `actor` tries. */
async function listCalls(world: World, actor: ActorName): Promise<Call[]> {
  const calls: Call[] = [];
  for (const [name, contract] of Object.entries(await contractsOf(world))) {
    const to = await contract.getAddress();
    for (const [signature, attempts] of Object.entries(ATTEMPTS[name] ?? {})) {
      for (const attempt of await attempts(world, actor)) calls.push(encode(name, contract, to, signature, attempt));
    }
  }
  return calls;
}

describe("no single actor can change the rules", () => {
  let connection: Connection;
  const beginning = () => createWorld(connection);
  const normal = async () => enterState(await createWorld(connection), "Normal");

  before(async () => {
    connection = await network.create();
  });

  it("tries every state-changing function of every contract, and nothing that does not exist", async () => {
    const contracts = await contractsOf(await connection.networkHelpers.loadFixture(normal));
    const actual = Object.entries(contracts).flatMap(([name, contract]) =>
      stateChanging(contract).map((signature) => `${name}.${signature}`),
    );
    const tried = Object.entries(ATTEMPTS).flatMap(([name, calls]) => Object.keys(calls).map((s) => `${name}.${s}`));
    expect(tried.sort()).to.deep.equal(actual.sort());
  });

  // By default a few: the audit goes through every mode, with calls that would work.
  const worlds: [where: string, enter: (world: World) => Promise<World>][] = [
    ...STATES.filter((state) => isDeep || state === "Normal").map((state): (typeof worlds)[number] => [
      state,
      (world) => enterState(world, state),
    ]),
    ...STATES.filter((state) => isDeep || state === "RageQuit").map((state): (typeof worlds)[number] => [
      `emergency mode and a pause in ${state}`,
      async (world) => enterCrisis(await enterState(world, state)),
    ]),
    ["a deadlock", enterDeadlock],
  ];
  if (isDeep) {
    worlds.push(["the extension of a RageQuit", enterExtension]);
    worlds.push([
      "emergency mode and a pause in the extension of a RageQuit",
      async (world) => enterCrisis(await enterExtension(world)),
    ]);
  }
  const used = new Set<string>();
  for (const [where, enter] of worlds) {
    it(`[INV-12] no call by any one of them changes a rule in ${where}`, async () => {
      const world = await enter(await connection.networkHelpers.loadFixture(beginning));
      const state = STATES.find((name) => where.endsWith(name)) ?? "RageQuit";
      expect(await world.gate.effectiveState()).to.equal(STATES.indexOf(state));
      const reader = await createRuleReader(world);
      const before = await reader.ask();
      const now = BigInt(await connection.networkHelpers.time.latest());
      const found: string[] = [];
      let succeeded = 0;
      for (const actor of ACTORS) {
        const trial = await startTrial(world, actor, reader, before);
        for (const call of await listCalls(world, actor)) {
          const changes = await trial.attempt(call);
          if (changes === undefined) continue;
          succeeded++;
          const powers = POWERS[actor]?.[call.name];
          for (const [rule, value] of Object.entries(changes)) {
            if (powers?.[rule]?.(value, world, now)) used.add(`${actor}: ${call.name}`);
            else found.push(`${actor} changed "${rule}" to ${value} by ${call.name} in ${where}`);
          }
        }
        await trial.end();
      }
      expect(found).to.deep.equal([]);
      // Otherwise every call was malformed, and the test would prove nothing.
      expect(succeeded).to.be.greaterThan(ACTORS.length * 10);
    });
  }

  it("has seen every body use its power somewhere", () => {
    expect([...used].sort()).to.deep.equal(listPowers().sort());
  });

  it("sees each of these rules change where the DAO votes for it, waits, and nobody objects", async () => {
    const world = await createWorld(connection);
    const { timelock, governor, gate, vault, thief, openGate, actors } = world;
    const proposer = await timelock.PROPOSER_ROLE();
    const changes: [rule: string, contract: BaseContract, data: string][] = [
      ["vault: strategy", vault, vault.interface.encodeFunctionData("setStrategy", [thief])],
      ["vault: fee", vault, vault.interface.encodeFunctionData("setFee", [0])],
      ["vault: owner to be", vault, vault.interface.encodeFunctionData("transferOwnership", [thief])],
      [
        "gate: configuration of the next activation",
        gate,
        gate.interface.encodeFunctionData("setConfig", [await harderVeto(world)]),
      ],
      ["timelock: base delay", timelock, timelock.interface.encodeFunctionData("updateDelay", [3 * DAY])],
      [
        "timelock role PROPOSER: held by stranger",
        timelock,
        timelock.interface.encodeFunctionData("grantRole", [proposer, actors.stranger.address]),
      ],
      ["timelock: gate", timelock, timelock.interface.encodeFunctionData("setGate", [openGate])],
      ["governor: voting delay", governor, governor.interface.encodeFunctionData("setVotingDelay", [0])],
      ["governor: voting period", governor, governor.interface.encodeFunctionData("setVotingPeriod", [1])],
      ["governor: proposal threshold", governor, governor.interface.encodeFunctionData("setProposalThreshold", [0])],
      ["governor: quorum numerator", governor, governor.interface.encodeFunctionData("updateQuorumNumerator", [1])],
      [
        "governor: late quorum extension",
        governor,
        governor.interface.encodeFunctionData("setLateQuorumVoteExtension", [1]),
      ],
      ["governor: timelock", governor, governor.interface.encodeFunctionData("updateTimelock", [openGate])],
    ];
    const targets = await Promise.all(changes.map(([, contract]) => contract.getAddress()));
    const values = changes.map(() => 0n);
    const payloads = changes.map(([, , data]) => data);
    const description = "Change everything";
    const { read: readRules } = await createRuleReader(world);
    const before = await readRules();
    const majority = governor.connect(actors.majority);
    const { time } = connection.networkHelpers;
    await majority.propose(targets, values, payloads, description);
    const id = await governor.hashProposal(targets, values, payloads, keccakOf(description));
    await time.increase(DAY + 1);
    await majority.castVote(id, 1);
    await time.increase(5 * DAY + 1);
    await majority.queue(targets, values, payloads, keccakOf(description));
    await time.increase(4 * DAY);
    await governor.connect(actors.stranger).execute(targets, values, payloads, keccakOf(description));
    expect(Object.keys(changedRules(before, await readRules()))).to.have.members(changes.map(([rule]) => rule));
  });

  it("would notice a deployer who kept the admin's role", async () => {
    const world = await createWorld(connection);
    const { timelock, actors } = world;
    const timelockAddress = await timelock.getAddress();
    await connection.networkHelpers.impersonateAccount(timelockAddress);
    await connection.networkHelpers.setBalance(timelockAddress, parseEther("1"));
    const owner = await connection.ethers.getSigner(timelockAddress);
    await timelock.connect(owner).grantRole(await timelock.DEFAULT_ADMIN_ROLE(), actors.deployer);
    const { read: readRules } = await createRuleReader(world);
    const before = await readRules();
    const attempts = await ATTEMPTS.timelock?.["grantRole(bytes32,address)"]?.(world, "deployer");
    for (const { args } of attempts ?? []) {
      const data = timelock.interface.encodeFunctionData("grantRole", args as [string, string]);
      await actors.deployer.sendTransaction({ to: timelockAddress, data });
    }
    expect(changedRules(before, await readRules())).to.not.be.empty;
  });
});

const keccakOf = (text: string) => keccak256(toUtf8Bytes(text));
