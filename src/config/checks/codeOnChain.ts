import type { Provider } from "ethers";

import { errorAt, problemsIf, type Problem } from "./problem.js";

/** There must be a contract at `address`. */
export async function checkCode(path: string, address: string, provider: Provider): Promise<Problem[]> {
  const code = await provider.getCode(address);
  return problemsIf([
    code === "0x",
    errorAt(path, `is ${address}, where this chain has no contract; right is the address of one`),
  ]);
}
