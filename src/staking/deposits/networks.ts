/** A network on which validators can be deposited. */
export interface DepositNetwork {
  /** As the official tool writes it; undefined where everybody gives his own. */
  readonly name: string | undefined;
  /** Deposits are signed under it, whatever forks came later. [4 bytes, hex] */
  readonly genesisForkVersion: string;
}

/**
 * By chain id. Sources: the configuration files of each network (eth-clients/mainnet, /sepolia, /hoodi), and, for local
 * chains, what ethpandaops' ethereum-package begins with.
 */
const NETWORKS: Readonly<Record<string, DepositNetwork>> = {
  1: { name: "mainnet", genesisForkVersion: "0x00000000" },
  560048: { name: "hoodi", genesisForkVersion: "0x10000910" },
  11155111: { name: "sepolia", genesisForkVersion: "0x90000069" },
  31337: { name: undefined, genesisForkVersion: "0x10000038" },
};

/** Undefined if no validators are deposited from that chain, as far as is known here. */
export const depositNetworkOf = (chainId: bigint): DepositNetwork | undefined => NETWORKS[chainId.toString()];

/** `"hoodi (0x10000910)"` */
export const describeNetwork = ({ name, genesisForkVersion }: DepositNetwork): string =>
  `${name ?? "the local network"} (${genesisForkVersion})`;

/** What is known of a network with this genesis fork version; undefined if nothing is. */
export const networkOfVersion = (version: string): DepositNetwork | undefined =>
  Object.values(NETWORKS).find(({ genesisForkVersion }) => genesisForkVersion === version);
