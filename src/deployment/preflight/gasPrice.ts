import { isHexString, type Provider } from "ethers";

import { UnreadableError } from "../../protocol/errors.js";
import { canSend } from "../../protocol/sender.js";

/**
 * What gas costs at present. Asked for by itself: the libraries tell none where the node fails, and that is not a price of
 * zero. [wei per gas]
 */
export async function readGasPrice(provider: Provider): Promise<bigint> {
  const price: unknown = canSend(provider) ? await provider.send("eth_gasPrice", []) : undefined;
  if (isHexString(price)) return BigInt(price);
  throw new UnreadableError("The network's node does not tell the price of gas.", "garbled");
}
