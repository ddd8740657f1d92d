import { isAddress } from "ethers";

import type { DaoRecipe } from "../src/config/load.js";
import { defineDao, type DaoDefinition } from "../src/config/schema.js";
import standard from "./default.js";

// A DAO on Hoodi or Sepolia, to try everything with: ten minutes for a day of the default, and 2 minutes for its 5 hours.
// It deploys as it stands. Whoever deploys it gets all votes, unless TRIBUNE_HOLDER names somebody else.
//
// Committees come from the environment; a body whose members nobody names is left out, for one account cannot check
// itself. Owners of a Safe are joined by commas, and all but one of them must sign (two of two):
//   TRIBUNE_EMERGENCY=0x…,0x…;0x…,0x…             activation; execution
//   TRIBUNE_BREAKER=0x…,0x…;0x…,0x…               seal; reseal
//   TRIBUNE_TIEBREAKER=0x…,0x…;0x…,0x…;0x…,0x…    three sub-committees, two of which decide

const { env } = process;

/** The committees that a variable names; undefined if it is not set. */
function committeesIn(variable: string, count: number) {
  const text = env[variable];
  if (!text) return undefined;
  const committees = text.split(";").map((part) => {
    const owners = part.split(",").map((owner) => owner.trim());
    return { owners, threshold: Math.max(2, owners.length - 1) };
  });
  const wrong = committees.flatMap(({ owners }) => owners).find((owner): boolean => !isAddress(owner));
  if (wrong !== undefined) throw new Error(`${variable} names "${wrong}", which is no address`);
  if (committees.length !== count) {
    throw new Error(`${variable} names ${committees.length} committees: right are ${count}, with ";" between them`);
  }
  return committees;
}

/** What does not depend on who deploys, nor on the environment. */
export const figures = {
  governor: {
    votingDelay: "10 min", // 1 d
    votingPeriod: "50 min", // 5 d
    proposalThreshold: "0.1 %",
    quorum: "4 %",
    lateQuorumExtension: "10 min", // 1 d
  },

  timelock: {
    delay: "40 min", // 4 d
    delayFloor: "30 min", // 3 d
    delayCeiling: "50 min", // 5 d
    grace: "30 h", // 180 d
    fallbackDelay: "10 h", // 60 d
    protectionLimit: "182 h 30 min", // 1095 d
    emergencyLimit: "5 h", // 30 d
    tiebreakerFloor: "30 h 20 min", // 182 d
    tiebreakerCeiling: "121 h 40 min", // 730 d
  },

  dualGovernance: {
    signalling: {
      ...standard.dualGovernance.signalling,
      minDuration: "50 min", // 5 d
      maxDuration: "7 h 30 min", // 45 d
      joinWindow: "10 min", // 1 d
      minActive: "2 min", // 5 h
      deactivation: "30 min", // 3 d
    },
    phases: {
      minLock: "2 min", // 5 h
      cooldown: "2 min", // 5 h
      rageQuitExtension: "70 min", // 7 d
      withdrawalMinDelay: "10 h", // 60 d
      withdrawalMaxDelay: "30 h", // 180 d
      withdrawalDelayGrowth: "2 h 30 min", // 15 d
    },
    exit: {
      wordDelay: "70 min", // 7 d
      callOffDelay: "20 h", // 120 d
      stallDelay: "20 h", // 120 d
      holdLimit: "60 h 50 min", // 365 d
      exitLimit: "121 h 40 min", // 730 d
      callOffExtension: "2 h 20 min", // 14 d
      freshVessels: true,
    },
  },
} satisfies Pick<DaoDefinition, "governor" | "timelock" | "dualGovernance">;

const testnet: DaoRecipe = ({ deployer }) => {
  const [activationCommittee, executionCommittee] = committeesIn("TRIBUNE_EMERGENCY", 2) ?? [];
  const [sealCommittee, resealCommittee] = committeesIn("TRIBUNE_BREAKER", 2) ?? [];
  const subCommittees = committeesIn("TRIBUNE_TIEBREAKER", 3);

  return defineDao({
    name: "Tribune DAO, a test",

    token: {
      name: "Tribune, a test",
      symbol: "tTRIB",
      allocations: [{ holder: env.TRIBUNE_HOLDER ?? deployer, amount: "100,000,000" }],
    },

    ...figures,

    vault: {
      kind: "test-example", // over an asset that anybody mints and an idle market, both worth nothing
      name: "Tribune Test Vault",
      symbol: "tvTEST",
      fee: "10 %",
      seed: "0.001", // minted for it
    },

    emergency: activationCommittee &&
      executionCommittee && {
        activationCommittee,
        executionCommittee,
        protection: "121 h 40 min", // 730 d
        modeDuration: "5 h", // 30 d
      },

    circuitBreaker: sealCommittee &&
      resealCommittee && {
        sealCommittee,
        resealCommittee,
        sealDuration: "2 h 20 min", // 14 d
        sealTerm: "60 h 40 min", // 364 d
      },

    tiebreaker: subCommittees && {
      subCommittees,
      quorum: 2,
      timeout: "60 h 50 min", // 365 d
      delay: "5 h", // 30 d
    },
  });
};

export default testnet;
