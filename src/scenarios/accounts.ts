import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { dataSlice, getAddress, id as hash, parseEther } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

/** Somebody who acts in a story. */
export interface Actor {
  /** As the timeline names it. */
  readonly name: string;
  readonly signer: HardhatEthersSigner;
}

/** Who plays with the DAO of `config/default.ts`; whoever is not in that file has an account of his own. */
export interface Accounts {
  readonly deployer: Actor;
  /** Holds 60 % of the token. */
  readonly majority: Actor;
  /** Holds 30 % of the votes. */
  readonly minority: Actor;
  /** Has nothing and no role: whoever does what everybody may do. */
  readonly anyone: Actor;
  readonly stakers: readonly Actor[];
  /** The accounts of the file by address: owners of committees are among them. */
  readonly signers: ReadonlyMap<string, HardhatEthersSigner>;
}

const STAKERS = ["staker 1", "staker 2", "staker 3", "staker 4", "staker 5", "staker 6"] as const;

export async function createAccounts(connection: NetworkConnection): Promise<Accounts> {
  const signers = await connection.ethers.getSigners();
  const [deployer, majority, minority] = signers;
  if (!deployer || !majority || !minority) throw new Error("the chain has too few accounts");
  const [anyone, ...stakers] = await Promise.all(["anyone", ...STAKERS].map((name) => createAccount(connection, name)));
  if (anyone === undefined) throw new Error("no account was created");
  return {
    deployer: { name: "deployer", signer: deployer },
    majority: { name: "majority", signer: majority },
    minority: { name: "minority", signer: minority },
    anyone,
    stakers,
    signers: new Map(signers.map((signer) => [signer.address, signer])),
  };
}

/** An account without a key, which the chain inside the process lets act all the same: keys take long to derive. */
async function createAccount({ ethers, networkHelpers }: NetworkConnection, name: string): Promise<Actor> {
  const address = getAddress(dataSlice(hash(name), 12));
  await networkHelpers.setBalance(address, parseEther("10000"));
  return { name, signer: await ethers.getImpersonatedSigner(address) };
}
