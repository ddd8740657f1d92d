import { buildModule, type NamedArtifactContractDeploymentFuture } from "@nomicfoundation/ignition-core";

type Wallet = NamedArtifactContractDeploymentFuture<"CliffVestingWallet">;

/**
 * One wallet for every allocation that vests, before the token exists: its constructor mints straight into them.
 * Wallet `i` reads the parameters `beneficiary<i>`, `start<i>`, `duration<i>` and `cliff<i>`.
 */
export const buildVesting = (count: number) =>
  buildModule("Vesting", (m) => {
    const wallets: Record<string, Wallet> = {};
    for (let i = 0; i < count; ++i) {
      const name = `wallet${i}`;
      const terms = [`start${i}`, `duration${i}`, `cliff${i}`].map((term) => m.getParameter<bigint>(term));
      wallets[name] = m.contract("CliffVestingWallet", [m.getParameter<string>(`beneficiary${i}`), ...terms], {
        id: name,
      });
    }
    return wallets;
  });

export default buildVesting(1);
