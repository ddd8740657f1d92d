import { toBeHex, type BaseContract, type ContractRunner } from "ethers";

import {
  DriftingGateMock__factory,
  EndlessBreakerMock__factory,
  OpenFeeVaultMock__factory,
  OpenPurseVesselMock__factory,
  PausableExitVaultMock__factory,
  TakingVaultMock__factory,
} from "../../../types/index.js";
import { inventAccount } from "../../../src/rehearsal/snapshot.js";
import type { AuditWorld } from "../auditWorld.js";
import type { Plant } from "./plant.js";

/** Puts a mock where a contract stands, whose code lies elsewhere from then on. */
async function replace(
  { tribune }: AuditWorld,
  account: string,
  deploy: (original: string, runner: ContractRunner) => Promise<BaseContract>,
): Promise<void> {
  const { provider, ethers } = tribune.connection;
  const original = inventAccount(`the code of ${account}`);
  const setCode = async (address: string, code: string): Promise<void> => {
    await provider.request({ method: "hardhat_setCode", params: [address, code] });
  };
  await setCode(original, await ethers.provider.getCode(account));
  const mock = await deploy(original, tribune.deployer);
  await setCode(account, await ethers.provider.getCode(await mock.getAddress()));
}

const word = (slot: bigint): string => toBeHex(slot, 32);

/** Contracts that are written wrongly. */
export const CODED: readonly Plant[] = [
  {
    name: "anybody sets the vault's fee",
    parts: ["vault"],
    wire: (world) =>
      replace(world, world.tribune.addresses.vault, (original, runner) =>
        new OpenFeeVaultMock__factory()
          .connect(runner)
          .deploy(original, word(world.slotOf(world.tribune.addresses.vault, "_fee"))),
      ),
    property: "P1",
    says: /Anybody can change ExampleVault\._fee alone/,
  },
  {
    name: "a poke moves R1 in force",
    parts: ["gate"],
    wire: (world) =>
      replace(world, world.tribune.addresses.gate, (original, runner) =>
        new DriftingGateMock__factory().connect(runner).deploy(original, word(0n), 1n << 48n),
      ),
    property: "P1",
    says: /Anybody can change DualGovernance\._machine\.signallingThreshold alone/,
  },
  {
    name: "a vessel pays anybody",
    parts: ["vessel"],
    modes: ["after a rage quit"],
    wire: (world) =>
      replace(world, world.tribune.addresses.vessel, (original, runner) =>
        new OpenPurseVesselMock__factory()
          .connect(runner)
          .deploy(original, world.tribune.addresses.example?.asset ?? ""),
      ),
    property: "P1",
    says: /vessel\.pay\(address,uint256\) by .* works in .*, and is not who may/,
  },
  {
    name: "a pause holds those who want to leave",
    parts: ["vault"],
    modes: ["a pause in VetoSignalling"],
    wire: (world) =>
      replace(world, world.tribune.addresses.vault, (original, runner) =>
        new PausableExitVaultMock__factory().connect(runner).deploy(original),
      ),
    property: "P3",
    says: /Nobody can redeem shares in a pause in VetoSignalling, which the seal committee can bring about/,
  },
  {
    name: "a seal can be used again",
    parts: ["breaker"],
    modes: ["after a pause"],
    wire: (world) =>
      replace(world, world.tribune.addresses.bodies.circuitBreaker?.breaker ?? "", (original, runner) =>
        new EndlessBreakerMock__factory().connect(runner).deploy(original, word(0n)),
      ),
    property: "P4",
    says: /breaker\.seal\(address\[\]\) works again in after a pause/,
  },
  {
    name: "whoever lets fees accrue takes a share of somebody",
    parts: ["vault"],
    wire: (world) =>
      replace(world, world.tribune.addresses.vault, (original, runner) =>
        new TakingVaultMock__factory()
          .connect(runner)
          .deploy(original, word(world.slotOf(world.tribune.addresses.vault, "_balances")), world.staker),
      ),
    property: "P1",
    says: /vault\.accrueFee\(\) in Normal changes ExampleVault\._balances.*, which is .*'s, from/,
  },
];
