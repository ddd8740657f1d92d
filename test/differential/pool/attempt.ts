import type { ContractTransactionReceipt, ContractTransactionResponse } from "ethers";

/** @returns Undefined if it was refused. */
export async function attempt(
  sent: Promise<ContractTransactionResponse>,
): Promise<ContractTransactionReceipt | undefined> {
  try {
    return (await (await sent).wait()) ?? undefined;
  } catch (error) {
    if (error instanceof Error && /revert/i.test(error.message)) return undefined;
    throw error;
  }
}

/** @returns Whether it was taken. */
export const succeeds = async (sent: Promise<ContractTransactionResponse>): Promise<boolean> =>
  (await attempt(sent)) !== undefined;

/** Undefined if the state that is asked does not know the validator yet. */
export async function unlessYounger<T>(prove: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await prove();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
