import { expect } from "chai";
import { ZeroAddress, ZeroHash, zeroPadBytes, sha256 } from "ethers";

import { depositDataRoot, somePubkey, someSignature } from "../../helpers/consensus/depositData.js";
import { BEACON_ROOTS } from "../../helpers/consensus/beaconRoots.js";
import { ETHER, WITHDRAWAL_REQUESTS } from "../../helpers/poolWorld.js";
import { deployVault, share, windDown } from "../../helpers/vaultWorld.js";

const load = share(async () => await deployVault());
const [PUBKEY, SIGNATURE] = [somePubkey(1), someSignature(1)];
const ROOT = sha256(zeroPadBytes(PUBKEY, 64));
enum KeyStatus {
  Unknown,
  Predeposited,
}

describe("OperatorVault: predeposit", () => {
  it("deposits the operator's 1 ETH under the vault's own credentials", async () => {
    const { vault, depositContract, ethers } = await load();
    const credentials = await vault.withdrawalCredentials();
    expect(credentials).to.equal(`0x02${"00".repeat(11)}${(await vault.getAddress()).slice(2).toLowerCase()}`);
    const predeposit = vault.predeposit(PUBKEY, SIGNATURE, { value: ETHER });
    await expect(predeposit).to.emit(vault, "Predeposited").withArgs(PUBKEY);
    await expect(predeposit)
      .to.emit(depositContract, "DepositEvent")
      .withArgs(PUBKEY, credentials, "0x00ca9a3b00000000", SIGNATURE, "0x0000000000000000");
    expect(await ethers.provider.getBalance(depositContract)).to.equal(ETHER);
    expect(await ethers.provider.getBalance(vault)).to.equal(0n);
    expect(await vault.keyStatus(ROOT)).to.equal(KeyStatus.Predeposited);
  });

  it("counts nothing of it in the pool, and holds no bond for it [KEY-1]", async () => {
    const { vault, pool, registry } = await load();
    const before = await pool.totalAssets();
    await vault.predeposit(PUBKEY, SIGNATURE, { value: ETHER });
    expect(await pool.totalAssets()).to.equal(before);
    expect(await vault.keyCount()).to.equal(0n);
    const { staked, bond, isPlaced } = await registry.getOperator(1);
    expect([staked, bond, isPlaced]).to.deep.equal([0n, 0n, false]);
  });

  it("works out the root of a deposit as Lodestar does", async () => {
    const { vault } = await load();
    const withdrawalCredentials = await vault.withdrawalCredentials();
    for (const amount of [10n ** 9n, 31n * 10n ** 9n, 2n ** 64n - 1n]) {
      const deposit = { pubkey: PUBKEY, withdrawalCredentials, amount, signature: SIGNATURE };
      if (amount < 2n ** 53n) {
        expect(await vault.calcDepositDataRoot(PUBKEY, SIGNATURE, amount)).to.equal(depositDataRoot(deposit));
      } else {
        expect(await vault.calcDepositDataRoot(PUBKEY, SIGNATURE, amount)).to.not.equal(ZeroHash);
      }
    }
  });

  it("is the owner's alone, also of one who is offered the ownership", async () => {
    const { vault, registry, operator, alice } = await load();
    await registry.connect(operator).offerOwner(1, alice);
    await expect(vault.connect(alice).predeposit(PUBKEY, SIGNATURE, { value: ETHER }))
      .to.be.revertedWithCustomError(vault, "NotOwner")
      .withArgs(alice, operator);
    await registry.connect(alice).acceptOwner(1);
    await vault.connect(alice).predeposit(PUBKEY, SIGNATURE, { value: ETHER });
  });

  it("refuses any other amount", async () => {
    const { vault } = await load();
    for (const value of [0n, ETHER - 1n, ETHER + 1n, 32n * ETHER]) {
      await expect(vault.predeposit(PUBKEY, SIGNATURE, { value }))
        .to.be.revertedWithCustomError(vault, "DepositMismatch")
        .withArgs(value, ETHER);
    }
  });

  it("refuses a key or a signature of another length", async () => {
    const { vault } = await load();
    await expect(vault.predeposit(`${PUBKEY}00`, SIGNATURE, { value: ETHER }))
      .to.be.revertedWithCustomError(vault, "PubkeyLengthMismatch")
      .withArgs(49, 48);
    await expect(vault.predeposit(PUBKEY, SIGNATURE.slice(0, -2), { value: ETHER }))
      .to.be.revertedWithCustomError(vault, "SignatureLengthMismatch")
      .withArgs(95, 96);
  });

  it("takes a key once [KEY-2]", async () => {
    const { vault } = await load();
    await vault.predeposit(PUBKEY, SIGNATURE, { value: ETHER });
    await expect(vault.predeposit(PUBKEY, SIGNATURE, { value: ETHER }))
      .to.be.revertedWithCustomError(vault, "KeyStatusMismatch")
      .withArgs(ROOT, KeyStatus.Predeposited, KeyStatus.Unknown);
  });

  it("takes none of a retired operator", async () => {
    const { vault, registry, governance } = await load();
    await registry.connect(governance).retire(1);
    await expect(vault.predeposit(PUBKEY, SIGNATURE, { value: ETHER }))
      .to.be.revertedWithCustomError(registry, "OperatorRetired")
      .withArgs(1);
  });

  it("takes none while the pool winds down", async () => {
    const deployed = await deployVault({ keys: 1 });
    await windDown(deployed);
    await expect(deployed.vault.predeposit(PUBKEY, SIGNATURE, { value: ETHER })).to.be.revertedWithCustomError(
      deployed.vault,
      "WindingDown",
    );
  });
});

describe("OperatorVault: its implementation", () => {
  it("must be told a deposit contract that has code", async () => {
    const { ethers, implementation } = await load();
    await expect(ethers.deployContract("OperatorVault", [ZeroAddress]))
      .to.be.revertedWithCustomError(implementation, "NoCode")
      .withArgs(ZeroAddress);
  });

  it("is not made where EIP-4788 or EIP-7002 is missing", async () => {
    const { ethers, connection, implementation, depositContract } = await load();
    for (const predeploy of [BEACON_ROOTS, WITHDRAWAL_REQUESTS]) {
      const code = await ethers.provider.getCode(predeploy);
      await connection.networkHelpers.setCode(predeploy, "0x");
      await expect(ethers.deployContract("OperatorVault", [depositContract]))
        .to.be.revertedWithCustomError(implementation, "NoCode")
        .withArgs(predeploy);
      await connection.networkHelpers.setCode(predeploy, code);
    }
  });
});
