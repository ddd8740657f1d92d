/** The members of `RequestRules.Rule`, in their order. */
export const RequestRule = {
  TakesByAllowance: 0,
  HasRequestIds: 1,
  PaysFirst: 2,
  OnePerController: 3,
  Overwrites: 4,
  RestartsCooldown: 5,
  FulfilsAtOnce: 6,
  PaysAtFulfilment: 7,
  CancelsByClaim: 8,
  IsClosed: 9,
  IsSynchronous: 10,
  RefusesRequests: 11,
  HasControllerList: 12,
  OwnersOnly: 13,
  ClaimsWhole: 14,
  DerivesClaimable: 15,
  PreviewsAnyway: 16,
  ReportsVotableSupply: 17,
} as const;
export type RequestRuleName = keyof typeof RequestRule;

/** The members of `RequestQueue.Stage`, in their order. */
export const Stage = { Request: 0, Fulfilment: 1, Claim: 2 } as const;
export type StageName = keyof typeof Stage;

/** The members of `SyncVaultMock.Rule`, in their order. */
export const SyncRule = {
  RealisesLoss: 0,
  SaysNoMaximum: 1,
  SaysFullMaximum: 2,
  HidesFee: 3,
  RefusesRedemption: 4,
  RefusesZero: 5,
  HasReceiverList: 6,
} as const;
export type SyncRuleName = keyof typeof SyncRule;

/** The members of `UnrulyShare.Moment`, in their order. */
export const Moment = { Never: 0, Before: 1, After: 2 } as const;
