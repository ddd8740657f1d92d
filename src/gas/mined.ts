import type { ContractTransactionReceipt, ContractTransactionResponse } from "ethers";

/** The receipt of a transaction; one that reverts is rejected while it is sent. */
export async function mined(sending: Promise<ContractTransactionResponse>): Promise<ContractTransactionReceipt> {
  const receipt = await (await sending).wait();
  if (receipt === null) throw new Error("the transaction was not mined");
  return receipt;
}
