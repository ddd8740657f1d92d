import { dataSlice } from "ethers";

/** Of EIP-1167: the clone runs this account's code, which is fixed; arguments may follow. */
export const cloneOf = (code: string): string | undefined =>
  /^0x363d3d373d3d3d363d73[0-9a-f]{40}5af43d82803e903d91602b57fd5bf3/i.test(code) ? dataSlice(code, 10, 30) : undefined;
