import {
  found,
  notTried,
  refused,
  type Facts,
  type Observations,
  type Walk,
} from "../../../src/rehearsal/rehearsalFacts.js";

const UNIT = 10n ** 18n;
export const VAULT = "0x00000000000000000000000000000000000000A1";
export const HOLDER = "0x00000000000000000000000000000000000000A2";
export const ESCROW = "0x00000000000000000000000000000000000000A3";
export const VESSEL = "0x00000000000000000000000000000000000000A4";
const ASSET = "0x00000000000000000000000000000000000000A5";

/** What is seen of an honest vault that redeems at once. */
export const OBSERVED: Observations = {
  control: [],
  transfers: { sent: UNIT, toHolder: found(UNIT), toStranger: found(UNIT) },
  direct: {
    holder: HOLDER,
    shares: UNIT,
    maxRedeem: found(UNIT),
    preview: found(UNIT),
    converted: found(UNIT),
    redeemed: found({ shares: UNIT, paid: UNIT }),
    beyondMax: notTried("maxRedeem allows everything"),
    requested: refused("without a reason"),
    cooldown: refused("there is none"),
  },
  price: {
    donation: found({ before: UNIT, after: UNIT }),
    drain: notTried("no --drain was given"),
    roundTrip: found(false),
  },
  time: { waited: 86_400n, priceAfter: found(UNIT), previewAfter: found(UNIT), shareDrift: 0n, assetDrift: 0n },
  least: { exit: found(1n) },
};

/** An exit that went through. */
export const WALK: Walk = {
  reached: "withdrawn",
  refusal: null,
  steps: [{ name: "withdraw", outcome: "done", told: "1 ASSET to the staker", after: 86_400n }],
  escrow: ESCROW,
  gate: ESCROW,
  timelock: ESCROW,
  numbered: [VESSEL],
  vessels: [VESSEL],
  locks: [{ account: HOLDER, shares: UNIT }],
  support: UNIT / 10n,
  exit: {
    begunAt: 1n,
    total: UNIT,
    atOnce: UNIT,
    redeemed: UNIT,
    waiting: 0n,
    idle: 0n,
    returned: 0n,
    begins: 1,
    isFresh: false,
    burnt: { request: 0n, settlement: 0n, claim: 0n },
    received: UNIT,
    paid: UNIT,
    strangersRequest: notTried("the vault takes no requests"),
    callOffAfter: 0n,
    held: 1n,
  },
  settled: [],
};

/** Everything that is found about an honest vault that redeems at once. */
export const FACTS: Facts = {
  subject: {
    vault: VAULT,
    chain: 1,
    block: 7,
    timestamp: 1n,
    asset: { address: ASSET, symbol: "ASSET", decimals: 18 },
    share: { address: VAULT, symbol: "SHARE", decimals: 18 },
    supply: 10n * UNIT,
    announces: { asynchronous: false, separateShare: false, price: true },
  },
  holders: [{ account: HOLDER, shares: 2n * UNIT }],
  needed: UNIT,
  observed: OBSERVED,
  admission: { isNeeded: false, refusal: null, addresses: [], helped: false },
  walk: WALK,
  comparison: found({ shares: UNIT, direct: UNIT, escrow: UNIT }),
  threshold: UNIT / 10n,
  hasSettlement: false,
  isStandardVessel: true,
};
