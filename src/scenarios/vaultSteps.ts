import type { IERC4626 } from "../../types/index.js";
import { formatAmount } from "../protocol/format.js";
import type { Stake, World } from "./worlds.js";

type Depot = Pick<World, "run"> & { readonly vault: IERC4626 };

/**
 * Leaves by the vault's ordinary way.
 * @param verb How a person would say it: "runs", "leaves".
 */
export async function redeem({ run, vault }: Depot, stake: Stake, verb: string): Promise<void> {
  const { staker, shares, assets } = stake;
  await run.act(
    staker,
    { kind: "withdraw", action: `${verb}: redeems the shares of ${formatAmount(assets)} WETH`, mark: verb },
    () => vault.connect(staker.signer).redeem(shares, staker.signer, staker.signer),
  );
}

/** Comes too late: the vault cannot pay. */
export async function refuseRedemption({ run, vault }: Depot, { staker, shares }: Stake): Promise<void> {
  await run.refuse(
    staker,
    "tries to redeem",
    "ERC4626ExceededMaxRedeem",
    () => vault.connect(staker.signer).redeem(shares, staker.signer, staker.signer),
    "too late",
  );
}
