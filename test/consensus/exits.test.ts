import { expect } from "chai";

import { EPOCHS_PER_SLASHINGS_VECTOR, FAR_FUTURE } from "../helpers/consensus/constants.js";
import { credentials } from "../helpers/consensus/depositData.js";
import { slash } from "../helpers/consensus/exits.js";
import { currentEpoch, type ValidatorRecord } from "../helpers/consensus/state.js";
import { depositOf, enlist, eth, newChain, passEpochs, VAULT } from "../helpers/consensus/world.js";

const STRANGER = `0x${"ee".repeat(20)}`;

/** What becomes of one request in the next block. */
function ask(chain: ReturnType<typeof newChain>, key: number, amount = 0n, sourceAddress = VAULT) {
  const request = { sourceAddress, pubkey: depositOf(key, 0n).pubkey, amount };
  return chain.addBlock(undefined, { withdrawals: [request] }).outcomes[0];
}

const one = ([validator]: readonly ValidatorRecord[]): ValidatorRecord => {
  if (validator === undefined) throw new Error("no validator");
  return validator;
};

describe("the consensus model: exits", () => {
  it("exits a validator that has been active for 256 epochs, and sweeps it when it is withdrawable", () => {
    const chain = newChain();
    const validator = one(enlist(chain, [1], true));
    expect(ask(chain, 1)).to.equal("exits");
    expect(validator.exitEpoch).to.equal(currentEpoch(chain.state) + 5);
    expect(validator.withdrawableEpoch).to.equal(validator.exitEpoch + 256);
    passEpochs(chain, 260);
    expect(validator.balance).to.equal(eth(32));
    passEpochs(chain, 2);
    expect(validator.balance).to.equal(0n);
    expect(chain.paid.get(VAULT)).to.equal(eth(32));
  });

  describe("a request is ignored", () => {
    it("for a key that no validator has", () => {
      expect(ask(newChain(), 1)).to.equal("refused: no such validator");
    });

    it("while the deposit still waits in the queue", () => {
      const chain = newChain();
      chain.addBlock(undefined, { deposits: [depositOf(1, eth(32))] });
      expect(ask(chain, 1)).to.equal("refused: no such validator");
    });

    it("from another address than that of the credentials", () => {
      const chain = newChain();
      enlist(chain, [1], true);
      expect(ask(chain, 1, 0n, STRANGER)).to.equal("refused: other credentials");
    });

    it("under credentials that are no address's", () => {
      const chain = newChain();
      chain.addBlock(undefined, { deposits: [depositOf(1, eth(32), credentials("0x03", VAULT))] });
      chain.advanceEpochs(300);
      expect(ask(chain, 1)).to.equal("refused: other credentials");
    });

    it("before activation", () => {
      const chain = newChain();
      chain.addBlock(undefined, { deposits: [depositOf(1, eth(1))] });
      chain.advanceEpochs(300);
      expect(ask(chain, 1)).to.equal("refused: not active");
    });

    it("before 256 epochs have passed", () => {
      const chain = newChain();
      const validator = one(enlist(chain, [1]));
      chain.advanceEpochs(validator.activationEpoch + 255 - currentEpoch(chain.state));
      expect(ask(chain, 1)).to.equal("refused: too young");
      chain.advanceEpochs(1);
      expect(ask(chain, 1)).to.equal("exits");
    });

    it("if the validator exits already", () => {
      const chain = newChain();
      enlist(chain, [1], true);
      expect(ask(chain, 1)).to.equal("exits");
      expect(ask(chain, 1)).to.equal("refused: exits already");
    });

    it("if it is slashed", () => {
      const chain = newChain();
      slash(chain.state, one(enlist(chain, [1], true)));
      expect(ask(chain, 1)).to.equal("refused: exits already");
    });

    it("if it has withdrawn", () => {
      const chain = newChain();
      enlist(chain, [1], true);
      ask(chain, 1);
      passEpochs(chain, 265);
      expect(ask(chain, 1)).to.equal("refused: not active");
    });

    it("while a partial withdrawal is pending", () => {
      const chain = newChain();
      const validator = one(enlist(chain, [1], true));
      validator.balance = eth(40);
      expect(ask(chain, 1, eth(3))).to.equal("withdraws");
      expect(ask(chain, 1)).to.equal("refused: a partial withdrawal is pending");
      passEpochs(chain, 265);
      expect(validator.balance).to.equal(eth(37));
      expect(ask(chain, 1)).to.equal("exits");
    });

    it("for a part of a balance of 32 ETH", () => {
      const chain = newChain();
      enlist(chain, [1], true);
      expect(ask(chain, 1, 1n)).to.equal("refused: nothing to withdraw in part");
    });
  });

  it("queues exits by the churn, of which Gloas has more", () => {
    // 2^25 ETH active: a 65,536th is 512 ETH, of which Electra allows 256; a 32,768th is 1,024.
    const last = (["fulu", "gloas"] as const).map((fork) => {
      const chain = newChain({ fork, othersActive: eth(2 ** 25) });
      const keys = [...Array(40).keys()];
      const validators = enlist(chain, keys, true);
      const withdrawals = keys.map((key) => ({ sourceAddress: VAULT, pubkey: depositOf(key, 0n).pubkey, amount: 0n }));
      for (let i = 0; i < 40; i += 10) chain.addBlock(undefined, { withdrawals: withdrawals.slice(i, i + 10) });
      chain.addBlock();
      const epochs = validators.map(({ exitEpoch }) => exitEpoch);
      return Math.max(...epochs) - Math.min(...epochs);
    });
    expect(last).to.deep.equal([4, 1]);
  });

  it("ejects a validator whose effective balance has fallen to 16 ETH", () => {
    const chain = newChain();
    const validator = one(enlist(chain, [1]));
    validator.balance = eth(16.9);
    chain.advanceEpochs(3);
    expect(validator.exitEpoch).to.be.lessThan(FAR_FUTURE);
  });

  it("slashes at once by a 4,096th, and halfway to the end by how much was slashed together", () => {
    const chain = newChain({ othersActive: eth(320_000) });
    const validator = one(enlist(chain, [1]));
    expect(slash(chain.state, validator)).to.equal(true);
    expect(slash(chain.state, validator), "twice").to.equal(false);
    expect(validator.balance).to.equal(eth(32) - eth(32) / 4096n);
    expect(validator.withdrawableEpoch).to.equal(currentEpoch(chain.state) + EPOCHS_PER_SLASHINGS_VECTOR);
    // Others of 32,000 ETH with it: three times a tenth of everything.
    chain.state.slashings.set(currentEpoch(chain.state), eth(32_000) + validator.effectiveBalance);
    chain.advanceEpochs(EPOCHS_PER_SLASHINGS_VECTOR / 2);
    expect(validator.balance, "the day before").to.be.greaterThan(eth(31));
    chain.advanceEpochs(1);
    expect(validator.balance).to.be.within(eth(22), eth(22.5));
  });

  it("gives whoever is slashed an exit epoch at once", () => {
    const chain = newChain();
    const validator = one(enlist(chain, [1]));
    expect(validator.exitEpoch).to.equal(FAR_FUTURE);
    slash(chain.state, validator);
    expect(validator.exitEpoch).to.be.lessThan(FAR_FUTURE);
  });

  it("exits nobody who is not active by slashing", () => {
    const chain = newChain();
    chain.addBlock(undefined, { deposits: [depositOf(1, eth(1))] });
    chain.advanceEpochs(10);
    expect(slash(chain.state, one(chain.state.validators))).to.equal(false);
  });
});
