import { readFileSync } from "node:fs";

import { expect } from "chai";
import { id as hash, ZeroAddress, ZeroHash, zeroPadValue, type Provider } from "ethers";
import { network } from "hardhat";

import { ACTIONS, findAction, planAction, type ActionName } from "../../../../src/protocol/committees/actions.js";
import { readOpenMotions } from "../../../../src/protocol/committees/motions.js";
import { listActive } from "../../../../src/protocol/committees/permissions.js";
import type { Powers } from "../../../../src/protocol/committees/powers.js";
import { explainCall } from "../../../../src/protocol/explain.js";
import { prepareTransaction } from "../../../../src/safe/prepare.js";
import { TiebreakerCommittee__factory } from "../../../../types/index.js";
import { deployCommittees } from "../../../helpers/committeeWorld.js";
import { laggingLogs } from "../../../helpers/laggingLogs.js";
import { batch, execute, schedule, single, type Operation } from "../../../helpers/operations.js";
import { rejectionOf } from "../../../helpers/rejection.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;

async function readHead() {
  const block = await provider.getBlock("latest");
  if (block?.hash == null) throw new Error("there is no block");
  return { number: block.number, hash: block.hash };
}

const DAY = 86_400n;
const SOMEBODY = "0x00000000000000000000000000000000DeaDBeef";

const deploy = () => deployCommittees(connection);
const fixture = () => networkHelpers.loadFixture(deploy);
type World = Awaited<ReturnType<typeof deploy>>;

/** Operations that only leave a trace. */
const targetOf = async ({ timelock }: World) => ethers.deployContract("RuleTargetMock", [timelock]);

async function scheduleRule(world: World, kind: "single" | "batch", salt = ZeroHash) {
  const target = await targetOf(world);
  const call = {
    target: await target.getAddress(),
    data: target.interface.encodeFunctionData("setRule", [7n]),
  };
  const operation: Operation = kind === "single" ? single(call, { salt }) : batch([call, call], { salt });
  await schedule(world.timelock, world.deployer, operation, world.delay);
  return { target, operation };
}

/** Who has a power in the newest block. */
async function readActive({ findPowers }: World, read?: Powers) {
  const powers = read ?? (await findPowers());
  return listActive(powers, BigInt(await networkHelpers.time.latest())).map(({ name, address }) => ({ name, address }));
}

const sentenceOf = async (failing: Promise<unknown>): Promise<string> => {
  const error = await rejectionOf(failing);
  expect(error.name, error.stack).to.equal("SentenceError");
  return error.message;
};

