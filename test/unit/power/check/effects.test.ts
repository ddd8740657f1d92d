import { expect } from "chai";

import { listEffects, movesPower } from "../../../../src/power/check/effects.js";
import { KINDS } from "../../../../src/power/manifest/parts.js";
import { inventAccount } from "../../../../src/rehearsal/snapshot.js";

const address = inventAccount("registry");
const book = [{ name: "the registry", address, abi: KINDS.registry.abi, part: { name: "registry" as const, address } }];
const addresses = { token: inventAccount("token"), timelock: inventAccount("timelock") };

/** One member of an entry of the registry's. */
function effectsOf(variable: string, path: string) {
  const change = {
    ...{ kind: "located" as const, contract: address, slot: "0x00", variable, keys: ["1"], path, type: "uint96" },
    ...{ place: `${variable}[1].${path}`, before: "1", after: "2" },
  };
  const difference = { ok: true as const, returned: "0x", changes: [change], balances: [], nonces: [], code: [] };
  return listEffects(difference, book, () => false);
}

describe("[PWR-12] effects of an operation on a staking pool", () => {
  it("are classed by members where a manifest takes a struct apart", () => {
    const effects = effectsOf("_operators", "cap");
    expect(effects.map(({ class: declared }) => declared)).to.deep.equal(["rule"]);
    expect(movesPower(effects, book, addresses)).to.equal(true);
  });

  it("move no power where a member is derived", () => {
    const effects = effectsOf("_operators", "staked");
    expect(effects.map(({ class: declared }) => declared)).to.deep.equal(["derived"]);
    expect(movesPower(effects, book, addresses)).to.equal(false);
  });
});
