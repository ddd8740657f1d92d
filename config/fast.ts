import { defineDao } from "../src/config/schema.js";
import standard from "./default.js";

const { emergency, circuitBreaker, tiebreaker } = standard;

/** The default with a minute for every day, and 15 seconds for its 5 hours: for trying things out on a real network. */
export default defineDao({
  ...standard,
  name: "Tribune DAO, fast",

  governor: {
    ...standard.governor,
    votingDelay: "1 min", // 1 d
    votingPeriod: "5 min", // 5 d
    lateQuorumExtension: "1 min", // 1 d
  },

  timelock: {
    delay: "4 min", // 4 d
    delayFloor: "3 min", // 3 d
    delayCeiling: "5 min", // 5 d
    grace: "180 min", // 180 d
    fallbackDelay: "60 min", // 60 d
    protectionLimit: "1095 min", // 1095 d
    emergencyLimit: "30 min", // 30 d
    tiebreakerFloor: "182 min", // 182 d
    tiebreakerCeiling: "730 min", // 730 d
  },

  dualGovernance: {
    signalling: {
      ...standard.dualGovernance.signalling,
      minDuration: "5 min", // 5 d
      maxDuration: "45 min", // 45 d
      joinWindow: "1 min", // 1 d
      minActive: "15 s", // 5 h
      deactivation: "3 min", // 3 d
    },
    phases: {
      minLock: "15 s", // 5 h
      cooldown: "15 s", // 5 h
      rageQuitExtension: "7 min", // 7 d
      withdrawalMinDelay: "60 min", // 60 d
      withdrawalMaxDelay: "180 min", // 180 d
      withdrawalDelayGrowth: "15 min", // 15 d
    },
    exit: {
      ...standard.dualGovernance.exit,
      wordDelay: "7 min", // 7 d
      callOffDelay: "120 min", // 120 d
      stallDelay: "120 min", // 120 d
      holdLimit: "365 min", // 365 d
      exitLimit: "730 min", // 730 d
      callOffExtension: "14 min", // 14 d
    },
  },

  emergency: emergency && {
    ...emergency,
    protection: "730 min", // 730 d
    modeDuration: "30 min", // 30 d
  },

  circuitBreaker: circuitBreaker && {
    ...circuitBreaker,
    sealDuration: "14 min", // 14 d
    sealTerm: "364 min", // 364 d
  },

  tiebreaker: tiebreaker && {
    ...tiebreaker,
    timeout: "365 min", // 365 d
    delay: "30 min", // 30 d
  },
});
