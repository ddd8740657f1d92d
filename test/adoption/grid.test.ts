import { expect } from "chai";
import { Contract, ContractFactory, id, ZeroHash } from "ethers";
import { network } from "hardhat";

import { LOCAL_ACCOUNTS } from "../../src/config/localAccounts.js";
import { isReady } from "../../src/adoption/report.js";
import { ROLES } from "../../src/protocol/roles.js";
import { adopt, deployBeside, keysOf, wrongOf } from "../helpers/adoptionWorld.js";
import { impersonate } from "../helpers/impersonate.js";
import { isDeep } from "../helpers/testProfile.js";
import { deployWizardDao, OLD_DELAY, type WizardDao } from "../helpers/wizardDao.js";
import {
  compileSources,
  governorSource,
  ownedSource,
  tokenSource,
  withGuardian,
  type Access,
  type Clock,
  type Made,
  type Proxy,
} from "../helpers/wizardSources.js";

const CLOCKS: readonly Clock[] = ["timestamp", "blocknumber"];
const VOICES = ["plain", "stored", "guarded", "upgradeable"] as const;
const ACCESSES: readonly Access[] = ["ownable", "roles", "managed"];
const PROXIES: readonly Proxy[] = ["none", "uups", "transparent"];
/** The stranger of every such DAO. */
const GUARDIAN = LOCAL_ACCOUNTS[4];
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const governorName = (voice: (typeof VOICES)[number], clock: Clock): string => `${capital(voice)}${capital(clock)}`;
const ownedName = (access: Access, proxy: Proxy): string => `${capital(access)}${capital(proxy)}`;

function allSources(): Record<string, string> {
  const sources: Record<string, string> = {};
  for (const clockMode of CLOCKS) {
    sources[`Token${capital(clockMode)}`] = tokenSource(`Token${capital(clockMode)}`, clockMode);
    for (const voice of VOICES) {
      const name = governorName(voice, clockMode);
      const options = { clockMode, storage: voice === "stored", isUpgradeable: voice === "upgradeable" };
      const source = governorSource(name, options);
      sources[name] = voice === "guarded" ? withGuardian(source, GUARDIAN) : source;
    }
  }
  for (const access of ACCESSES) {
    for (const proxy of PROXIES) {
      sources[ownedName(access, proxy)] = ownedSource(ownedName(access, proxy), access, proxy);
    }
  }
  return sources;
}

if (isDeep) {
  describe("[ADO-1] adoptions by DAOs of OpenZeppelin's wizard", () => {
    let made: ReadonlyMap<string, Made>;
    const find = (name: string): Made => {
      const one = made.get(name);
      if (one === undefined) throw new Error(`nobody made ${name}`);
      return one;
    };

    before(function () {
      this.timeout(300_000);
      made = compileSources(allSources());
    });

    async function deployVoice(clock: Clock, voice: (typeof VOICES)[number]): Promise<WizardDao> {
      const connection = await network.create();
      const { ethers } = connection;
      const [deployer] = await ethers.getSigners();
      const create = async (name: string, args: readonly unknown[]): Promise<Contract> => {
        const { abi, bytecode } = find(name);
        return (await new ContractFactory(abi, bytecode, deployer).deploy(...args)) as Contract;
      };
      const token = () => create(`Token${capital(clock)}`, [deployer?.address]);
      const governor = async (votes: string, timelock: string): Promise<Contract> => {
        const name = governorName(voice, clock);
        if (voice !== "upgradeable") return await create(name, [votes, timelock]);
        const setup = find(name).abi.encodeFunctionData("initialize", [votes, timelock]);
        const proxy = await ethers.deployContract("ERC1967Proxy", [await create(name, []), setup]);
        return new Contract(await proxy.getAddress(), find(name).abi, deployer);
      };
      return await deployWizardDao(connection, { token: { deploy: token }, governor: { deploy: governor } });
    }

    /** One contract of each kind that the wizard makes, all in the hands of the timelock. */
    async function deployOwned({ connection, deployer, timelock }: WizardDao): Promise<string[]> {
      const { ethers } = connection;
      const owner = await timelock.getAddress();
      const manager = await ethers.deployContract("AccessManager", [owner]);
      const addresses = [await manager.getAddress()];
      for (const access of ACCESSES) {
        for (const proxy of PROXIES) {
          const { abi, bytecode } = find(ownedName(access, proxy));
          const authority = access === "managed" ? addresses[0] : owner;
          const inputs = proxy === "none" ? abi.deploy.inputs : (abi.getFunction("initialize")?.inputs ?? []);
          const args = inputs.map(() => authority);
          const code = await new ContractFactory(abi, bytecode, deployer).deploy(...(proxy === "none" ? args : []));
          const setup = proxy === "none" ? "0x" : abi.encodeFunctionData("initialize", args);
          const placed =
            proxy === "none"
              ? code
              : proxy === "uups"
                ? await ethers.deployContract("ERC1967Proxy", [code, setup])
                : await ethers.deployContract("TransparentUpgradeableProxy", [code, timelock, setup]);
          addresses.push(await placed.getAddress());
        }
      }
      return addresses;
    }

    for (const clock of CLOCKS) {
      for (const voice of VOICES) {
        it(`is proven with a ${voice} Governor, ${clock}, and withdraws what was hostile and queued`, async () => {
          const old = await deployVoice(clock, voice);
          const world = await deployBeside(old, { holdings: await deployOwned(old) });
          const guard = voice === "guarded" ? [`guardian of ${old.governor}: ${GUARDIAN}`] : [];
          const quiet = await adopt(world);
          expect(wrongOf(quiet)).to.deep.equal([]);
          expect(keysOf(quiet)).to.deep.equal(guard);
          // The vault, the manager's two (its own admin, and what it was made with), and one or more of each kind.
          expect(quiet.holdings.filter((one) => one.startsWith("owner of")).length).to.equal(7);
          expect(quiet.holdings.filter((one) => one.startsWith("role ")).length).to.equal(8);

          const asOld = await impersonate(old.connection, old.timelock);
          await old.timelock.connect(asOld).grantRole(ROLES.proposer, old.stranger);
          const theft = old.vault.interface.encodeFunctionData("transferOwnership", [old.stranger.address]);
          const late = [old.vault, 0n, theft, ZeroHash, id("late")] as const;
          const early = [old.vault, 0n, theft, ZeroHash, id("early")] as const;
          await old.timelock.connect(old.stranger).schedule(...late, 20n * OLD_DELAY);
          await old.timelock.connect(old.stranger).schedule(...early, OLD_DELAY);
          const ids = [await old.timelock.hashOperation(...late), await old.timelock.hashOperation(...early)];
          const told = ids.map((one) => `operation ${one}`);
          const seat = `role in the old timelock: ${old.stranger.address}`;
          const hostile = await adopt(world);
          expect(wrongOf(hostile)).to.deep.equal([]);
          expect(keysOf(hostile)).to.have.members([...guard, seat, ...told]);
          expect(isReady(hostile)).to.equal(false);
          const accepted = await adopt(world, { accepted: [...guard, seat, ...told] });
          expect(isReady(accepted)).to.equal(true);
        });
      }
    }
  });
}
