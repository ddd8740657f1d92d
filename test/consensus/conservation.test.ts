import { expect } from "chai";
import fc from "fast-check";

import { BeaconChain, type ExecutionRequests } from "../helpers/consensus/chain.js";
import { slash } from "../helpers/consensus/exits.js";
import { depositOf, eth, GENESIS_TIME, VAULT } from "../helpers/consensus/world.js";
import { isDeep } from "../helpers/testProfile.js";

const KEYS = 6;
const RUNS = isDeep ? 2000 : 40;
const STEPS = 60;

const key = fc.nat({ max: KEYS - 1 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("deposit"), key, amount: fc.constantFrom(1, 15.5, 31, 32, 2016) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("exit"), key, amount: fc.constantFrom(0, 0, 1, 40) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("consolidate"), key, amount: key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("slash"), key, amount: fc.constant(0) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("pass"), key, amount: fc.constantFrom(1, 3, 30, 300, 4096) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("withhold"), key, amount: fc.constantFrom(0, 300) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const pubkey = (index: number): string => depositOf(index, 0n).pubkey;

function requestsOf({ kind, key, amount }: Step): ExecutionRequests {
  if (kind === "deposit") return { deposits: [depositOf(key, eth(amount))] };
  if (kind === "exit") return { withdrawals: [{ sourceAddress: VAULT, pubkey: pubkey(key), amount: eth(amount) }] };
  if (kind === "consolidate") {
    return { consolidations: [{ sourceAddress: VAULT, sourcePubkey: pubkey(key), targetPubkey: pubkey(amount) }] };
  }
  return {};
}

/** Everything of the vault's, wherever it is. [gwei] */
function total({ state, paid, between }: BeaconChain): bigint {
  const balances = state.validators.reduce((sum, { balance }) => sum + balance, 0n);
  const queued = state.pendingDeposits.reduce((sum, { amount }) => sum + amount, 0n);
  return balances + queued + between + (paid.get(VAULT) ?? 0n);
}

describe("the consensus model, at random", () => {
  for (const fork of ["fulu", "gloas"] as const) {
    it(`loses and makes no ETH but by slashing (${fork})`, function () {
      this.timeout(isDeep ? 600_000 : 60_000);
      let [slashed, withdrawn] = [0, 0];
      fc.assert(
        fc.property(fc.array(step, { minLength: STEPS, maxLength: STEPS }), (steps) => {
          const chain = new BeaconChain({ fork, genesisTime: GENESIS_TIME, othersActive: eth(2 ** 25), isBare: true });
          chain.addBlock(1);
          let deposited = 0n;
          for (const taken of steps) {
            const before = total(chain);
            let isSlashing = chain.state.validators.some((validator) => validator.slashed);
            // Time without a block before it leaves a block something to sweep.
            if (taken.kind === "pass" || taken.kind === "withhold") chain.advanceEpochs(taken.amount);
            if (taken.kind === "slash") {
              const validator = chain.state.validators[taken.key];
              if (validator !== undefined && slash(chain.state, validator)) [isSlashing, slashed] = [true, slashed + 1];
            }
            if (taken.kind === "withhold" && fork === "gloas") chain.addBlockWithoutPayload();
            else chain.addBlock(undefined, requestsOf(taken));
            const added = taken.kind === "deposit" ? eth(taken.amount) : 0n;
            deposited += added;
            if (isSlashing) expect(total(chain) <= before + added).to.equal(true);
            else expect(total(chain)).to.equal(before + added);
          }
          expect(total(chain) <= deposited).to.equal(true);
          withdrawn += (chain.paid.get(VAULT) ?? 0n) > 0n ? 1 : 0;
        }),
        { numRuns: RUNS },
      );
      // The histories reach what they are about.
      expect(slashed).to.be.greaterThan(RUNS / 4);
      expect(withdrawn).to.be.greaterThan(RUNS / 4);
    });
  }
});
