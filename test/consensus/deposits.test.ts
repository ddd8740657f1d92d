import { expect } from "chai";

import { FAR_FUTURE } from "../helpers/consensus/constants.js";
import { credentials } from "../helpers/consensus/depositData.js";
import { validatorAt, type ValidatorRecord } from "../helpers/consensus/state.js";
import { depositOf, enlist, eth, newChain, passEpochs, VAULT } from "../helpers/consensus/world.js";

const only = (chain: ReturnType<typeof newChain>): ValidatorRecord => validatorAt(chain.state, 0);

describe("the consensus model: deposits", () => {
  for (const fork of ["fulu", "gloas"] as const) {
    it(`makes a validator of a deposit that is finalised (${fork})`, () => {
      const chain = newChain({ fork });
      chain.addBlock(2, { deposits: [depositOf(1, eth(32))] });
      chain.addBlock(3);
      chain.advanceEpochs(2);
      expect(chain.state.validators, "not final yet").to.have.length(0);
      chain.advanceEpochs(2);
      expect(only(chain)).to.include({ balance: eth(32), effectiveBalance: eth(32), activationEpoch: FAR_FUTURE });
    });

    it(`activates it once its eligibility is final (${fork})`, () => {
      const [validator] = enlist(newChain({ fork }), [1]);
      expect(validator?.activationEligibilityEpoch).to.be.lessThan(FAR_FUTURE);
      expect(validator?.activationEpoch).to.be.within(
        (validator?.activationEligibilityEpoch ?? 0) + 5,
        (validator?.activationEligibilityEpoch ?? 0) + 8,
      );
    });
  }

  it("credits nothing while the chain does not finalise", () => {
    const chain = newChain();
    chain.isFinalising = false;
    chain.addBlock(2, { deposits: [depositOf(1, eth(32))] });
    chain.advanceEpochs(50);
    expect(chain.state.validators).to.have.length(0);
    expect(chain.state.pendingDeposits).to.have.length(1);
  });

  it("keeps a validator of less than 32 ETH out until a top-up makes it eligible", () => {
    const chain = newChain();
    chain.addBlock(2, { deposits: [depositOf(1, eth(1))] });
    chain.advanceEpochs(20);
    expect(only(chain).activationEligibilityEpoch).to.equal(FAR_FUTURE);
    chain.addBlock(undefined, { deposits: [depositOf(1, eth(31))] });
    chain.advanceEpochs(20);
    expect(only(chain).balance).to.equal(eth(32));
    expect(only(chain).activationEpoch).to.be.lessThan(FAR_FUTURE);
  });

  it("fixes the credentials with the first valid deposit, and asks no signature of a top-up", () => {
    const chain = newChain({ isSigned: ({ amount }) => amount === eth(1) });
    const stranger = credentials("0x01", `0x${"ee".repeat(20)}`);
    chain.addBlock(2, {
      deposits: [depositOf(1, eth(2), stranger), depositOf(1, eth(1)), depositOf(1, eth(31), stranger)],
    });
    chain.advanceEpochs(20);
    expect(chain.state.validators).to.have.length(1);
    expect(only(chain)).to.include({ withdrawalCredentials: credentials("0x02", VAULT), balance: eth(32) });
  });

  it("credits whole deposits in order, as the churn allows", () => {
    const chain = newChain({ othersActive: eth(32) });
    const deposits = [depositOf(1, eth(100)), depositOf(2, eth(100)), depositOf(3, eth(1))];
    chain.addBlock(2, { deposits });
    const counts = [...Array(6).keys()].map(() => {
      chain.advanceEpochs(1);
      return chain.state.validators.length;
    });
    // 128 ETH an epoch: 100; then 28 + 128, which both others fit.
    expect(counts).to.deep.equal([0, 0, 1, 3, 3, 3]);
  });

  it("lets nothing pass that stands behind a deposit too large for the churn so far", () => {
    const chain = newChain({ othersActive: eth(32) });
    chain.addBlock(2, { deposits: [depositOf(1, eth(500)), depositOf(2, eth(1))] });
    const counts = [...Array(8).keys()].map(() => {
      chain.advanceEpochs(1);
      return chain.state.validators.length;
    });
    expect(counts).to.deep.equal([0, 0, 0, 0, 0, 2, 2, 2]);
  });

  it("puts off a top-up of an exiting validator, credits it when it is withdrawable, and sweeps it", () => {
    const chain = newChain();
    const [validator] = enlist(chain, [1], true);
    chain.addBlock(undefined, { withdrawals: [{ sourceAddress: VAULT, pubkey: depositOf(1, 0n).pubkey, amount: 0n }] });
    chain.addBlock(undefined, { deposits: [depositOf(1, eth(5))] });
    passEpochs(chain, 100);
    expect(validator?.balance).to.equal(eth(32));
    expect(chain.state.pendingDeposits).to.have.length(1);
    passEpochs(chain, 200);
    expect(validator?.balance).to.equal(0n);
    expect(chain.paid.get(VAULT)).to.equal(eth(37));
  });

  it("compounds up to 2,048 ETH and follows balances with hysteresis", () => {
    const chain = newChain();
    const [validator] = enlist(chain, [1]);
    if (validator === undefined) throw new Error("no validator");
    const after = (balance: bigint): bigint => {
      validator.balance = balance;
      chain.advanceEpochs(1);
      return validator.effectiveBalance;
    };
    expect(after(eth(33.25))).to.equal(eth(32));
    expect(after(eth(33.26))).to.equal(eth(33));
    expect(after(eth(32.75))).to.equal(eth(33));
    expect(after(eth(32.74))).to.equal(eth(32));
    expect(after(eth(3000))).to.equal(eth(2048));
  });
});
