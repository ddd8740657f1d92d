import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import { expect } from "chai";
import { concat, getAddress } from "ethers";

import { audit } from "../../src/power/audit.js";
import type { Execution } from "../../src/power/execution/execution.js";
import { NORMAL } from "../../src/power/modes/modes.js";
import type { AuditInput } from "../../src/power/world/auditInput.js";
import { inventAccount } from "../../src/rehearsal/snapshot.js";
import { readSafe } from "../../src/safe/readSafe.js";
import { createAuditWorld, type AuditWorld } from "./auditWorld.js";
import { asks, instead, storesArgument } from "./plants/assembly.js";
import { asSafe, seatOf, write } from "./plants/plant.js";

const OFFICE = "be ExampleVault.pendingOwner";

describe("[PWR-24] a coalition that takes an office", () => {
  let world: AuditWorld;
  let snapshot: SnapshotRestorer;

  before(async () => {
    world = await createAuditWorld();
    snapshot = await world.tribune.connection.networkHelpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  /** Instead of the vault's owner somebody else says who is to own it; voter 1 is to. */
  async function letAppoint(does: (slot: bigint) => string): Promise<void> {
    const { addresses, connection } = world.tribune;
    const { vault } = addresses;
    const original = inventAccount("the code of the vault");
    const setCode = async (account: string, code: string) => {
      await connection.provider.request({ method: "hardhat_setCode", params: [account, code] });
    };
    await setCode(original, await connection.ethers.provider.getCode(vault));
    const slot = world.slotOf(vault, "_pendingOwner");
    await setCode(vault, instead("transferOwnership(address)", does(slot))(original));
    await write(world, vault, { slot, bytes: 20 }, BigInt(world.input.tokenHolders[2] ?? ""));
  }

  /** Who was let take it, and what came of it. */
  async function play(input: AuditInput): Promise<Execution[]> {
    const { executions } = await audit(input, {
      knowledge: world.knowledge,
      only: ({ name }) => name === NORMAL,
      functions: ({ name }) => name === "vault",
      ...{ isQuick: true, isExecuted: true },
    });
    return executions.filter(({ office }) => office === OFFICE);
  }

  it("may be a stranger, where anybody appoints", async () => {
    await letAppoint(storesArgument);
    const played = await play(world.input);
    const anybodys = played.filter(({ coalition }) => coalition.length === 0);
    expect(anybodys.map(({ by, gaps }) => [by, gaps])).to.deep.equal([["vault.acceptOwnership()", []]]);
  }).timeout(120_000);

  it("is told to be too large where the others can seat one of themselves, whoever is left out", async () => {
    const { connection } = world.tribune;
    const safe = seatOf(world, "sealCommittee");
    await letAppoint((slot) => concat([asks(safe), storesArgument(slot)]));
    const found = await readSafe(safe, connection.ethers.provider);
    if (found.kind !== "safe") throw new Error("the seal committee is no Safe");
    const safeBlock = await connection.ethers.provider.getBlockNumber();
    // One signature fewer than the audit reads.
    await asSafe(world, safe, "changeThreshold", [found.threshold - 1]);
    await connection.networkHelpers.mine();
    const owners = new Set(found.owners.map(getAddress));
    const played = (await play({ ...world.input, safeBlock })).filter(({ coalition }) =>
      coalition.some((member) => owners.has(getAddress(member))),
    );
    expect(played.map(({ coalition }) => coalition.length)).to.deep.equal([found.threshold]);
    for (const { coalition, inVainWithout, gaps } of played) {
      // Of the others one may be in vain for another reason: an approval that is claimed stands among the first.
      expect(inVainWithout).not.to.include(coalition[0]);
      expect(gaps.join("\n")).to.match(/ without owner 0 of seal committee, too\.$/m);
    }
  }).timeout(120_000);
});
