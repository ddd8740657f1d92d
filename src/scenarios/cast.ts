import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { LOCAL_ACCOUNTS } from "../config/localAccounts.js";

/** Somebody who acts in a story. */
export interface Actor {
  /** As the timeline names it. */
  readonly name: string;
  readonly signer: HardhatEthersSigner;
}

/** What a story's chain needs: the accounts of `config/default.ts`, and as many for the others. */
export const ACCOUNT_COUNT = 2 * LOCAL_ACCOUNTS.length;

/** Who plays with the DAO of `config/default.ts`; whoever is not in that file has an account of his own. */
export interface Cast {
  readonly deployer: Actor;
  /** Holds 60 % of the votes. */
  readonly majority: Actor;
  /** Holds 30 % of the votes. */
  readonly minority: Actor;
  /** Has nothing and no role: whoever does what everybody may do. */
  readonly anyone: Actor;
  readonly stakers: readonly Actor[];
  /** Everybody's account, by address: owners of committees are among them. */
  readonly signers: ReadonlyMap<string, HardhatEthersSigner>;
}

export async function assembleCast({ ethers }: NetworkConnection): Promise<Cast> {
  const signers = await ethers.getSigners();
  const [deployer, majority, minority] = signers;
  const [anyone, ...others] = signers.slice(LOCAL_ACCOUNTS.length);
  if (!deployer || !majority || !minority || !anyone) throw new Error("the chain has too few accounts");
  return {
    deployer: { name: "deployer", signer: deployer },
    majority: { name: "majority", signer: majority },
    minority: { name: "minority", signer: minority },
    anyone: { name: "anyone", signer: anyone },
    stakers: others.map((signer, index) => ({ name: `staker ${index + 1}`, signer })),
    signers: new Map(signers.map((signer) => [signer.address, signer])),
  };
}
