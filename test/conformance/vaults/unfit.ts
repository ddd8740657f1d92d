/** Vaults that the escrow refuses to leave as they are: the shares come back instead. */
export const REFUSED: ReadonlySet<string> = new Set([
  "RequestVaultMock with a request that takes half",
  "SyncVaultMock with an exit fee that previews hide",
]);

/** A stranger's request takes the place of the vessel's own, and what it held is lost: no escrow can prevent it. */
export const OVERWRITING = "RequestVaultMock with a cooldown and requests that overwrite";
