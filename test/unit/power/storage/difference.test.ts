import { expect } from "chai";
import { concat, dataSlice, getAddress, getCreateAddress, id, keccak256, toBeHex, ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { traceDifference } from "../../../../src/power/storage/difference.js";
import { Preimages } from "../../../../src/power/storage/preimages.js";
import { valueType } from "../../../../src/power/storage/types.js";
import { Snapshot } from "../../../../src/rehearsal/snapshot.js";
import { deployTribune, type Tribune } from "../../../helpers/deployTribune.js";
import { inWords, watch, type Watch } from "./watch.js";

const PROPOSER = id("PROPOSER_ROLE");
const DAY = 86_400n;

describe("the difference that a call makes", () => {
  let connection: NetworkConnection;
  let world: Tribune;
  let chain: Watch;
  let timelock: string;

  before(async () => {
    connection = await network.create();
    world = await deployTribune(connection);
    timelock = await world.timelock.getAddress();
    chain = await watch(connection.provider, [
      [world.timelock, "contracts/timelock/DualGovernanceTimelock.sol:DualGovernanceTimelock"],
      [world.governor, "contracts/dao/TribuneGovernor.sol:TribuneGovernor"],
      [world.token, "contracts/dao/GovernanceToken.sol:GovernanceToken"],
      [world.gate, "contracts/governance/DualGovernance.sol:DualGovernance"],
    ]);
  });

  /** What is sent is taken back. */
  const test = (name: string, body: () => Promise<void>) => it(name, () => chain.snapshot.branch(body));

  test("names a role, its holder, and what counts the holders, as the views tell them", async () => {
    const { timelock: contract, stranger } = world;
    expect(await contract.hasRole(PROPOSER, stranger)).to.equal(false);
    const data = contract.interface.encodeFunctionData("grantRole", [PROPOSER, stranger.address]);
    const changes = await chain.send({ from: timelock, to: timelock, data });
    expect(await contract.hasRole(PROPOSER, stranger)).to.equal(true);
    expect(changes).to.deep.equal([
      {
        kind: "located",
        contract: timelock,
        slot: toBeHex(9, 32),
        variable: "_proposerCount",
        keys: [],
        path: undefined,
        place: "_proposerCount",
        type: "uint256",
        before: "1",
        after: "2",
      },
      {
        kind: "located",
        contract: timelock,
        slot: changes[1]?.slot,
        variable: "_roles",
        keys: [PROPOSER, stranger.address],
        path: "hasRole",
        place: `_roles[${PROPOSER}].hasRole[${stranger.address}]`,
        type: "bool",
        before: "false",
        after: "true",
      },
    ]);
  });

  test("names a role that is zero, held by the zero address", async () => {
    const data = world.timelock.interface.encodeFunctionData("grantRole", [ZeroHash, ZeroAddress]);
    const difference = await chain.ask({ from: timelock, to: timelock, data });
    expect(difference.ok && inWords(difference.changes)).to.deep.equal([
      `_roles[${ZeroHash}].hasRole[${ZeroAddress}]: false → true`,
    ]);
  });

  test("finds a constant key that the compiler has hashed itself, in code or among those that the caller names", async () => {
    const key = id("A_ROLE");
    const hash = keccak256(concat([key, ZeroHash]));
    const type = { kind: "mapping", label: "a mapping", key: valueType("bytes32"), value: valueType("bool") } as const;
    const layout = [{ slot: 0n, variables: [{ name: "it", slot: 0n, offset: 0, type }] }];
    const to = getAddress("0x00000000000000000000000000000000000a5ced");
    const ask = async (code: string, keys: readonly string[]) => {
      await connection.provider.request({ method: "hardhat_setCode", params: [to, code] });
      const call = { from: world.stranger.address, to, data: "0x" };
      const difference = await traceDifference(chain.snapshot, call, { layoutOf: () => layout, keys });
      return difference.ok && inWords(difference.changes);
    };
    const write = concat(["0x60017f", hash, "0x5500"]); // no hash is made
    const withKey = concat([write, "0x7f", key]); // stands where nothing is executed
    const found = [`it[${key}]: false → true`];
    expect(await ask(write, [])).to.deep.equal([`slot ${BigInt(hash)}: ${ZeroHash} → ${toBeHex(1, 32)}`]);
    expect(await ask(write, [key])).to.deep.equal(found);
    expect(await ask(withKey, [])).to.deep.equal(found);
  });

  test("names the one field of several in a slot that changes, and leaves the chain alone if it is only asked", async () => {
    const { timelock: contract, gate } = world;
    const fallback = await contract.FALLBACK_GATE();
    const data = contract.interface.encodeFunctionData("setGate", [fallback]);
    const asked = await chain.ask({ from: timelock, to: timelock, data });
    const told = [`_ledger.gate: ${await gate.getAddress()} → ${fallback}`];
    expect(asked.ok && inWords(asked.changes)).to.deep.equal(told);
    expect(await contract.gate()).to.equal(await gate.getAddress());
    expect(inWords(await chain.send({ from: timelock, to: timelock, data }))).to.deep.equal(told);
    expect(await contract.gate()).to.equal(fallback);
  });

  test("names the base delay, and all of an operation that is scheduled", async () => {
    const { timelock: contract, governor, stranger } = world;
    const update = contract.interface.encodeFunctionData("updateDelay", [3n * DAY]);
    const before = await contract.getMinDelay();
    expect(inWords(await chain.send({ from: timelock, to: timelock, data: update }))).to.deep.equal([
      `_minDelay: ${before} → ${3n * DAY}`,
    ]);
    const call = [stranger.address, 0n, "0x", ZeroHash, ZeroHash] as const;
    const data = contract.interface.encodeFunctionData("schedule", [...call, 5n * DAY]);
    const operation = await contract.hashOperation(...call);
    const difference = await chain.ask({ from: await governor.getAddress(), to: timelock, data });
    const now = await chain.snapshot.now();
    expect(difference.ok && inWords(difference.changes)).to.have.members([
      `_timestamps[${operation}]: 0 → ${now + 5n * DAY}`,
      "_ledger.lastSequence: 0 → 1",
      `_ledger.operations[${operation}].scheduledAt: 0 → ${now}`,
      `_ledger.operations[${operation}].sequence: 0 → 1`,
    ]);
  });

  test("names a checkpoint by its position, and how many there are", async () => {
    const { token, majority, minority, stranger } = world;
    const votes = await token.balanceOf(majority);
    const more = await token.balanceOf(minority);
    const data = token.interface.encodeFunctionData("delegate", [stranger.address]);
    await chain.send({ from: majority.address, to: token, data });
    await chain.snapshot.travelTo((await chain.snapshot.now()) + DAY);
    const difference = await chain.ask({ from: minority.address, to: token, data });
    const now = await chain.snapshot.now();
    const list = `_delegateCheckpoints[${stranger.address}]._checkpoints`;
    expect(difference.ok && inWords(difference.changes)).to.have.members([
      `_delegatee[${minority.address}]: ${ZeroAddress} → ${stranger.address}`,
      `${list}.length: 1 → 2`,
      `${list}[1]._key: 0 → ${now}`,
      `${list}[1]._value: 0 → ${votes + more}`,
    ]);
    await chain.send({ from: minority.address, to: token, data });
    expect(await token.getVotes(stranger)).to.equal(votes + more);
  });

  test("is none where the call is refused, with the reason", async () => {
    const { timelock: contract, stranger } = world;
    const data = contract.interface.encodeFunctionData("updateDelay", [3n * DAY]);
    const difference = await chain.ask({ from: stranger.address, to: timelock, data });
    const [revert, why] = difference.ok ? ["", ""] : [difference.revert, difference.why];
    expect(dataSlice(revert, 0, 4)).to.equal(contract.interface.getError("TimelockUnauthorizedCaller")?.selector);
    expect(why).to.equal(`TimelockUnauthorizedCaller(${stranger.address})`);
  });

  test("is nothing, not a refusal, where the call goes through and changes nothing", async () => {
    const data = world.timelock.interface.encodeFunctionData("getMinDelay");
    expect(await chain.ask({ from: world.stranger.address, to: timelock, data })).to.deep.equal({
      ok: true,
      returned: toBeHex(await world.timelock.getMinDelay(), 32),
      changes: [],
      balances: [],
      nonces: [],
      code: [],
    });
  });

  test("tells who has paid whom, and refuses a value that the sender has not got", async () => {
    const { stranger, asset } = world;
    const to = await asset.getAddress();
    const before = await connection.ethers.provider.getBalance(stranger);
    const held = await connection.ethers.provider.getBalance(to);
    const data = asset.interface.encodeFunctionData("deposit");
    const difference = await chain.ask({ from: stranger.address, to, data, value: 5n });
    expect(difference.ok && difference.balances).to.have.deep.members([
      { account: stranger.address, before, after: before - 5n },
      { account: to, before: held, after: held + 5n },
    ]);
    const tooMuch = await chain.ask({ from: stranger.address, to, data, value: before + 1n });
    expect(tooMuch).to.deep.equal({
      ok: false,
      revert: "0x",
      why: `${stranger.address} has less than ${before + 1n} wei`,
    });
  });

  test("tells slots of contracts that nobody knows as they are", async () => {
    const { stranger, asset } = world;
    const to = await asset.getAddress();
    const data = asset.interface.encodeFunctionData("deposit");
    const difference = await chain.ask({ from: stranger.address, to, data, value: 5n });
    const changes = difference.ok ? difference.changes : [];
    expect(changes.map(({ kind, contract }) => [kind, contract])).to.deep.equal([
      ["unknown", to],
      ["unknown", to],
    ]);
    for (const { slot, before } of changes) expect(await chain.snapshot.storage(to, slot)).to.equal(before);
  });

  test("tells the code and the nonces of what is created, and its storage to those who know it by its code", async () => {
    const maker = getAddress("0x00000000000000000000000000000000000a5ced");
    // Creates a contract whose slot 0 is 7 and whose code is one byte, 0x01; the creation code stands at the end of the
    // first word in memory.
    const creationCode = "60075f5560015f5360015ff3";
    const code = `0x6b${creationCode}5f52600c60145ff000`;
    await connection.provider.request({ method: "hardhat_setCode", params: [maker, code] });
    const created = getCreateAddress({ from: maker, nonce: 0 });
    const layout = [{ slot: 0n, variables: [{ name: "it", slot: 0n, offset: 0, type: valueType("uint8") }] }];
    const difference = await traceDifference(
      chain.snapshot,
      { from: world.stranger.address, to: maker, data: "0x" },
      { layoutOf: (account, itsCode) => (account === created && itsCode === "0x01" ? layout : undefined) },
    );
    expect(difference.ok && difference.code).to.deep.equal([{ account: created, before: "0x", after: "0x01" }]);
    expect(difference.ok && difference.nonces).to.have.deep.members([
      { account: maker, before: 0n, after: 1n },
      { account: created, before: 0n, after: 1n },
    ]);
    expect(difference.ok && inWords(difference.changes)).to.deep.equal(["it: 0 → 7"]);
  });

  test("needs no trace of a call whose keys were hashed before", async () => {
    const { timelock: contract, stranger } = world;
    let traces = 0;
    const counting = new Snapshot({
      request: (call) => {
        if (JSON.stringify(call.params).includes("disableStorage")) traces += 1;
        return connection.provider.request(call);
      },
    });
    const data = contract.interface.encodeFunctionData("grantRole", [PROPOSER, stranger.address]);
    const call = { from: timelock, to: timelock, data };
    const knowledge = { layoutOf: chain.layoutOf, preimages: new Preimages() };
    const first = await traceDifference(counting, call, knowledge);
    expect(traces).to.equal(1);
    expect(await traceDifference(counting, call, knowledge)).to.deep.equal(first);
    expect(traces).to.equal(1);
  });
});
