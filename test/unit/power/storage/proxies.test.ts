import { expect } from "chai";
import { getAddress, id, ZeroAddress, ZeroHash, zeroPadValue } from "ethers";
import { network } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { traceDifference } from "../../../../src/power/storage/difference.js";
import { valueType, type StorageLayout, type StorageType } from "../../../../src/power/storage/types.js";
import { createSafeOf } from "../../../helpers/safe.js";
import { inWords, watch } from "./watch.js";

const ROLES = "contracts/mocks/UpgradeableRolesMock.sol:UpgradeableRolesMock";
const VAULT = "contracts/mocks/vaults/real/OpenZeppelinUpgradeableVault.sol:OpenZeppelinUpgradeableVault";
const [ACCESS, MEMBERS] = ["openzeppelin.storage.AccessControl", "openzeppelin.storage.AccessControlEnumerable"];

const mapping = (key: string, held: StorageType): StorageType => ({
  kind: "mapping",
  label: `mapping(${key} => ${held.label})`,
  key: valueType(key),
  value: held,
});

/** Of a Safe 1.3 or 1.4, as its contracts declare it; guard and fallback handler are well known. */
const SAFE_STORAGE: StorageLayout = [
  {
    slot: 0n,
    variables: Object.entries({
      singleton: valueType("address"),
      modules: mapping("address", valueType("address")),
      owners: mapping("address", valueType("address")),
      ownerCount: valueType("uint256"),
      threshold: valueType("uint256"),
      nonce: valueType("uint256"),
      _deprecatedDomainSeparator: valueType("bytes32"),
      signedMessages: mapping("bytes32", valueType("uint256")),
      approvedHashes: mapping("address", mapping("bytes32", valueType("uint256"))),
    }).map(([name, type], slot) => ({ name, slot: BigInt(slot), offset: 0, type })),
  },
];

