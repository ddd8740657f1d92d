import { expect } from "chai";
import hre from "hardhat";

import type { PausableMock } from "../../types/index.js";
import { Answer } from "../helpers/answer.js";
import { deployBreakerWorld, SEAL_DURATION } from "../helpers/breakerWorld.js";
import { State } from "../helpers/deployCore.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const deploy = () => deployBreakerWorld(connection);

type Order = "pauseFor" | "resume" | "isPaused" | "getResumeSinceTimestamp";
const tell = (pausable: PausableMock, name: Order, answer: number) =>
  pausable.setAnswer(pausable.getFunction(name).fragment.selector, answer);

type Faults = Record<string, (pausable: PausableMock) => Promise<unknown>>;

/** How a named pausable does not pause. */
const REFUSALS: Faults = {
  reverts: (pausable) => tell(pausable, "pauseFor", Answer.Revert),
  "reverts with 200 kB": (pausable) => tell(pausable, "pauseFor", Answer.RevertBomb),
  "burns its gas": (pausable) => tell(pausable, "pauseFor", Answer.BurnGas),
  "answers, and does nothing": (pausable) => tell(pausable, "pauseFor", Answer.Empty),
  "answers 200 kB, and does nothing": (pausable) => tell(pausable, "pauseFor", Answer.Bomb),
};

/** How one named pausable, the first to be paused, fails or cheats. */
const FAULTS: Faults = {
  ...REFUSALS,
  "says that it is not paused though it is": (pausable) => tell(pausable, "isPaused", Answer.Zero),
  "says neither yes nor no": (pausable) => tell(pausable, "isPaused", Answer.Two),
  "does not say whether it is paused": (pausable) => tell(pausable, "isPaused", Answer.Revert),
  "burns its gas when asked whether it is paused": (pausable) => tell(pausable, "isPaused", Answer.BurnGas),
  "answers with megabytes whether it is paused": (pausable) => tell(pausable, "isPaused", Answer.RevertBomb),
  "burns its gas wherever it can": async (pausable) => {
    for (const name of ["pauseFor", "isPaused", "getResumeSinceTimestamp", "resume"] as const) {
      await tell(pausable, name, Answer.BurnGas);
    }
  },
  "has lost its code": async (pausable) => networkHelpers.setCode(await pausable.getAddress(), "0x"),
};

describe("a pausable that fails or cheats", () => {
  for (const [fault, arrange] of Object.entries(FAULTS)) {
    it(`keeps no other from being paused when it ${fault}, and costs no right when it is alone`, async () => {
      const { breaker, pausables, seal } = await networkHelpers.loadFixture(deploy);
      const [faulty, second, third] = pausables;
      await arrange(faulty);
      await expect(seal(faulty)).to.be.revertedWithCustomError(breaker, "NothingPaused");
      expect([await breaker.isSealUsable(), await breaker.sealedAt()]).to.deep.equal([true, 0n]);
      await expect(seal(second, faulty, third))
        .to.emit(breaker, "SealFailed")
        .withArgs(faulty.target)
        .and.to.emit(breaker, "Sealed")
        .withArgs(third.target, SEAL_DURATION);
      expect([await second.isPaused(), await third.isPaused()]).to.deep.equal([true, true]);
    });
  }

  for (const [fault, arrange] of Object.entries(REFUSALS)) {
    it(`keeps the shorter pause that runs already when it ${fault}, while others are sealed`, async () => {
      const { breaker, pausables, seal } = await networkHelpers.loadFixture(deploy);
      const [faulty, second] = pausables;
      await faulty.pauseFor(86_400n);
      const resumesAt = await faulty.getResumeSinceTimestamp();
      await arrange(faulty);
      await expect(seal(faulty, second))
        .to.emit(breaker, "SealFailed")
        .withArgs(faulty.target)
        .and.to.emit(breaker, "Sealed")
        .withArgs(second.target, SEAL_DURATION);
      expect(await faulty.isPaused()).to.equal(true);
      expect(await faulty.getResumeSinceTimestamp()).to.equal(resumesAt);
    });
  }

  it("that claims to be paused already is believed: nothing more can be asked of it, and it hinders no other", async () => {
    const { pausables, seal, breaker } = await networkHelpers.loadFixture(deploy);
    const [pretending, second] = pausables;
    await tell(pretending, "isPaused", Answer.One);
    await tell(pretending, "pauseFor", Answer.Empty);
    await expect(seal(pretending, second)).to.emit(breaker, "Sealed").withArgs(second.target, SEAL_DURATION);
    expect(await second.isPaused()).to.be.true;
  });

  it("cannot make the eighth fail by what seven burn", async () => {
    const { timelock, sealer, resealer, expiry, makePausable } = await networkHelpers.loadFixture(deploy);
    const args = [timelock, sealer, resealer, SEAL_DURATION, expiry] as const;
    const breaker = await ethers.deployContract("CircuitBreaker", [...args]);
    const eight = await Promise.all(Array.from({ length: 8 }, makePausable));
    await breaker.bind(eight);
    for (const pausable of eight.slice(0, 7)) await tell(pausable, "isPaused", Answer.BurnGas);
    const sealing = await breaker.connect(sealer).seal(eight);
    expect(await eight[7]?.isPaused()).to.be.true;
    expect((await sealing.wait())?.gasUsed).to.be.lessThan(8_000_000n);
  });

  for (const order of ["seal", "reseal", "resume", "bind"] as const) {
    it(`gets no second use of the right by calling back into ${order}, even as a committee`, async () => {
      const { timelock, gate, governance, expiry, makePausable } = await networkHelpers.loadFixture(deploy);
      // The worst case: the pausable itself is one of the bodies.
      const [hostile, other] = [await makePausable(), await makePausable()];
      const sealer = await ethers.getImpersonatedSigner(await hostile.getAddress());
      await networkHelpers.setBalance(sealer.address, 10n ** 18n);
      const resealer = await makePausable();
      const args = [timelock, hostile, order === "reseal" ? governance : resealer, SEAL_DURATION, expiry] as const;
      const breaker = await ethers.deployContract("CircuitBreaker", [...args]);
      await breaker.bind([hostile, other]);
      await gate.setState(State.VetoSignalling);
      await gate.setDeadlocked(true);
      await timelock.connect(governance).setTiebreaker(other, await timelock.TIEBREAKER_FLOOR());
      const calls = {
        seal: breaker.interface.encodeFunctionData("seal", [[await other.getAddress()]]),
        reseal: breaker.interface.encodeFunctionData("reseal", [await other.getAddress()]),
        resume: breaker.interface.encodeFunctionData("resume", [await other.getAddress()]),
        bind: breaker.interface.encodeFunctionData("bind", [[await other.getAddress()]]),
      };
      await hostile.setReentry(breaker, calls[order]);
      await expect(breaker.connect(sealer).seal([other, hostile]))
        .to.emit(breaker, "SealFailed")
        .withArgs(hostile.target)
        .and.not.to.emit(breaker, "Resumed");
      expect([await other.isPaused(), await hostile.isPaused()]).to.deep.equal([true, false]);
      expect(await breaker.isSealUsable()).to.be.false;
    });
  }
});

