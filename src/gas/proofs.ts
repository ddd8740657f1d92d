import type { NetworkConnection } from "hardhat/types/network";

import { LAYOUTS, type LayoutName } from "../staking/layouts.js";
import { proveState, type Wanted } from "../staking/proveState.js";
import { BeaconProofsMock__factory } from "../../types/index.js";
import { bigState, WITHDRAWAL_CREDENTIALS } from "../staking/sketch/bigState.js";
import type { Figures, RowKey } from "./rows.js";

/** Validators of the measured state: twice as many as mainnet has. */
const VALIDATORS = 2_000_000;
const BATCH = 32;
const GAS_LIMIT = 5_000_000n;
/** Spreads neighbours over the whole state: a little dearer than at random. */
const STEP = 1_234_577;

const side = Array.from({ length: BATCH }, (_, index) => VALIDATORS / 2 + index);
const apart = side.map((index) => (index * STEP) % VALIDATORS);

const WANTED = {
  one: { fields: apart.slice(0, 1), balances: apart.slice(0, 1) },
  balancesFar: { fields: [], balances: apart },
  balancesNear: { fields: [], balances: side },
  fieldsFar: { fields: apart, balances: [] },
  fieldsNear: { fields: side, balances: [] },
  bothFar: { fields: apart, balances: apart },
  bothNear: { fields: side, balances: side },
} as const satisfies Record<string, Wanted>;

const SUFFIXES = { electra: "Electra", gloas: "Gloas" } as const satisfies Record<LayoutName, string>;

/** What a contract pays for a proof beside its own work. Shown to a contract that keeps nothing. */
export async function measureProofs({ ethers }: NetworkConnection): Promise<Figures> {
  const [sender] = await ethers.getSigners();
  if (sender === undefined) throw new Error("the chain has no accounts");
  const contract = await new BeaconProofsMock__factory(sender).deploy();
  const figures: Figures = {};
  for (const layout of Object.keys(LAYOUTS) as LayoutName[]) {
    const tree = bigState(layout, VALIDATORS);
    for (const [name, wanted] of Object.entries(WANTED) as [keyof typeof WANTED, Wanted][]) {
      const key: RowKey = `${name}${SUFFIXES[layout]}`;
      const { proof } = proveState(tree, layout, wanted);
      // A transaction, though it changes nothing: what a call's data costs is part of the figure.
      const data = contract.interface.encodeFunctionData("takeState", [tree(1n), WITHDRAWAL_CREDENTIALS, proof]);
      const transaction = await sender.sendTransaction({ to: contract, data, gasLimit: GAS_LIMIT });
      figures[key] = Number((await transaction.wait())?.gasUsed);
    }
  }
  return figures;
}
