import path from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { findPlace, type Place } from "../src/deployment/place.js";
import { SentenceError } from "../src/protocol/errors.js";

/** Where this project keeps its deployments. */
export const placeOf = (hre: HardhatRuntimeEnvironment): { readonly records: string; readonly journals: string } => ({
  records: path.join(hre.config.paths.root, "deployments"),
  journals: path.join(hre.config.paths.ignition, "deployments"),
});

/** The network chosen by `--network`, and where this project keeps its deployments. */
export async function connect(
  hre: HardhatRuntimeEnvironment,
): Promise<{ connection: NetworkConnection; place: Place }> {
  const connection = await hre.network.create();
  const place = await findPlace(connection.ethers.provider, placeOf(hre));
  return { connection, place };
}

/** Refuses the chain inside Hardhat, for verbs that need something to be there already. */
export function refusePassingChain({ networkConfig }: NetworkConnection): void {
  if (networkConfig.type === "http") return;
  throw new SentenceError(
    "The chain inside Hardhat begins with this command, so nothing is deployed on it: choose a chain that stays, like " +
      "--network localhost while npx hardhat node runs.",
  );
}
