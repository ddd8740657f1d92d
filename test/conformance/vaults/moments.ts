import type { ExitRun } from "./exitRun.js";
import type { VaultCase } from "./vaultCase.js";

/** When somebody interferes with an exit. */
export interface Moment {
  readonly name: string;
  /** Whether a vault of this kind has such a moment. */
  readonly isThere: (vaultCase: VaultCase) => boolean;
  /** Leads the exit to it. */
  readonly reach: (run: ExitRun) => Promise<unknown>;
  /** Lets the vault go on, where it was the vault's lack that made the moment. */
  readonly relieve?: (run: ExitRun) => Promise<unknown>;
}

const HALF = "the curator fulfils half of each request";

export const MOMENTS: readonly Moment[] = [
  { name: "before the beginning", isThere: () => true, reach: () => Promise.resolve() },
  {
    name: "between the beginning and the settlement",
    isThere: ({ kind }) => kind !== "sync",
    reach: (run) => run.beginAll(),
  },
  {
    name: "when half has been settled",
    isThere: ({ kind }) => kind === "async",
    reach: async (run) => {
      await run.beginAll();
      await run.world.standing.switches.find(({ name }) => name === HALF)?.on(await run.account());
      await run.claimAll();
    },
  },
  {
    name: "when half has been paid for lack of liquidity",
    isThere: ({ name }) => name.startsWith("SyncVaultMock"),
    reach: async (run) => {
      const { market, stranger } = await marketOf(run);
      const half = (await market.convertToAssets(run.world.total)) / 2n;
      await market.connect(stranger).borrow((await market.liquidity()) - half);
      await run.beginAll();
    },
    relieve: async (run) => {
      const { market, stranger, asset } = await marketOf(run);
      const debt = await market.lent();
      await asset.mint(stranger, debt);
      await asset.connect(stranger).approve(market, debt);
      await market.connect(stranger).repay(debt);
    },
  },
];

async function marketOf({ world: { connection, standing } }: ExitRun) {
  const market = await connection.ethers.getContractAt("SyncVaultMock", await standing.vault.getAddress());
  return { market, stranger: standing.stranger, asset: standing.asset };
}