describe("the difference that a call to a proxy makes", () => {
  let connection: NetworkConnection;
  let admin: HardhatEthersSigner;
  let other: HardhatEthersSigner;

  beforeEach(async () => {
    connection = await network.create();
    const [first, second] = await connection.ethers.getSigners();
    if (first === undefined || second === undefined) throw new Error("too few accounts");
    [admin, other] = [first, second];
  });

  it("is in the proxy's own storage, as its code lays it out, namespaces included", async () => {
    const { ethers, provider } = connection;
    const code = await ethers.deployContract("UpgradeableRolesMock");
    const proxy = await ethers.deployContract("ERC1967Proxy", [
      code,
      code.interface.encodeFunctionData("initialize", [admin.address]),
    ]);
    const to = await proxy.getAddress();
    const roles = code.attach(to) as typeof code;
    const chain = await watch(provider, [[to, ROLES]]);
    const keeper = id("KEEPER_ROLE");
    const send = (data: string) => chain.send({ from: admin.address, to, data });
    const encode = roles.interface.encodeFunctionData.bind(roles.interface);
    const member = zeroPadValue(other.address, 32).toLowerCase();

    const changes = await send(encode("grantRole", [keeper, other.address]));
    expect(new Set(changes.map(({ contract }) => contract))).to.deep.equal(new Set([to]));
    expect(inWords(changes)).to.have.members([
      `${ACCESS}._roles[${keeper}].hasRole[${other.address}]: false → true`,
      `${MEMBERS}._roleMembers[${keeper}]._inner._values.length: 0 → 1`,
      `${MEMBERS}._roleMembers[${keeper}]._inner._values[0]: ${ZeroHash} → ${member}`,
      `${MEMBERS}._roleMembers[${keeper}]._inner._positions[${member}]: 0 → 1`,
    ]);
    expect(await roles.getRoleMember(keeper, 0)).to.equal(other.address);
    expect(inWords(await send(encode("pause")))).to.deep.equal(["openzeppelin.storage.Pausable._paused: false → true"]);
    expect(await roles.paused()).to.equal(true);
    expect(inWords(await send(encode("setDelay", [5])))).to.deep.equal(["delay: 0 → 5"]);
    expect(await roles.delay()).to.equal(5n);
  });

  it("names the code, and that it is initialised, though nobody knows the layout", async () => {
    const { ethers, provider } = connection;
    const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    const first = await ethers.deployContract("OpenZeppelinUpgradeableVault");
    const next = await ethers.deployContract("UpgradedAwayVault");
    const { interface: abi } = first;
    // A proxy must call something: this initialises nothing.
    const proxy = await ethers.deployContract("ERC1967Proxy", [first, abi.encodeFunctionData("name")]);
    const to = await proxy.getAddress();
    const chain = await watch(provider, []);
    const initialize = abi.encodeFunctionData("initialize", [await asset.getAddress()]);
    const changes = await chain.send({ from: other.address, to, data: initialize });
    expect(inWords(changes)).to.include("openzeppelin.storage.Initializable._initialized: 0 → 1");
    expect(changes.filter(({ kind }) => kind === "unknown")).to.have.length(3); // name, symbol, asset and decimals
    const upgrade = abi.encodeFunctionData("upgradeToAndCall", [await next.getAddress(), "0x"]);
    expect(inWords(await chain.send({ from: other.address, to, data: upgrade }))).to.deep.equal([
      `ERC1967.implementation: ${await first.getAddress()} → ${await next.getAddress()}`,
    ]);
  });

  it("tells shares, supply and allowances of a vault that is upgradeable", async () => {
    const { ethers, provider } = connection;
    const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    const code = await ethers.deployContract("OpenZeppelinUpgradeableVault");
    const data = code.interface.encodeFunctionData("initialize", [await asset.getAddress()]);
    const to = await (await ethers.deployContract("ERC1967Proxy", [code, data])).getAddress();
    await asset.mint(admin, 100n);
    await asset.approve(to, 100n);
    const chain = await watch(provider, [[to, VAULT]]);
    const deposit = code.interface.encodeFunctionData("deposit", [100n, other.address]);
    const changes = await chain.send({ from: admin.address, to, data: deposit });
    const erc20 = "openzeppelin.storage.ERC20";
    expect(inWords(changes.filter(({ contract }) => contract === to))).to.have.members([
      `${erc20}._balances[${other.address}]: 0 → 100`,
      `${erc20}._totalSupply: 0 → 100`,
    ]);
    const approve = code.interface.encodeFunctionData("approve", [admin.address, 7n]);
    expect(inWords(await chain.send({ from: other.address, to, data: approve }))).to.deep.equal([
      `${erc20}._allowances[${other.address}][${admin.address}]: 0 → 7`,
    ]);
  });

  it("tells owners, threshold, modules and fallback handler of a Safe, and what its owners have approved", async () => {
    const safe = await createSafeOf([admin, other], 2);
    const to = await safe.getAddress();
    const { snapshot } = await watch(connection.provider, []);
    const layoutOf = (account: string) => (account === to ? SAFE_STORAGE : undefined);
    const send = async (from: string, data: string): Promise<string[]> => {
      const difference = await traceDifference(snapshot, { from, to, data }, { layoutOf });
      if (!difference.ok) throw new Error(difference.why);
      await snapshot.send({ from, to, data });
      return inWords(difference.changes);
    };
    const encode = safe.interface.encodeFunctionData.bind(safe.interface);
    const sentinel = "0x0000000000000000000000000000000000000001";
    const newcomer = getAddress(id("a newcomer").slice(0, 42));
    expect(await send(to, encode("swapOwner", [sentinel, admin.address, newcomer]))).to.have.members([
      `owners[${sentinel}]: ${admin.address} → ${newcomer}`,
      `owners[${admin.address}]: ${other.address} → ${ZeroAddress}`,
      `owners[${newcomer}]: ${ZeroAddress} → ${other.address}`,
    ]);
    expect(await safe.getOwners()).to.deep.equal([newcomer, other.address]);
    expect(await send(to, encode("changeThreshold", [1]))).to.deep.equal(["threshold: 2 → 1"]);
    expect(await send(to, encode("enableModule", [newcomer]))).to.have.members([
      `modules[${sentinel}]: ${sentinel} → ${newcomer}`,
      `modules[${newcomer}]: ${ZeroAddress} → ${sentinel}`,
    ]);
    expect((await send(to, encode("setFallbackHandler", [newcomer]))).join()).to.match(
      new RegExp(`^Safe\\.fallbackHandler: .* → ${newcomer}$`),
    );
    expect(await send(other.address, encode("approveHash", [id("a hash")]))).to.deep.equal([
      `approvedHashes[${other.address}][${id("a hash")}]: 0 → 1`,
    ]);
  });
});