describe("committees", () => {
  it("are read from the chain, as long as they have a power", async () => {
    const world = await fixture();
    const { safes, timelockAddress, gate, tiebreaker, breaker, act } = world;
    expect((await world.findPowers()).contracts).to.deep.equal({
      timelock: timelockAddress,
      gate: await gate.getAddress(),
      tiebreaker: await tiebreaker.getAddress(),
      breaker: await breaker.getAddress(),
    });
    const named = Object.entries(safes).map(([name, address]) => ({ name, address }));
    expect(await readActive(world)).to.deep.equal(named);

    await act("emergency-activate");
    await act("emergency-reset");
    const rest = named.filter(({ name }) => name !== "activation" && name !== "execution");
    expect(await readActive(world)).to.deep.equal(rest);
  });

  it("are no more in force when they are used up: the seal once it was used, the activation in the mode", async () => {
    const world = await fixture();
    const { safes, breaker, vault, act } = world;
    const names = async () => (await readActive(world)).map(({ name }) => name);
    const all = Object.keys(safes);
    await act("seal", [await vault.getAddress()]);
    expect(await breaker.sealedAt()).to.be.greaterThan(0n);
    expect(await names()).to.deep.equal(all.filter((name) => name !== "seal"));
    await act("emergency-activate");
    expect(await names()).to.deep.equal(all.filter((name) => name !== "seal" && name !== "activation"));
  });

  it("are no more in force when their dates have passed unused", async () => {
    const world = await fixture();
    const { timelock, safes, breaker } = world;
    const names = async () => (await readActive(world)).map(({ name }) => name);
    const all = Object.keys(safes);
    const end = (await timelock.emergencyStatus()).terms.protectionEndsAt;
    expect(await breaker.SEAL_EXPIRY()).to.equal(end);
    await networkHelpers.time.increaseTo(end);
    expect(await names()).to.deep.equal(all);
    await networkHelpers.time.increaseTo(end + 1n);
    expect(await names()).to.deep.equal(all.filter((name) => !["activation", "execution", "seal"].includes(name)));
  });

  it("are only the tiebreaker itself where that is none of ours, and nobody where there is none", async () => {
    const world = await fixture();
    const { timelock, timelockAddress, safes, breaker, place, findPowers } = world;
    await networkHelpers.impersonateAccount(timelockAddress);
    await networkHelpers.setBalance(timelockAddress, 10n ** 18n);
    const itself = timelock.connect(await ethers.getSigner(timelockAddress));
    const none = {
      activationCommittee: ZeroAddress,
      executionCommittee: ZeroAddress,
      protectionEndsAt: 0,
      modeDuration: 0,
    };
    await itself.setEmergencyProtection(none);
    const timeout = await timelock.tiebreakerTimeout();

    await itself.setTiebreaker(SOMEBODY, timeout);
    const foreign = await findPowers();
    expect(foreign.contracts).to.include({ timelock: timelockAddress, tiebreaker: SOMEBODY, breaker: undefined });
    expect(await readActive(world)).to.deep.equal([{ name: "tiebreaker", address: SOMEBODY }]);

    const { seal, reseal } = safes;
    const circuitBreaker = { breaker: await breaker.getAddress(), sealCommittee: seal, resealCommittee: reseal };
    const deployed = await findPowers({ circuitBreaker });
    expect(deployed.contracts.breaker).to.equal(circuitBreaker.breaker);

    await itself.setTiebreaker(ZeroAddress, timeout);
    const { contracts: nobody } = await findPowers();
    expect(await readActive(world)).to.deep.equal([]);
    expect(await sentenceOf(planAction("seal", [SOMEBODY], nobody, place))).to.contain(
      "No circuit breaker is known here",
    );
    const motion = planAction("approve-resume", [SOMEBODY], nobody, place);
    expect(await sentenceOf(motion)).to.contain("has no tiebreaker");
  });

  describe("in emergency mode", () => {
    for (const [kind, salt] of [
      ["single", ZeroHash],
      ["batch", ZeroHash],
      ["batch", hash("salt")],
    ] as const) {
      it(`execute an operation that was scheduled before, ${kind}, ${salt === ZeroHash ? "without" : "with"} salt`, async () => {
        const world = await fixture();
        const { target, operation } = await scheduleRule(world, kind, salt);
        await world.act("emergency-activate");
        await networkHelpers.time.increase(world.delay);
        await world.act("emergency-execute", [operation.id]);
        expect(await target.rule()).to.equal(7n);
      });
    }

    it("find an operation that was scheduled twice", async () => {
      const world = await fixture();
      const { operation } = await scheduleRule(world, "batch");
      await world.timelock.cancel(operation.id);
      await schedule(world.timelock, world.deployer, operation, world.delay);
      const { data } = await world.plan("emergency-execute", operation.id);
      expect(world.timelock.interface.parseTransaction({ data })?.args[0]).to.have.lengthOf(2);
    });

    it("reset to the fallback gate", async () => {
      const { timelock, fallbackGate, act } = await fixture();
      await act("emergency-activate");
      await act("emergency-reset");
      expect(await timelock.gate()).to.equal(await fallbackGate.getAddress());
    });

    it("are told when it is too early, and by which error", async () => {
      const { act } = await fixture();
      expect(await sentenceOf(act("emergency-reset"))).to.contain("nothing was sent: EmergencyModeInactive()");
      const foreign = await sentenceOf(act("emergency-activate", [], "seal"));
      expect(foreign).to.contain("CallerIsNotActivationCommittee(");
    });
  });

  it("seal what is named, and reseal only while governance is not Normal", async () => {
    const { vault, act } = await fixture();
    const address = await vault.getAddress();
    await act("seal", [address]);
    expect(await vault.isPaused()).to.equal(true);
    expect(await sentenceOf(act("reseal", [address]))).to.contain("GovernanceIsNormal(");
  });

  it("approve, take back and approve again what the tiebreaker may do", async () => {
    const world = await fixture();
    const { operation } = await scheduleRule(world, "batch");
    const { tiebreaker, vault, gate, members, act } = world;
    const motions: [what: "release" | "resume" | "replace-gate", action: number, subject: string][] = [
      ["release", 0, operation.id],
      ["resume", 1, await vault.getAddress()],
      ["replace-gate", 2, await gate.getAddress()],
    ];
    const [first = "", second = ""] = members;
    for (const [what, action, subject] of motions) {
      const subjects = what === "replace-gate" ? [] : [subject];
      const key = zeroPadValue(subject, 32);
      await act(`approve-${what}`, subjects, "tiebreaker-0");
      await act(`approve-${what}`, [subject], "tiebreaker-1");
      expect((await tiebreaker.motion(action, key)).quorumAt).to.be.greaterThan(0n);
      await act(`withdraw-${what}`, subjects, "tiebreaker-0");
      expect(await tiebreaker.hasApproved(action, key, first)).to.equal(false);
      expect(await tiebreaker.hasApproved(action, key, second)).to.equal(true);
      const early = await sentenceOf(act(`execute-${what}`, subjects));
      expect(early).to.contain("NoQuorum(1, 2)");
    }
  });

  it("replace a silent gate, all of them together", async () => {
    const { timelock, fallbackGate, gate, act } = await fixture();
    await networkHelpers.setCode(await gate.getAddress(), "0xfe");
    await timelock.checkGate();
    await act("approve-replace-gate", [], "tiebreaker-0");
    await act("approve-replace-gate", [], "tiebreaker-1");
    await networkHelpers.time.increase((await timelock.tiebreakerTimeout()) + 30n * DAY);
    // Motions lapse 90 days after their delay: the silence was on record before.
    expect(await sentenceOf(act("execute-replace-gate"))).to.contain("MotionLapsed(");
    await act("approve-replace-gate", [], "tiebreaker-0");
    await act("approve-replace-gate", [], "tiebreaker-1");
    await networkHelpers.time.increase(30n * DAY);
    await act("execute-replace-gate", [], "seal");
    expect(await timelock.gate()).to.equal(await fallbackGate.getAddress());
  });

  describe("planAction", () => {
    const refusals: [name: ActionName, subjects: string[], sentence: string][] = [
      ["emergency-activate", [SOMEBODY], "about nothing in particular"],
      ["emergency-execute", [], "is about one operation: give its identifier"],
      ["emergency-execute", ["0x12"], '"0x12" is no identifier'],
      ["emergency-execute", [hash("unknown")], "never scheduled an operation"],
      ["seal", [], "is about one pausable or several"],
      ["seal", ["0x12"], '"0x12" is not an address'],
      ["reseal", [SOMEBODY, SOMEBODY], "is about one pausable: give its address"],
      ["approve-release", [SOMEBODY], "is no identifier"],
      ["approve-resume", [hash("operation")], "is not an address"],
      ["approve-replace-gate", [SOMEBODY, SOMEBODY], "is about one gate"],
    ];
    for (const [name, subjects, sentence] of refusals) {
      it(`refuses ${name} with ${subjects.length === 0 ? "nothing" : subjects.join(" ").slice(0, 20)}`, async () => {
        const { plan } = await fixture();
        expect(await sentenceOf(plan(name, ...subjects))).to.contain(sentence);
      });
    }

    it("has a verb for everything that may be done with a motion, and knows every motion", () => {
      const abi = TiebreakerCommittee__factory.createInterface();
      const methods: string[] = [];
      abi.forEachFunction(({ name, constant, inputs }) => {
        if (!constant && inputs[0]?.type === "uint8" && inputs[1]?.type === "bytes32") methods.push(name);
      });
      const source = readFileSync("contracts/interfaces/ITiebreakerCommittee.sol", "utf8");
      const [, members = ""] = /enum Action \{([^}]*)\}/.exec(source) ?? [];
      const motions = Array.from(members.replace(/\/\/.*/g, "").matchAll(/\w+/g), ([name]) => name);
      const toMotion = (name: string) =>
        name.replace(/[A-Z]/g, (letter, at) => `${at === 0 ? "" : "-"}${letter.toLowerCase()}`);
      const expected = methods.flatMap((method) =>
        motions.map((motion) => `${method === "withdrawApproval" ? "withdraw" : method}-${toMotion(motion)}`),
      );
      const named = Object.keys(ACTIONS).filter((name) => /^(approve|withdraw|execute)-/.test(name));
      expect(expected.sort()).to.deep.equal(named.sort()).and.to.have.lengthOf(9);
    });

    it("calls with each of them what the contract has for it", async () => {
      const { plan, gate, vault } = await fixture();
      const subjects = {
        release: hash("operation"),
        resume: await vault.getAddress(),
        "replace-gate": await gate.getAddress(),
      };
      const abi = TiebreakerCommittee__factory.createInterface();
      for (const [verb, method] of [
        ["approve", "approve"],
        ["withdraw", "withdrawApproval"],
        ["execute", "execute"],
      ] as const) {
        for (const [number, motion] of (["release", "resume", "replace-gate"] as const).entries()) {
          const { data } = await plan(`${verb}-${motion}`, subjects[motion]);
          const parsed = abi.parseTransaction({ data });
          expect(parsed?.name, `${verb}-${motion}`).to.equal(method);
          expect(parsed?.args.toArray()).to.deep.equal([
            BigInt(number),
            zeroPadValue(subjects[motion], 32).toLowerCase(),
          ]);
        }
      }
    });

    it("knows its actions by name", () => {
      expect(findAction("seal")).to.equal("seal");
      for (const name of ["?", "toString"]) {
        expect(() => findAction(name)).to.throw("seal <pausable> …: pauses named contracts, once");
      }
    });
  });

  it("are told in words what they sign, down to the calls of an operation", async () => {
    const world = await fixture();
    const { timelock, timelockAddress, tiebreaker, plan } = world;
    const target = await world.vault.getAddress();
    const data = world.vault.interface.encodeFunctionData("setFee", [1n]);
    const operation = batch([
      { target, data },
      { target: SOMEBODY, data: "0x12345678", value: 5n * 10n ** 17n },
    ]);
    await schedule(timelock, world.deployer, operation, world.delay);
    expect(explainCall(await plan("emergency-execute", operation.id)))
      .to.contain(
        `of the timelock at ${timelockAddress}, which calls setFee(newFee = 1) of the vault at ${target}, then`,
      )
      .and.to.contain(
        `calls ${SOMEBODY} with 4 bytes that no contract of Tribune understands, 0x12345678, and pays it 0.5 ETH`,
      );
    expect(explainCall(await plan("approve-release", operation.id))).to.equal(
      `calls approve(action = Release, subject = ${operation.id}) of the tiebreaker committee at ${await tiebreaker.getAddress()}`,
    );
    const alone = single({ target, data });
    await schedule(timelock, world.deployer, alone, world.delay);
    const execution = await plan("emergency-execute", alone.id);
    expect(explainCall(execution)).to.contain("which calls setFee(newFee = 1) of the vault");
    expect((await prepareTransaction(world.safes.execution, execution, provider)).failure).to.contain("Timelock");
    expect(explainCall({ target: SOMEBODY, value: 1n, data: "0x" })).to.contain(
      "sends nothing but 0.000000000000000001 ETH",
    );
  });

  it("show as motions while their approvals count, and no longer", async () => {
    const world = await fixture();
    const { timelock, tiebreaker, members, act } = world;
    const read = async (node: Provider = provider) =>
      readOpenMotions(await tiebreaker.getAddress(), node, { firstBlock: 0, head: await readHead() });
    expect(await read()).to.deep.equal([]);
    const operation = single({ target: SOMEBODY, data: "0x" });
    await schedule(timelock, world.deployer, operation, world.delay);
    await act("approve-release", [operation.id], "tiebreaker-0");
    const [motion] = await read();
    expect(motion).to.deep.include({ action: "Release", subject: operation.id, quorum: 2n, executableAt: undefined });
    expect(motion?.approvals).to.deep.equal([members[0]]);
    // A backend whose logs end before that says so, instead of leaving it out.
    expect((await rejectionOf(read(laggingLogs(provider, 1)))).message).to.contain("unknown block");
    await act("approve-release", [operation.id], "tiebreaker-1");
    const { quorumAt } = await tiebreaker.motion(0n, operation.id);
    expect((await read())[0]?.executableAt).to.equal(quorumAt + (await tiebreaker.DELAY()));
    for (const member of ["tiebreaker-0", "tiebreaker-1"] as const)
      await act("withdraw-release", [operation.id], member);
    expect(await read()).to.deep.equal([]);
  });
  it("show as motions beside what was executed, or withdrawn, after it was approved", async () => {
    const world = await fixture();
    const { timelock, tiebreaker, act, deployer, delay } = world;
    const [done, gone, open] = ["done", "gone", "open"].map((salt) =>
      single({ target: SOMEBODY, data: "0x" }, { salt: hash(salt) }),
    );
    if (done === undefined || gone === undefined || open === undefined) throw new Error("too few operations");
    for (const operation of [done, gone, open]) {
      await schedule(timelock, deployer, operation, delay);
      await act("approve-release", [operation.id], "tiebreaker-0");
    }
    await act("approve-replace-gate", [], "tiebreaker-0");
    await networkHelpers.time.increase(delay);
    await execute(timelock, deployer, done);
    await timelock.cancel(gone.id);
    const range = { firstBlock: 0, head: await readHead() };
    const found = await readOpenMotions(await tiebreaker.getAddress(), provider, range);
    expect(found.map(({ subject }) => subject)).to.deep.equal([open.id, await world.gate.getAddress()]);
  });
});
