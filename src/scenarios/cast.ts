import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

/** Somebody who acts in a story. */
export interface Actor {
  /** As the timeline names it. */
  readonly name: string;
  readonly signer: HardhatEthersSigner;
}

/** Who plays with the DAO of `config/default.ts`: the accounts of the embedded chain, in order. */
export interface Cast {
  readonly deployer: Actor;
  /** Holds 60 % of the votes. */
  readonly majority: Actor;
  /** Holds 30 % of the votes. */
  readonly minority: Actor;
  /** Has nothing and no role: whoever does what everybody may do. */
  readonly anyone: Actor;
  readonly stakers: readonly Actor[];
}

export async function assembleCast({ ethers }: NetworkConnection): Promise<Cast> {
  const [deployer, majority, minority, , anyone, ...others] = await ethers.getSigners();
  if (!deployer || !majority || !minority || !anyone) throw new Error("the chain has too few accounts");
  return {
    deployer: { name: "deployer", signer: deployer },
    majority: { name: "majority", signer: majority },
    minority: { name: "minority", signer: minority },
    anyone: { name: "anyone", signer: anyone },
    stakers: others.map((signer, index) => ({ name: `staker ${index + 1}`, signer })),
  };
}
