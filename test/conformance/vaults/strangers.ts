import { failureOf, type ExitRun } from "./exitRun.js";

const DUST = 1n;
const GIFT = 1_000n;
/** What {strangersOf} sends to the escrow itself, all in all. [shares] */
export const GIFTS = 2n * GIFT;

/** What a vault may answer a stranger who asks in somebody's name. */
const REFUSALS: ReadonlySet<string> = new Set([
  ...["RequestsRefused", "ControllerIsNotOwner", "RequestPending", "RequestTooSmall"],
]);

/** What anybody can do to a rage quit. Where the vault refuses a stranger's request, it is not made. */
export function strangersOf({ world, account, vessels }: ExitRun, takesRequests: boolean) {
  const { connection, escrow, epoch, share, asset, standing } = world;
  const { stranger, vault } = standing;

  async function requestFor(address: string): Promise<void> {
    if (!takesRequests) return;
    const queue = await connection.ethers.getContractAt("RequestVaultMock", await vault.getAddress());
    await share.connect(stranger).approve(vault, DUST); // some vaults take shares by it
    const failure = await failureOf(() => queue.connect(stranger).requestRedeem(DUST, address, stranger));
    if (failure !== "" && !REFUSALS.has(failure)) throw new Error(`a request for ${address} failed with ${failure}`);
  }

  async function give(address: string, amount: bigint): Promise<void> {
    await share.connect(stranger).transfer(address, amount);
    await asset.mint(address, amount);
  }

  return {
    /** In every vessel whose address can be known, before it exists; and in the escrow. */
    prepareAll: async (): Promise<void> => {
      for (let number = 0n; number < (await escrow.NUMBERED_VESSELS()); ++number) {
        const address = await escrow.vesselAt(epoch, number);
        await requestFor(address);
        await give(address, DUST);
        await stranger.sendTransaction({ to: address, value: DUST });
      }
      await give(await escrow.getAddress(), GIFT);
      await escrow.connect(stranger).createVessel(epoch, 3n);
    },
    /** While the vault has the shares. */
    interfere: async (): Promise<void> => {
      for (const vessel of await vessels()) {
        await requestFor(vessel);
        await give(vessel, GIFT);
      }
      await give(await escrow.getAddress(), GIFT);
    },
    requestAgain: async (): Promise<void> => {
      const address = await account();
      await requestFor(await address.getAddress());
    },
  };
}
