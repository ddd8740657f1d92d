/** A rule without which no history counts wrongly. */
interface CaughtRule {
  readonly says: string;
  readonly because: string;
  /** Where a test shows it, and which. */
  readonly file: string;
  readonly test: string;
}

/** The other rules of a key and a checkpoint: they keep something else, or are kept by one of `RULES` as well. */
export const CAUGHT_OTHERWISE: readonly CaughtRule[] = [
  {
    says: "a slashed key is not activated",
    because: "the beacon chain gives whoever it slashes an exit epoch in the same block, so R2 refuses it",
    file: "test/consensus/exits.test.ts",
    test: "gives whoever is slashed an exit epoch at once",
  },
  {
    says: "a key is withdrawn only when it is withdrawable",
    because:
      "it has nothing, and whatever reaches it still is swept to its vault and counted there, be it in the set or not",
    file: "test/unit/staking/vault-results.test.ts",
    test: "gives to the pool what a stranger sends it afterwards",
  },
  {
    says: "a key without balance is proven with its fields",
    because:
      "it counts nothing with them or without, and stays until somebody brings them: what is kept is that it can leave",
    file: "test/unit/staking/vault-checkpoint.test.ts",
    test: "wants fields of a key without balance, and of one in flight",
  },
  {
    says: "a checkpoint is replaced after an hour, or 27, and not sooner",
    because: "what is replaced has counted nothing (R9): whoever did it at once would keep others from finishing",
    file: "test/unit/staking/vault-checkpoint.test.ts",
    test: "replaces one that accepted no proof after an hour, not a second sooner",
  },
  {
    says: "no index beyond the state's validators",
    because: "where the list ends its tree has zeros, which are the leaf of no validator, and of a balance of 0 (R19)",
    file: "test/attacks/beacon-proofs.test.ts",
    test: "refuses an index that the state does not have",
  },
  {
    says: "no layout is accepted for a state of the other",
    because: "the way of each leads through a leaf of 8 bytes of the other, so some hash would have to end in 24 zeros",
    file: "test/attacks/beacon-proofs.test.ts",
    test: "leads the way of each layout through a leaf of eight bytes of the other's state",
  },
];
