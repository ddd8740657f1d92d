import { expect } from "chai";
import { concat } from "ethers";
import { network } from "hardhat";

import { SAFE_CONTRACTS } from "../../../src/safe/canonical.js";
import { checkHolders, keysOf, readHolders } from "../../../src/safe/holders.js";
import { getActors } from "../../helpers/actors.js";
import { impersonate } from "../../helpers/impersonate.js";
import { createSafeOf } from "../../helpers/safe.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;
const fixture = () => networkHelpers.loadFixture(deploy);
const FIRST_IN_LIST = "0x0000000000000000000000000000000000000001";

/** A Safe of Alice alone; one of Alice and Bob, of whom one is enough; one of both. */
async function deploy() {
  const actors = await getActors(ethers, "alice", "bob", "carol");
  const { alice, bob } = actors;
  const safes = {
    alone: await createSafeOf([alice], 1),
    either: await createSafeOf([alice, bob], 1),
    both: await createSafeOf([alice, bob], 2),
  };
  const [alone = "", either = "", both = ""] = await Promise.all(Object.values(safes).map((safe) => safe.getAddress()));
  return { ...actors, safes, alone, either, both };
}

const check = async (owners: readonly string[], threshold: number): Promise<string[]> =>
  checkHolders(await readHolders(owners, provider), threshold).map(
    ({ severity, message }) => `${severity}: ${message}`,
  );

describe("who stands behind owners", () => {
  it("are the keys themselves, and those behind owners that are Safes", async () => {
    const { alice, bob, carol, both } = await fixture();
    const holders = await readHolders([carol.address.toLowerCase(), both], provider);
    expect(keysOf(holders)).to.deep.equal([carol.address, both, alice.address, bob.address]);
    expect(checkHolders(holders, 2)).to.deep.equal([]);
  });

  it("may be one person, who signs for enough owners", async () => {
    const { alice, bob, carol, alone, either, both } = await fixture();
    const told = (key: string) =>
      `error: obeys ${key} alone, which stands behind enough of its owners; right are as many independent keys as must ` +
      "sign, also behind owners that are Safes";
    expect(await check([alone, either], 2)).to.deep.equal([told(alice.address)]);
    expect(await check([alice.address, alone, bob.address], 2)).to.deep.equal([told(alice.address)]);
    expect(await check([either, alice.address, bob.address], 2)).to.deep.equal([
      told(alice.address),
      told(bob.address),
    ]);
    expect(await check([alone, both, carol.address], 2)).to.deep.equal([]);
    expect(await check([alone, either, carol.address], 3)).to.deep.equal([]);
  });

  it("may be somebody who acts for a Safe without its owners", async () => {
    const { carol, both, safes } = await fixture();
    await safes.both.connect(await impersonate(connection, both)).enableModule(carol);
    const [sentence, ...others] = await check([both, carol.address], 2);
    expect(sentence).to.contain(`error: depends on a Safe that is ${both}, where module ${carol.address} may act`);
    expect(others).to.deep.equal([]);
  });

  it("cannot be told of an account that delegates, and of a contract that is no Safe", async () => {
    const { alice, bob, carol } = await fixture();
    const { address } = SAFE_CONTRACTS.singletonL2;
    await networkHelpers.setCode(carol.address, concat(["0xef0100", address]));
    const sentences = await check([alice.address, bob.address, carol.address, address], 2);
    expect(sentences).to.deep.equal([
      `warning: depends on ${carol.address}, which has delegated itself to ${address} (EIP-7702), so that nobody can tell ` +
        "here who acts for it; right is a key, or a Safe of version 1.4.1",
      `warning: depends on ${address}, which has other code than a Safe 1.4.1, so that nobody can tell here who acts for ` +
        "it; right is a key, or a Safe of version 1.4.1",
    ]);
  });

  it("end where Safes own each other in a circle", async () => {
    const { alice, alone, either, safes } = await fixture();
    const asAlone = safes.alone.connect(await impersonate(connection, alone));
    await asAlone.swapOwner(FIRST_IN_LIST, alice, either);
    await safes.either.connect(await impersonate(connection, either)).swapOwner(FIRST_IN_LIST, alice, alone);
    const sentences = await check([alone, alice.address], 2);
    expect(sentences.at(-1)).to.contain("stands behind 3 Safes, and was not looked into");
  });
});
