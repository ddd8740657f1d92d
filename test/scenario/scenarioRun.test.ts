import { expect } from "chai";

import { SEATS } from "../../src/protocol/committees/seats.js";
import { silence } from "../../src/scenarios/listener.js";
import { createAccounts } from "../../src/scenarios/accounts.js";
import { actTogether, committeeAt, refuseTogether } from "../../src/scenarios/committeeSteps.js";
import { ScenarioFailure } from "../../src/scenarios/scenarioFailure.js";
import { Run } from "../../src/scenarios/scenarioRun.js";
import { openProtectedWorld } from "../../src/scenarios/worlds.js";
import { rejectionOf } from "../helpers/rejection.js";
import { environment } from "../helpers/scenarioEnvironment.js";

const DAY = 86_400n;
const WETH = 10n ** 18n;

describe("Run", () => {
  async function beginExit() {
    const connection = await environment.createChain();
    const run = await Run.begin(silence, connection, { id: "run", title: "A run" });
    const { anyone, majority } = await createAccounts(connection);
    const pay = () => anyone.signer.sendTransaction({ to: majority.signer, value: 1n });
    return { run, anyone, pay };
  }

  const openWorld = () =>
    openProtectedWorld({ ...environment, listener: silence, enter: () => undefined }, { id: "run", title: "A run" }, [
      WETH,
      WETH,
    ]);

  it("begins at midnight", async () => {
    const { run } = await beginExit();
    expect(run.startedAt % DAY).to.equal(0n);
    expect(await run.now()).to.equal(run.startedAt);
  });

  it("lets exactly as much time pass as it is told, and a second for a transaction", async () => {
    const { run, anyone, pay } = await beginExit();
    await run.wait("1 d");
    await run.act(anyone, { kind: "note", action: "pays" }, pay);
    await run.wait(10n);
    expect(await run.now()).to.equal(run.startedAt + DAY + 11n);
    await run.waitUntil("2 d 1 h");
    expect(await run.now()).to.equal(run.startedAt + 2n * DAY + 3_600n);
  });

  it("writes down who did what, when, and what came of it", async () => {
    const { run, anyone, pay } = await beginExit();
    run.chapter("A chapter");
    await run.act(anyone, { kind: "note", action: "pays", mark: "paid", decided: "one wei" }, pay);
    expect(run.report().timeline).to.deep.equal([
      {
        chapter: "A chapter",
        at: 1,
        timestamp: Number(run.startedAt) + 1,
        kind: "note",
        actor: "anyone",
        action: "pays",
        mark: "paid",
        decided: ["one wei"],
        state: null,
        support: null,
      },
    ]);
  });

  it("fails with what was expected and what was found", async () => {
    const { run } = await beginExit();
    run.checkEqual("it is one", 1n, 1n);
    expect(run.report().checks).to.deep.equal(["it is one"]);
    expect(() => {
      run.checkEqual("it is one", 2n, 1n);
    }).to.throw(ScenarioFailure, "A run: expected: it is one; found 2, not 1");
  });

  context("with a gate", () => {
    /** For tests that change nothing in it. */
    let world: Awaited<ReturnType<typeof openWorld>>;
    before(async () => {
      world = await openWorld();
    });

    it("records state and support after every step", async () => {
      const { run, stakes, escrow, accounts } = await openWorld();
      const [stake] = stakes;
      if (stake === undefined) throw new Error("nobody has deposited");
      const { signer } = stake.staker;
      await run.act(stake.staker, { kind: "lock", action: "locks" }, () =>
        escrow.connect(signer).lock(stake.shares, 0n),
      );
      const { timeline, transitions, initialState, thresholds } = run.report();
      expect(initialState).to.equal("Normal");
      expect(thresholds).to.deep.equal({ signalling: `${WETH / 100n}`, rageQuit: `${WETH / 10n}` });
      expect(transitions).to.deep.equal([{ at: 1, from: "Normal", to: "VetoSignalling" }]);
      expect(timeline[0]?.state).to.equal("VetoSignalling");
      expect(timeline[0]?.support).to.deep.equal({ now: `${WETH / 2n}`, max: `${WETH / 2n}` });
      expect(accounts.stakers[0]).to.equal(stake.staker);
    });

    it("fails if governance is in another state than the story says", async () => {
      const { run } = world;
      const failure = await rejectionOf(run.checkState("RageQuit"));
      expect(failure).to.be.instanceOf(ScenarioFailure);
      expect(failure.message).to.equal("A run: expected: governance is in RageQuit; found Normal");
    });

    it("names the custom error of a step that reverts", async () => {
      const { run, escrow, accounts } = world;
      const { anyone } = accounts;
      const lock = () => escrow.connect(anyone.signer).lock(0n, 0n);
      const failure = await rejectionOf(run.act(anyone, { kind: "lock", action: "locks nothing" }, lock));
      expect(failure).to.be.instanceOf(ScenarioFailure);
      expect(failure.message).to.equal("A run: anyone locks nothing: reverted with ZeroShares()");
    });

    it("records a refusal, and takes no other error for it", async () => {
      const { run, escrow, accounts } = world;
      const { anyone } = accounts;
      const lock = () => escrow.connect(anyone.signer).lock(0n, 0n);
      await run.refuse(anyone, "locks nothing", "ZeroShares", lock);
      expect(run.report().timeline.at(-1)?.decided).to.deep.equal(["refused: ZeroShares"]);
      const failure = await rejectionOf(run.refuse(anyone, "locks nothing", "LockTooYoung", lock));
      expect(failure.message).to.equal("A run: anyone locks nothing: expected LockTooYoung, found ZeroShares");
    });

    it("lets committees act through their Safes, and tells why a contract refuses them", async () => {
      const { run, committees, timelock } = await openWorld();
      const activation = committeeAt(committees, SEATS.activation);
      const enters = { kind: "committee", action: "enters" } as const;
      await actTogether({ run }, activation, enters, timelock, "activateEmergencyMode");
      const again = { action: "enters again", error: "EmergencyModeActive" };
      await refuseTogether({ run }, activation, again, timelock, "activateEmergencyMode");
      const { timeline } = run.report();
      expect(timeline.map(({ actor }) => actor)).to.deep.equal(["activation committee", "activation committee"]);
      expect(timeline[1]?.decided[0]).to.match(/^refused: EmergencyModeActive, the mode lasts until 30 d 00:00/);
      const attempt = { action: "looks", error: "EmergencyModeActive" };
      const failure = await rejectionOf(refuseTogether({ run }, activation, attempt, timelock, "getMinDelay"));
      expect(failure.message).to.equal(
        "A run: activation committee looks: expected EmergencyModeActive, found success",
      );
    });

    it("sees that a gate fails, and says so once", async () => {
      const { run, gate } = await openWorld();
      await run.connection.networkHelpers.setCode(await gate.getAddress(), "0xfe");
      await run.note("gate", "fails");
      await run.note("gate", "still does");
      const { transitions, timeline } = run.report();
      expect(transitions).to.deep.equal([{ at: 0, from: "Normal", to: "SilentGate" }]);
      expect(timeline.map(({ state, support }) => [state, support])).to.deep.equal([
        ["SilentGate", null],
        ["SilentGate", null],
      ]);
    });

    it("fails if what must be refused succeeds", async () => {
      const { run, gate, accounts } = world;
      const failure = await rejectionOf(
        run.refuse(accounts.anyone, "pokes", "ExecutionClosed", () => gate.connect(accounts.anyone.signer).poke()),
      );
      expect(failure).to.be.instanceOf(ScenarioFailure);
      expect(failure.message).to.equal("A run: anyone pokes: expected ExecutionClosed, found success");
    });
  });
});
