import type { AuditReport, RuleReport, Verdict } from "../../../../src/power/report.js";
import { PROPERTIES, type PropertyName } from "../../../../src/power/report.js";
import { someRecord } from "../record/someRecord.js";

const DAY = 86_400;
/** When it all began. [unix seconds] */
export const BEGAN = 1_800_000_000;

const verdict = (property: PropertyName): Verdict => ({
  property,
  outcome: "holds",
  evidence: [`${property} was tried.`],
  failures: [],
  gaps: [],
});

const fee: RuleReport = {
  rule: "ExampleVault._fee",
  by: ["vault.setFee(uint256)"],
  ways: [{ who: "voter 0", size: 1, seconds: 10 * DAY }],
  smallest: 1,
  smallestBlock: 1,
  seconds: 10 * DAY,
  isDaos: true,
  canObject: "holds",
  canLeave: "unproven",
  bounds: [],
  cost: "a part of gains to come, at most 20 %",
};

const pause: RuleReport = {
  rule: "ExampleVault._pause.resumesAt",
  by: ["breaker.seal(address[])"],
  ways: [
    {
      who: "2 of 3 of the seal committee",
      size: 2,
      seconds: 0,
      end: BEGAN + 364 * DAY + 7,
      renewedEnd: BEGAN + 1_000 * DAY,
    },
  ],
  smallest: 2,
  smallestBlock: 2,
  seconds: 0,
  isDaos: false,
  canObject: "no",
  canLeave: "no",
  bounds: [{ by: "breaker.seal(address[])", says: "pauses once" }],
  cost: "nothing: deposits wait",
};

/** A DAO with one vault that one committee may pause. */
export const someReport = (changes: Partial<AuditReport> = {}): AuditReport => ({
  verdicts: (Object.keys(PROPERTIES) as PropertyName[]).map(verdict),
  rules: [fee, { ...fee, rule: "ExampleVault._strategy", cost: "at most 100 WETH of the vault" }],
  bypasses: [pause],
  ends: [
    {
      by: "breaker.seal(address[])",
      holders: ["seal committee"],
      at: BEGAN + 364 * DAY + 7,
      isHard: false,
      renewal: { by: ["vault.setBreaker"], ways: ["voter 0"] },
      hardEnd: BEGAN + 1_000 * DAY,
      lasts: 14 * DAY,
    },
  ],
  bodies: [
    {
      name: "seal committee",
      quorum: "2 of 3 owners",
      safe: { owners: ["owner 0", "owner 1", "owner 2"], threshold: 2, nonce: "7", modules: [] },
      bypasses: [{ by: "breaker.seal(address[])", bound: "pauses once" }],
      overriddenBy: ["vault.setBreaker(address)"],
    },
    {
      name: "activation committee",
      quorum: "2 of 3 owners",
      bypasses: [{ by: "timelock.activateEmergencyMode()", bound: "holds back" }],
      overriddenBy: ["timelock.setEmergencyProtection((address,address,uint40,uint32))"],
    },
  ],
  votes: {
    total: String(100n * 10n ** 18n),
    quorum: String(4n * 10n ** 18n),
    holders: [{ name: "voter 0", votes: String(66n * 10n ** 18n), share: String(66n * 10n ** 16n) }],
    unopposed: 1,
    opposed: 1,
  },
  holdings: [{ holder: "the vault", token: "WETH", amount: String(100n * 10n ** 18n), decimals: 18 }],
  figures: {
    modes: [{ name: "Normal", why: undefined }],
    functions: 9,
    open: 4,
    accounts: 5,
    passed: 6,
    refused: 7,
    decisions: 8,
  },
  carriers: [{ name: "voter 0", withholds: true }],
  began: BEGAN,
  record: someRecord({
    calls: {
      "vault.setFee(uint256)": { "the timelock": ["every mode"] },
      "vault.pauseFor(uint256)": { "the breaker": ["every mode"] },
      "breaker.seal(address[])": { "seal committee": ["Normal"] },
      "vault.poke()": { anybody: ["every mode"] },
      "timelock.updateDelay(uint256)": { "the timelock": ["every mode"] },
    },
  }),
  executions: [],
  seconds: [],
  ...changes,
});

export const failing = (property: PropertyName, sentence: string): Verdict => ({
  property,
  outcome: "fails",
  evidence: [],
  failures: [sentence],
  gaps: [],
});
