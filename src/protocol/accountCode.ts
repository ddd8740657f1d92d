/** What EIP-7702 writes where an account delegates to a contract's code; the account's key still acts. */
export const DELEGATION = "0xef0100";

/** Whether code is a contract's: neither none, nor a key's delegation. */
export const isContract = (code: string): boolean => code !== "0x" && !code.startsWith(DELEGATION);
