import { expect } from "chai";
import { id, ZeroAddress } from "ethers";
import { network } from "hardhat";

import { isReady } from "../../src/adoption/report.js";
import { ROLES as SEATS } from "../../src/protocol/roles.js";
import { adopt, deployBeside, keysOf, land, wrongOf } from "../helpers/adoptionWorld.js";
import { impersonate } from "../helpers/impersonate.js";
import { isDeep } from "../helpers/testProfile.js";
import { deployWizardDao, OLD_DELAY } from "../helpers/wizardDao.js";

/** More than one transaction can hand over, at what a transaction may really use. */
const ROLES = 130;

const NEW_DELAY = 345_600n;

if (isDeep) {
  describe("[ADO-1] an adoption that one transaction cannot hold", () => {
    it("takes several proposals there and several back, each of which is executed within a transaction's gas", async () => {
      const connection = await network.create();
      const { ethers, networkHelpers } = connection;
      const old = await deployWizardDao(connection);
      const code = await ethers.deployContract("UpgradeableRolesMock");
      const setup = code.interface.encodeFunctionData("initialize", [await old.timelock.getAddress()]);
      const target = await (await ethers.deployContract("ERC1967Proxy", [code, setup])).getAddress();
      const roles = await ethers.getContractAt("UpgradeableRolesMock", target);
      const asOld = await impersonate(connection, old.timelock);
      for (let role = 0; role < ROLES; role++) await roles.connect(asOld).grantRole(id(`ROLE ${role}`), asOld);
      await networkHelpers.setBalance(asOld.address, 0n);
      const world = await deployBeside(old, { holdings: [target] });
      const { governor, timelock } = world.deployment.addresses;
      /** Who of those who ever had a seat in the old timelock has which. */
      const seatsOf = async () => {
        const accounts = [governor, timelock, asOld.address, old.deployer.address, ZeroAddress];
        const asked = Object.values(SEATS).map((role) =>
          Promise.all(accounts.map((account) => old.timelock.hasRole(role, account))),
        );
        return await Promise.all(asked);
      };
      const before = await seatsOf();

      const report = await adopt(world);
      expect([wrongOf(report), keysOf(report)]).to.deep.equal([[], []]);
      expect(isReady(report)).to.equal(true);
      expect(report.proposals.length).to.be.greaterThan(1);
      const words = report.steps.map(({ what }) => what).join();
      expect(words).to.match(/\d+ later proposals through the new timelock bring everything back/);

      for (const one of report.proposals) await land(world, one, OLD_DELAY);
      const back = await adopt(world, { isBack: true });
      expect([wrongOf(back), keysOf(back)]).to.deep.equal([[], []]);
      expect(back.proposals.length).to.be.greaterThan(1);
      expect(back.holdings.filter((one) => one.startsWith("role ")).length).to.equal(ROLES + 1);

      // What is left once a part of it was executed, is prepared anew, and in several proposals again.
      const gas = 6_000_000n;
      const [first, ...others] = (await adopt(world, { isBack: true, gas })).proposals;
      expect(others.length).to.be.greaterThan(1);
      if (first !== undefined) await land(world, first, NEW_DELAY);
      const rest = await adopt(world, { isBack: true, gas });
      expect([wrongOf(rest), keysOf(rest)]).to.deep.equal([[], []]);
      expect(rest.proposals.length).to.equal(others.length);
      for (const one of rest.proposals) await land(world, one, NEW_DELAY);
      expect(await (await ethers.getContractAt("WizardGovernorMock", old.governor)).timelock()).to.equal(asOld.address);
      expect(await seatsOf()).to.deep.equal(before);
      // No mark stands: nothing waits but what accepts the vault.
      const scheduled = await old.timelock.queryFilter(old.timelock.filters.CallScheduled());
      const waiting = new Set<string>();
      for (const { args } of scheduled) {
        if ((await old.timelock.getTimestamp(args.id)) > 1n) waiting.add(args.target);
      }
      expect([...waiting]).to.deep.equal([await old.vault.getAddress()]);
    }).timeout(600_000);
  });
}
