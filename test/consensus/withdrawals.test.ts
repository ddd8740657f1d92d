import { expect } from "chai";

import { credentials } from "../helpers/consensus/depositData.js";
import { slash } from "../helpers/consensus/exits.js";
import type { ConsolidationRequest } from "../helpers/consensus/consolidations.js";
import { depositOf, enlist, eth, newChain, passEpochs, VAULT } from "../helpers/consensus/world.js";

const STRANGER = `0x${"ee".repeat(20)}`;

const fromStranger = (key: number) => depositOf(key, eth(32), credentials("0x01", STRANGER));

const consolidation = (source: number, target: number, sourceAddress = STRANGER): ConsolidationRequest => ({
  sourceAddress,
  sourcePubkey: depositOf(source, 0n).pubkey,
  targetPubkey: depositOf(target, 0n).pubkey,
});

/** The vault's validator, key 1, and a stranger's, key 2, both old. */
function pair(fork: "fulu" | "gloas" = "fulu") {
  // Electra has no churn for consolidations below 2^24 ETH.
  const chain = newChain({ fork, othersActive: eth(2 ** 25) });
  chain.addBlock(undefined, { deposits: [fromStranger(2)] });
  const [validator] = enlist(chain, [1], true).slice(-1);
  const ours = chain.state.validators.find(({ pubkey }) => pubkey === depositOf(1, 0n).pubkey);
  const theirs = chain.state.validators.find(({ pubkey }) => pubkey === depositOf(2, 0n).pubkey);
  if (ours === undefined || theirs === undefined || validator === undefined) throw new Error("no validators");
  return { chain, ours, theirs };
}

describe("the consensus model: withdrawals", () => {
  it("sweeps what exceeds 32 ETH under 0x01 credentials, and 2,048 ETH under 0x02", () => {
    const { chain, ours, theirs } = pair();
    [ours.balance, theirs.balance] = [eth(2050), eth(33)];
    chain.advanceEpochs(1);
    chain.addBlock();
    expect([ours.balance, theirs.balance]).to.deep.equal([eth(2048), eth(32)]);
    expect([chain.paid.get(VAULT), chain.paid.get(STRANGER)]).to.deep.equal([eth(2), eth(1)]);
  });

  it("pays sixteen in a block, and goes on with the next validator", () => {
    const chain = newChain();
    const keys = [...Array(20).keys()];
    const validators = enlist(chain, keys);
    for (const validator of validators) validator.balance = eth(2049);
    chain.advanceEpochs(1);
    expect(chain.addBlock().payload?.withdrawals).to.have.length(16);
    const second = chain.addBlock().payload?.withdrawals ?? [];
    expect(second.map(({ validatorIndex }) => validatorIndex)).to.deep.equal([16, 17, 18, 19]);
    expect(validators.map(({ balance }) => balance)).to.deep.equal(keys.map(() => eth(2048)));
  });

  it("moves a consolidated validator's balance to a target that was never asked", () => {
    const { chain, ours, theirs } = pair();
    expect(chain.addBlock(undefined, { consolidations: [consolidation(2, 1)] }).outcomes).to.deep.equal([
      "consolidates",
    ]);
    passEpochs(chain, 400);
    expect([ours.balance, theirs.balance]).to.deep.equal([eth(64), 0n]);
  });

  it("moves nothing from a slashed source", () => {
    const { chain, ours, theirs } = pair();
    chain.addBlock(undefined, { consolidations: [consolidation(2, 1)] });
    slash(chain.state, theirs);
    passEpochs(chain, 400);
    expect(ours.balance).to.equal(eth(32));
    expect(chain.state.pendingConsolidations).to.have.length(0);
  });

  it("ignores a consolidation that it should not carry out", () => {
    const { chain, ours, theirs } = pair();
    const outcome = (request: ConsolidationRequest) =>
      chain.addBlock(undefined, { consolidations: [request] }).outcomes[0];
    expect(outcome(consolidation(1, 1, VAULT))).to.equal("refused: one validator");
    expect(outcome(consolidation(2, 9))).to.equal("refused: no such validator");
    expect(outcome(consolidation(2, 1, VAULT))).to.equal("refused: other credentials");
    expect(outcome(consolidation(1, 2, VAULT))).to.equal("refused: the target does not compound");
    theirs.balance = eth(16);
    ours.exitEpoch = 10 ** 6;
    expect(outcome(consolidation(2, 1))).to.equal("refused: exits already");
  });

  describe("in Gloas", () => {
    it("takes a withdrawal out of the state when its payload is withheld, and pays it with the next one", () => {
      const { chain, ours } = pair("gloas");
      chain.addBlock();
      ours.balance = eth(2050);
      chain.advanceEpochs(1);
      const withheld = chain.addBlockWithoutPayload();
      expect(withheld.payload).to.equal(undefined);
      expect(ours.balance).to.equal(eth(2048));
      expect(chain.paid.get(VAULT)).to.equal(undefined);
      ours.balance = eth(2060);
      chain.addBlockWithoutPayload();
      expect(ours.balance, "nothing further is taken meanwhile").to.equal(eth(2060));
      chain.addBlock();
      expect(chain.paid.get(VAULT)).to.equal(eth(2));
      chain.addBlock();
      expect(chain.paid.get(VAULT)).to.equal(eth(14));
    });

    it("processes requests one block later, and those of a withheld payload never", () => {
      const { chain } = pair("gloas");
      const withdrawals = [{ sourceAddress: VAULT, pubkey: depositOf(1, 0n).pubkey, amount: 0n }];
      expect(chain.addBlock(undefined, { withdrawals }).outcomes).to.deep.equal([]);
      expect(chain.addBlockWithoutPayload().outcomes).to.deep.equal(["exits"]);
      expect(chain.addBlock().outcomes).to.deep.equal([]);
    });
  });

  it("withholds no payload before Gloas", () => {
    expect(() => newChain().addBlockWithoutPayload()).to.throw("before Gloas a block carries its payload");
  });
});
