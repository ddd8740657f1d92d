/** The members of `Answer` in contracts/mocks/Misbehaviour.sol, in their order. */
export const Answer = {
  Honest: 0,
  One: 1,
  Zero: 2,
  Two: 3,
  Max: 4,
  Short: 5,
  Empty: 6,
  Bomb: 7,
  Revert: 8,
  RevertBomb: 9,
  BurnGas: 10,
  Dear: 11,
} as const;
