import hre, { network } from "hardhat";
import type { HardhatUserConfig } from "hardhat/config";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import config from "../../hardhat.config.js";

/** A chain like that of `npx hardhat node`, and a Hardhat whose `localhost` it is. */
export interface LocalNode {
  readonly url: string;
  readonly hre: HardhatRuntimeEnvironment;
  close(): Promise<void>;
}

export interface Settings {
  readonly ignition?: HardhatUserConfig["ignition"];
  /** After so long a node that says nothing has failed. [ms] */
  readonly timeout?: number;
}

/** A Hardhat that was started with `--network <networkName>`, where localhost is at `url`. */
export const createHre = (
  url: string,
  networkName = "localhost",
  { ignition, timeout }: Settings = {},
): Promise<HardhatRuntimeEnvironment> =>
  createHardhatRuntimeEnvironment(
    {
      ...config,
      networks: {
        ...config.networks,
        localhost: { type: "http", chainType: "l1", url, ...(timeout !== undefined && { timeout }) },
      },
      ignition: { blockPollingInterval: 20, ...ignition }, // [ms]
    },
    { network: networkName },
    hre.config.paths.root,
  );

/**
 * @param initialDate Chains that begin at the same second have the same first block.
 * @param interval Of blocks, for a chain that does not mine every transaction at once. [ms]
 */
export async function startNode(initialDate = "2026-01-01T00:00:00Z", interval?: number): Promise<LocalNode> {
  // Several blocks a second.
  const slow = { mining: { auto: false, interval: interval ?? 0 }, allowBlocksWithSameTimestamp: true };
  const override = { initialDate, ...(interval !== undefined && slow) };
  const server = await network.createServer({ network: "default", override }, "127.0.0.1");
  const { port } = await server.listen();
  const url = `http://127.0.0.1:${port}`;
  return { url, hre: await createHre(url), close: () => server.close() };
}
