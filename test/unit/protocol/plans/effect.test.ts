import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";

import type { Landing } from "../../../../src/model/landing.js";
import type { ExpectedOperation } from "../../../../src/protocol/operations/landings.js";
import { describeEffect, type EffectView } from "../../../../src/protocol/plans/effect.js";
import { planLock } from "../../../../src/protocol/plans/objection.js";
import { readParticipant } from "../../../../src/protocol/plans/participant.js";
import { withMethods } from "../../../../src/protocol/withMethods.js";
import { failingProvider, nodeError } from "../../../helpers/failingProvider.js";
import { landingTrials } from "../../../helpers/landingTrials.js";

const UNIT = 10n ** 18n;
const NOW = 1_800_000_000n;
const VIEW: EffectView = {
  block: { timestamp: NOW },
  isNormal: true,
  locked: 0n,
  supply: 1_000n * UNIT,
  signallingThreshold: UNIT / 100n,
  landingsWith: new Map(),
  decimals: 18,
};

function operation(number: number, landing: Landing | undefined, more: Partial<ExpectedOperation> = {}) {
  return {
    ...{
      id: `0x${number.toString(16).padStart(64, "0")}`,
      calls: [],
      predecessor: ZeroHash,
      state: "waiting" as const,
    },
    ...{ isDeEscalation: false, scheduledAt: NOW - 1n, eta: NOW + 9n, expiry: NOW + 99n, lacks: 0n },
    ...{ description: undefined, landing, ...more },
  };
}
const landing = (at: bigint, last?: bigint): Landing => ({
  at,
  lastLock: last === undefined ? undefined : { at: last, support: UNIT / 100n },
});

describe("what a lock says of the operations that wait", () => {
  it("names those that land first, a handful, and counts the others", () => {
    const operations = [7, 6, 5, 4, 3, 2, 1].map((n) => operation(n, landing(NOW + BigInt(n), NOW + BigInt(n) - 1n)));
    const told = describeEffect(operations, 10n * UNIT, VIEW);
    expect(told).to.have.length(6);
    expect(told[0]).to.contain(`Operation ${operations[6]?.id}: this holds it up`);
    expect(told[5]).to.equal("And 2 more: npx hardhat tribune status shows each.");
    expect(describeEffect([], 1n, VIEW)).to.deep.equal(["Nothing waits in the timelock that could be held up now."]);
  });

  it("says how much is lacking and by when, and never less than that", () => {
    const waiting = operation(1, landing(NOW + 90_000n, NOW + 3_600n));
    const same = { ...VIEW, landingsWith: new Map([[waiting.id, waiting.landing]]) };
    const [told] = describeEffect([waiting], 3n * UNIT + 1n, same);
    expect(told).to.contain(
      "this alone does not hold it up: 7 more shares must be locked by 2027-01-15 09:00:00 UTC (in 1 h)",
    );
    const unknown = { ...VIEW, supply: undefined };
    const unsure = describeEffect([operation(1, landing(NOW + 9n, NOW + 8n))], UNIT, unknown)[0];
    expect(unsure).to.contain("this holds it up where support then reaches 1 %, by");
    expect(unsure).to.not.contain("does not hold it up");
    const ready = operation(2, landing(NOW + 1n), { state: "ready" });
    expect(describeEffect([ready], UNIT, unknown)[0]).to.contain(
      "and support reaches 1 %, which the vault does not tell",
    );
  });

  it("says what runs against whoever executes first, what is too late, and what nobody holds up", () => {
    const ready = operation(1, landing(NOW + 1n), { state: "ready", description: 'Pay\u202e "them"\nat once' });
    expect(describeEffect([ready], 10n * UNIT, VIEW)[0])
      .to.match(/^"Pay.*", operation 0x0+1: it may be executed in any block now, and is held up only if this is on the/)
      .and.not.to.contain("\u202e");
    expect(describeEffect([ready], 9n * UNIT, VIEW)[0]).to.contain("1 more shares must be locked as well");
    expect(describeEffect([ready], 10n * UNIT, { ...VIEW, isNormal: false })[0]).to.contain("too late");
    const withdrawal = operation(2, landing(NOW + 1n), { isDeEscalation: true });
    expect(describeEffect([withdrawal], 10n * UNIT, VIEW)[0]).to.contain("only withdraws what waits");
    expect(describeEffect([operation(3, undefined)], UNIT, VIEW)[0]).to.contain("nobody can tell when it lands");
  });
});

describe("what a lock in a cooldown says", () => {
  it("is that it comes too late for what is older than the objection; unread logs do not hold the lock up", async () => {
    const connection = await network.create();
    const { provider } = connection.ethers;
    const trials = landingTrials(connection);
    const world = await trials.deploy();
    const id = await trials.schedule(world, 1);
    await trials.lockAll(world, world.some);
    await trials.goOn(world);
    await trials.goOn(world);
    expect(await trials.stateOf(world)).to.equal("VetoCooldown");
    const planAt = async (node: typeof provider) =>
      await planLock(await readParticipant(trials.deploymentOf(world), node, world.rest.address), "10");
    const { means } = await planAt(provider);
    expect(means.join("\n")).to.contain("governance is held up from 1 %");
    expect(means.at(-1)).to.contain(`Operation ${id}: this comes too late, and does not hold it up`);
    const noLogs = failingProvider(provider, ({ method }) => method === "getLogs", nodeError(-32000, "pruned history"));
    const unread = await planAt(noLogs);
    expect(unread.means.at(-1)).to.contain("What it holds up is not known.").and.to.contain("pruned history");
    expect(unread.calls).to.have.length(1);

    let asked = 0;
    const silent = withMethods(provider, { getLogs: async () => (asked++, await new Promise<never>(() => undefined)) });
    const participant = await readParticipant(trials.deploymentOf(world), silent, world.rest.address);
    const late = await planLock({ ...participant, patience: 20 }, "10");
    expect(asked).to.be.greaterThan(0);
    expect(late.means.at(-1)).to.contain("not known yet, as the logs take long");
    expect(late.calls).to.have.length(1);
  });
});
