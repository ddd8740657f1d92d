import type { NetworkConnection } from "hardhat/types/network";

import { SentenceError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import { LOCAL_CHAIN_ID } from "../protocol/localChain.js";
import { WITHDRAWAL_REQUESTS } from "../protocol/predeploys.js";
import { WithdrawalRequestsMock__factory } from "../../types/index.js";

/** Offers of Hardhat's node and anvil's; anvil knows both. */
const SET_CODE = "hardhat_setCode";

/**
 * Puts a stand-in where EIP-7002 belongs, on a local chain that has nothing there: a vault of an operator is not made
 * without. On other chains nothing is stood for.
 * @returns Whether the stand-in was put there.
 */
export async function provideStandIns({ ethers, provider }: NetworkConnection): Promise<boolean> {
  const { chainId } = await ethers.provider.getNetwork();
  if (chainId !== LOCAL_CHAIN_ID) return false;
  if ((await ethers.provider.getCode(WITHDRAWAL_REQUESTS)) !== "0x") return false;
  // It has neither constructor nor immutables: what its creation code returns is what stands there.
  const code = await ethers.provider.call({ data: WithdrawalRequestsMock__factory.bytecode });
  try {
    await provider.request({ method: SET_CODE, params: [WITHDRAWAL_REQUESTS, code] });
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure?.kind !== "unread") throw error;
    throw new SentenceError(
      `This local chain has nothing at ${WITHDRAWAL_REQUESTS}, where EIP-7002 belongs, and takes no stand-in ` +
        `(${SET_CODE}: ${failure.words}); right is a node that has it, or Hardhat's or anvil's.`,
    );
  }
  return true;
}
