import { keccak256, parseEther, toUtf8Bytes, type BaseContract } from "ethers";
import { expect } from "chai";
import { network } from "hardhat";

import { ERC4626Vessel__factory } from "../../types/index.js";
import type { Connection } from "../helpers/deployTribune.js";
import { ATTEMPTS, harderVeto, type Attempt } from "./calls.js";
import { changedRules, createRuleReader } from "./rules.js";
import { ACTORS, createWorld, DAY, enterState, STATES, type World } from "./world.js";

interface Call {
  readonly name: string;
  readonly to: string;
  readonly data: string;
  readonly value: bigint;
}

/** The contracts of a deployment, by the name that `ATTEMPTS` gives them. */
async function contractsOf(world: World): Promise<Record<string, BaseContract>> {
  const { token, timelock, governor, vault, strategy, vessel, escrow, gate, closedEpoch } = world;
  const { vessel: clone } = await escrow.getEpoch(closedEpoch);
  return {
    token,
    timelock,
    governor,
    vault,
    strategy,
    vessel: ERC4626Vessel__factory.connect(closedEpoch === 0n ? await vessel.getAddress() : clone, world.deployer),
    escrow,
    gate,
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

describe("no single actor can change the rules", () => {
  let connection: Connection;
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

  for (const state of STATES) {
    it(`[INV-12] no call by any one of them changes a rule in ${state}`, async () => {
      const world = await enterState(await createWorld(connection), state);
      expect(await world.gate.effectiveState()).to.equal(STATES.indexOf(state));
      const readRules = createRuleReader(world);
      const before = await readRules();
      const { provider } = connection.ethers;
      const found: string[] = [];
      let succeeded = 0;
      const contracts = await contractsOf(world);
      for (const actorName of ACTORS) {
        const actor = world.actors[actorName];
        for (const [name, contract] of Object.entries(contracts)) {
          const to = await contract.getAddress();
          for (const [signature, attempts] of Object.entries(ATTEMPTS[name] ?? {})) {
            for (const attempt of await attempts(world, actorName)) {
              const call = encode(name, contract, to, signature, attempt);
              const transaction = { from: actor.address, to: call.to, data: call.data, value: call.value };
              if (!(await succeeds(provider, transaction))) continue;
              succeeded++;
              const snapshot: unknown = await provider.send("evm_snapshot", []);
              await (await actor.sendTransaction(transaction)).wait();
              for (const rule of changedRules(before, await readRules())) {
                found.push(`${actorName} changed "${rule}" by ${call.name} in ${state}`);
              }
              await provider.send("evm_revert", [snapshot]);
            }
          }
        }
      }
      expect(found).to.deep.equal([]);
      // Otherwise every call was malformed, and the test would prove nothing.
      expect(succeeded).to.be.greaterThan(ACTORS.length * 10);
    });
  }

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
    const readRules = createRuleReader(world);
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
    expect(changedRules(before, await readRules())).to.have.members(changes.map(([rule]) => rule));
  });

  it("would notice a deployer who kept the admin's role", async () => {
    const world = await createWorld(connection);
    const { timelock, actors } = world;
    const timelockAddress = await timelock.getAddress();
    await connection.networkHelpers.impersonateAccount(timelockAddress);
    await connection.networkHelpers.setBalance(timelockAddress, parseEther("1"));
    const owner = await connection.ethers.getSigner(timelockAddress);
    await timelock.connect(owner).grantRole(await timelock.DEFAULT_ADMIN_ROLE(), actors.deployer);
    const readRules = createRuleReader(world);
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

async function succeeds(
  provider: { call(transaction: object): Promise<string> },
  transaction: object,
): Promise<boolean> {
  try {
    await provider.call(transaction);
    return true;
  } catch {
    return false;
  }
}
