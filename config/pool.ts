import { LOCAL_ACCOUNTS } from "../src/config/localAccounts.js";
import { defineDao } from "../src/config/schema.js";
import standard from "./default.js";

// A DAO with many operators: its stakers hold a pool of validators, and nobody is believed for what these hold.
// Accounts below exist on local chains only, as those of the default do.

const [, , , , alder, birch, cedar, elder, hazel, juniper, linden, maple, rowan] = LOCAL_ACCOUNTS;

/** 200 keys of 32 ETH. */
const operatorCap = "6,400";
/** For entities with two operators: twice that. */
const pairCap = "12,800";

export default defineDao({
  ...standard,
  name: "Tribune Pool DAO",

  dualGovernance: {
    ...standard.dualGovernance,
    exit: {
      ...standard.dualGovernance.exit,
      // A pool whose proofs have stopped winds down: 14 d until anybody may arm it, 7 d, then up to 300 d until everything
      // has arrived. So long it is no deadlock that nothing is paid.
      stallDelay: "321 d",
    },
  },

  vault: {
    kind: "pool",
    name: "Tribune Staked Ether",
    symbol: "tsETH",
    fee: "10 %", // of gains; half to operators, a tenth to those who prove, the rest to the timelock; at most 10 %
    // All caps in ETH, the bond of operators included. No deposit goes to anybody who is, or would be, above one.
    cap: "83,200", // of the whole pool; what all below have together, so that nothing waits idle
    unvettedOperatorCap: "320", // whoever registers gets ten keys at most before a vote
    unvettedCap: "6,400", // all of these count as one entity, for they may be one
    // Whom the pool begins with, vetted: twelve operators of nine entities. None reaches a third of the pool, and no four
    // operators do together. Later ones register themselves, and a vote vets them.
    entities: [
      ...[alder, birch, cedar].map((owner) => ({
        cap: pairCap,
        operators: [
          { owner, cap: operatorCap },
          { owner, cap: operatorCap },
        ],
      })),
      ...[elder, hazel, juniper, linden, maple, rowan].map((owner) => ({
        cap: operatorCap,
        operators: [{ owner, cap: operatorCap }],
      })),
    ],
    seed: "0.001", // from the deployer; the shares go to the timelock, and vote for nobody
    // On a public network, by address, of Hoodi for example:
    // weth: "0x…", // whatever wraps ETH there
    // depositContract: "0x00000000219ab540356cBB839Cbe05303d7705Fa",
    // Left out, both are stood for, which a local chain alone allows.
  },

  // The pool cannot be paused by anybody, so there is nothing for a circuit breaker; a vote may stop deposits.
  circuitBreaker: undefined,
  // Left out for want of accounts on a local chain: a young DAO should have it.
  emergency: undefined,
});
