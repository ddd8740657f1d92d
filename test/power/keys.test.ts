import { expect } from "chai";
import { concat } from "ethers";

import { NORMAL } from "../../src/power/modes.js";
import { UnreadableError } from "../../src/protocol/errors.js";
import { rejectionOf } from "../helpers/rejection.js";
import { createAuditWorld } from "./auditWorld.js";

describe("[PWR-7] the audit of accounts", () => {
  it("takes an owner whose account works with borrowed code for a key, and says so", async () => {
    const { audit, tribune } = await createAuditWorld();
    const { connection, addresses } = tribune;
    const safe = await connection.ethers.getContractAt("ISafe", addresses.bodies.circuitBreaker?.sealCommittee ?? "");
    const [owner = ""] = await safe.getOwners();
    await connection.networkHelpers.setCode(owner, concat(["0xef0100", addresses.token]));
    const report = await audit({
      only: ({ name }) => name === NORMAL,
      functions: ({ name }) => name === "breaker",
      isQuick: true,
    });
    const gaps = report.verdicts.flatMap((verdict) => verdict.gaps);
    expect(gaps.filter((gap) => gap.includes("of which the audit knows nothing"))).to.deep.equal([]);
    expect(Object.keys(report.record.keys).join()).to.contain("owner 0 of seal committee (EIP-7702)");
  }).timeout(120_000);

  it("says in a sentence that nobody can vote yet", async () => {
    const { audit, tribune } = await createAuditWorld();
    const { token, timelock, majority, minority } = tribune;
    for (const holder of [majority, minority]) {
      await token.connect(holder).transfer(timelock, await token.balanceOf(holder));
    }
    const refusal = await rejectionOf(audit({ only: () => false, isQuick: true }));
    expect(refusal).to.be.instanceOf(UnreadableError);
    expect(refusal.message).to.match(/^Nobody has votes that can be cast yet/);
  }).timeout(120_000);
});