describe("too little gas for a pausable", () => {
  it("[INV-9] never spends the right while a pause fails that enough gas would have made", async () => {
    const { breaker, sealer, pausables } = await networkHelpers.loadFixture(deploy);
    const [first] = pausables;
    // As costly as one may be, and the last, so that nothing needs much gas after it has failed.
    await first.setCost(first.getFunction("pauseFor").fragment.selector, 250_000n);
    const chosen = await Promise.all([pausables[1], pausables[2], first].map((pausable) => pausable.getAddress()));
    const seal = breaker.connect(sealer).getFunction("seal");
    const outcomes = new Set<string>();
    for (const isPausedBefore of [false, true]) {
      // A shorter pause by somebody else is ended first.
      if (isPausedBefore) await first.pauseFor(86_400n);
      const before = await first.getResumeSinceTimestamp();
      for (let gasLimit = 150_000n; gasLimit < 2_400_000n; gasLimit += 90_000n) {
        const snapshot = await networkHelpers.takeSnapshot();
        try {
          await seal(chosen, { gasLimit });
        } catch {
          outcomes.add("reverted");
        }
        const isSpent = (await breaker.sealedAt()) !== 0n;
        if (isSpent) outcomes.add("sealed");
        const paused = await Promise.all(pausables.map((pausable) => pausable.isPaused()));
        expect(paused).to.deep.equal([isPausedBefore || isSpent, isSpent, isSpent]);
        const isReplaced = (await first.getResumeSinceTimestamp()) !== before;
        expect(isReplaced, `with ${gasLimit} gas`).to.equal(isSpent);
        await snapshot.restore();
      }
    }
    expect(outcomes).to.deep.equal(new Set(["reverted", "sealed"]));
  });

  it("[INV-9] makes no governance seem abnormal, and ends no pause it does not begin anew", async () => {
    const { breaker, resealer, pausables, seal, gate } = await networkHelpers.loadFixture(deploy);
    const [first] = pausables;
    await seal(first);
    const resumesAt = await first.getResumeSinceTimestamp();
    await first.setCost(first.getFunction("isPaused").fragment.selector, 150_000n);
    const reseal = breaker.connect(resealer).getFunction("reseal");
    for (const state of [State.Normal, State.RageQuit]) {
      await gate.setState(state);
      const step = state === State.Normal ? 1_100_000n : 250_000n;
      for (let gasLimit = 60_000n; gasLimit < 2_200_000n; gasLimit += step) {
        const snapshot = await networkHelpers.takeSnapshot();
        let isDone = true;
        try {
          await reseal(first, { gasLimit });
        } catch {
          isDone = false;
        }
        if (state === State.Normal) expect(isDone).to.be.false;
        expect(await first.getResumeSinceTimestamp()).to.equal(isDone ? ethers.MaxUint256 : resumesAt);
        await snapshot.restore();
      }
    }
    await reseal(first);
  });
});
