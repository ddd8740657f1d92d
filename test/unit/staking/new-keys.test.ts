import { expect } from "chai";
import { parseEther } from "ethers";
import hre from "hardhat";

import { UnreadableError } from "../../../src/protocol/errors.js";
import type { RootedDeposit } from "../../../src/staking/deposits/deposits.js";
import { findNewKeys } from "../../../src/staking/prover/newKeys.js";
import { openPool, readOperators } from "../../../src/staking/prover/pool.js";
import { calcRoom } from "../../../src/staking/prover/room.js";
import { somePubkey, someSignature } from "../../helpers/consensus/depositData.js";
import { deployPool, ETHER, type PoolOptions } from "../../helpers/poolWorld.js";
import { rejectionOf } from "../../helpers/rejection.js";

describe("keys that an operator wants to add", () => {
  async function setUp(options: PoolOptions = {}) {
    const deployed = await deployPool(await hre.network.create(), options);
    const { pool, alice, operator, world, ethers } = deployed;
    await pool.connect(alice).depositETH(alice, { value: parseEther("1000") });
    const vault = await world.register(operator);
    const { provider } = ethers;
    const contracts = await openPool(await pool.getAddress(), provider);
    const own = async () => {
      const [found] = await readOperators(contracts, [1n]);
      if (found === undefined) throw new Error("there must be an operator");
      return found;
    };
    const find = async (pubkeys: readonly string[], since = 0) => {
      const deposits = pubkeys.map((pubkey) => ({ pubkey }) as RootedDeposit);
      const { fresh, ...rest } = await findNewKeys(provider, contracts, await own(), deposits, { since });
      return { fresh: fresh.map(({ pubkey }) => pubkey), ...rest };
    };
    const room = async () => await calcRoom(contracts, await own());
    return { ...deployed, vault, find, room };
  }

  const [mine, other] = [somePubkey(71), somePubkey(72)];

  it("are the operator's to deposit for, whatever strangers have sent for them", async () => {
    const { world, bob, carol, vault, find } = await setUp();
    const placed = await world.register(bob);
    await world.enlist(placed, 1);
    const unplaced = await world.register(carol);
    for (const junk of [placed, unplaced]) await junk.predeposit(mine, someSignature(1), { value: ETHER });
    expect(await find([mine, other])).to.deep.equal({
      fresh: [mine, other],
      waiting: 0,
      doubtful: [{ pubkey: mine, operatorId: 2n }],
    });
    // Of keys that are its own already nobody else is asked.
    await vault.predeposit(mine, someSignature(2), { value: ETHER });
    expect(await find([mine, other])).to.deep.equal({ fresh: [other], waiting: 1, doubtful: [] });
  });

  it("are refused if they were activated elsewhere, also after they have left", async () => {
    const { world, bob, find, chain } = await setUp();
    const vault = await world.register(bob);
    const [gone = "", stays = ""] = await world.enlist(vault, 2);
    for (const pubkey of [stays, gone])
      expect((await rejectionOf(find([pubkey]))).message).to.equal(
        `${pubkey} is a key of operator 2, activated there; nothing was sent.`,
      );
    Object.assign(world.validator(gone), { balance: 0n, exitEpoch: 1, withdrawableEpoch: 2 });
    expect(chain.state.validators).to.have.length(2);
    await world.block();
    await world.check(vault);
    expect(await vault.keyCount()).to.equal(1n);
    expect((await rejectionOf(find([gone]))).message).to.contain("is a key of operator 2");
  });

  it("are not counted out of logs that leave out what the vault knows", async () => {
    const { vault, find, ethers } = await setUp();
    await vault.predeposit(mine, someSignature(1), { value: ETHER });
    const error = await rejectionOf(find([mine], (await ethers.provider.getBlockNumber()) + 1));
    expect(error).to.be.instanceOf(UnreadableError);
    expect(error.message).to.match(/^The node's logs do not tell that operator 1 has deposited for 0x/);
  });

  it("have as much room as the tightest bound leaves", async () => {
    const { room, vault, world, pool, registry, governance } = await setUp();
    expect(await room()).to.include({ keys: 256 });
    await world.enlist(vault, 1);
    expect(await room()).to.deep.equal({ keys: 255, bound: "a vault runs 256 keys at most" });
    await pool.connect(governance).setCap(parseEther("1100"));
    expect((await room()).keys).to.equal(33);
    expect((await room()).bound).to.match(/^the pool's cap is 1,?100 ETH, of which 32 ETH are used$/);
    await registry.connect(governance).vet(1, 0, parseEther("320"));
    expect((await room()).keys).to.equal(9);
    await registry.connect(governance).retire(1);
    expect(await room()).to.deep.equal({ keys: 0, bound: "it is retired" });
  });

  it("have no room where no place is left for whoever has none", async () => {
    const { room, world, bob } = await setUp();
    const ready = [];
    for (let count = 0; count < 16; count++) {
      const vault = await world.register(bob);
      ready.push({ vault, pubkeys: await world.predeposit(vault) });
    }
    await world.block();
    await world.block();
    await world.passEpochs(4);
    for (const { vault, pubkeys } of ready.slice(1)) await vault.announce(world.recent(pubkeys));
    expect((await room()).keys).to.equal(256);
    for (const { vault, pubkeys } of ready.slice(0, 1)) await vault.announce(world.recent(pubkeys));
    expect(await room()).to.deep.equal({
      keys: 0,
      bound: "all 16 places for operators that nobody has vetted are taken",
    });
  });
});
