import { defineDao } from "../src/config/schema.js";
import { LOCAL_ACCOUNTS } from "../src/config/localAccounts.js";

// Copy this file for your own DAO, then change the holders and the vault: those below exist on local chains only.
// Durations: "7 d 12 h", "90 min", "15 s". Percentages: "0.1 %". Tokens: "10,000,000". Dates: "2027-01-01", UTC.

const [, hostileMajority, minority, contributor, ...members] = LOCAL_ACCOUNTS;
const [guard1, guard2, guard3, consul1, consul2, consul3, sealer1, sealer2, resealer1, resealer2, ...tribunes] =
  members;
const [tribune1, tribune2, tribune3, tribune4, tribune5, tribune6] = tribunes;

export default defineDao({
  name: "Tribune DAO",

  token: {
    name: "Tribune",
    symbol: "TRIB",
    // The whole supply, once and for all. [tokens]
    allocations: [
      // One holder with a majority, so that the stories have an adversary: a real DAO would never start like this.
      { holder: hostileMajority, amount: "60,000,000" },
      { holder: minority, amount: "30,000,000" },
      // Tokens that vest do not vote until they are released.
      {
        holder: contributor,
        amount: "10,000,000",
        vesting: { start: "2027-01-01", duration: "1460 d", cliff: "365 d" },
      },
    ],
  },

  governor: {
    votingDelay: "1 d", // time to read a proposal, and to delegate, before votes are counted
    votingPeriod: "5 d", // a weekend is always inside
    proposalThreshold: "0.1 %", // of the supply: keeps spam out, lets a small group speak
    quorum: "4 %", // of the supply, for and abstain: the usual figure of large DAOs
    lateQuorumExtension: "1 d", // whoever is surprised by a late quorum has a day to answer
  },

  timelock: {
    delay: "4 d", // the base delay: time for stakers to notice a decision and to lock
    delayFloor: "3 d", // immutable: no vote can make decisions land sooner
    delayCeiling: "5 d", // immutable: no vote can make repair impossible; at most signalling.minDuration
    grace: "180 d", // immutable: a decision dies this long after its delay; outlives two rounds of signalling
    fallbackDelay: "60 d", // immutable: the fallback gate's whole delay; at least maxDuration + deactivation
    protectionLimit: "1095 d", // immutable: three years after its creation emergency protection is over, for good
    emergencyLimit: "30 d", // immutable: no vote can let emergency mode last longer
    tiebreakerFloor: "182 d", // immutable: no vote can let the tiebreaker in sooner than after half a year
    tiebreakerCeiling: "730 d", // immutable: no vote can keep the tiebreaker out for more than two years
  },

  dualGovernance: {
    signalling: {
      signallingThreshold: "1 %", // R1, of the votable supply: stretches the timelock; low enough to be reached in three days
      rageQuitThreshold: "10 %", // R2: objection so broad that those who object may leave before anything lands
      minDuration: "5 d", // Lmin: extension at R1
      maxDuration: "45 d", // Lmax: extension at R2
      joinWindow: "1 d", // after a late crossing of R2 everybody still has this long to join
      minActive: "5 h", // signalling lasts at least this long, so that states do not flicker
      deactivation: "3 d", // after support has faded, time to object again
    },
    phases: {
      minLock: "5 h", // a lock binds this long, so that borrowed shares cannot signal and run
      cooldown: "5 h", // window in which older decisions run; at most a quarter of delayFloor
      rageQuitExtension: "7 d", // after the last claim: time for those outside to object; at least deactivation
      withdrawalMinDelay: "60 d", // Wmin: leaving costs patience, so a rage quit is no free exit
      withdrawalMaxDelay: "180 d", // Wmax: yet never more than this
      withdrawalDelayGrowth: "15 d", // Wgrowth: more with every rage quit in a row, against those who quit by turns
    },
    // Immutable: how long a rage quit may wait for the vault. Progress is another 64th of the shares turned into assets.
    exit: {
      wordDelay: "7 d", // the vault says that nothing is left: time to notice where that is not so
      callOffDelay: "120 d", // the vault takes nothing for this long: the exit may be called off, the shares are given back
      stallDelay: "120 d", // it has taken shares and pays nothing for this long: a deadlock, which the tiebreaker may break
      holdLimit: "365 d", // and for this long: governance goes on without it; longer than grace + delayCeiling
      exitLimit: "730 d", // after this it goes on whatever the vault does; longer than grace + delayCeiling
      callOffExtension: "14 d", // after a call-off: whoever has shares again has this long to object with them
      freshVessels: true, // false where the vault admits holders one by one: only addresses known before can be admitted
    },
  },

  vault: {
    kind: "local-example", // or "example" (asset, market), "erc4626", "erc7540" (address), "own" (address, vessel)
    name: "Tribune Example Vault",
    symbol: "tvWETH",
    fee: "10 %", // of gains, to the timelock; the vault allows at most 20 %
    // From the deployer, in the asset; the shares go to the timelock. An empty vault would be anybody's lever, so the escrow
    // refuses one, and never counts a supply below a thousandth of what it finds. At least 0.000000000001 WETH.
    seed: "0.001",
  },

  // Three bodies whose powers end by themselves; leave out the ones your DAO does not want. Each committee is a Safe that
  // is created with the deployment, or `safe: "0x…"` for one that exists and has these owners and this threshold. Nobody
  // may sit in two that check each other. Two of two only because a local chain has 20 accounts: one lost key and such a
  // committee is dumb, so take three members or more.

  // While the contracts are young, somebody can hold governance back, and lead it into the fallback gate's long delay.
  emergency: {
    activationCommittee: { owners: [guard1, guard2, guard3], threshold: 2 }, // notices; can only stop
    executionCommittee: { owners: [consul1, consul2, consul3], threshold: 2 }, // repairs; can only use what others stopped
    protection: "730 d", // from the deployment, then the power is gone; at most timelock.protectionLimit
    modeDuration: "30 d", // time to repair by what was scheduled before; at most timelock.emergencyLimit
  },

  // Deposits can be paused once, before more money walks into a hole; redemption never.
  circuitBreaker: {
    sealCommittee: { owners: [sealer1, sealer2], threshold: 2 }, // quick: one use, one length
    resealCommittee: { owners: [resealer1, resealer2], threshold: 2 }, // while stakers object, lets a pause wait for governance
    sealDuration: "14 d", // a vote and the base delay fit in; at most 30 d
    sealTerm: "364 d", // from the deployment; renewed by a vote for another breaker; at most 365 d
  },

  // When governance has been halted for so long that no veto explains it, lets one decision of the DAO's through.
  tiebreaker: {
    // Independent of each other and of everybody who could have caused the deadlock.
    subCommittees: [
      { owners: [tribune1, tribune2], threshold: 2 },
      { owners: [tribune3, tribune4], threshold: 2 },
      { owners: [tribune5, tribune6], threshold: 2 },
    ],
    quorum: 2, // more than half of them
    timeout: "365 d", // longer than any honest round of rage quits; between tiebreakerFloor and tiebreakerCeiling
    delay: "30 d", // from the quorum: time for everybody to see what will pass
  },
});
