import { concat, dataLength, dataSlice, id, toBeHex, zeroPadValue } from "ethers";

/** Code that stands for another contract, whose own lies at `original`, in instructions of the EVM. */
type StandIn = (original: string) => string;

/** All that the contract does, and beside one of its functions, once that has worked, something else. */
export const beside =
  (signature: string, does: string): StandIn =>
  (original) => {
    const end = toBeHex(57 + dataLength(does), 1);
    return concat([
      // delegatecall(original); what it says where it reverts.
      concat(["0x365f5f375f5f365f73", original, "0x5af43d5f5f3e602957", "0x3d5ffd5b"]),
      concat(["0x5f3560e01c63", dataSlice(id(signature), 0, 4), "0x141560", end, "0x57", does]),
      "0x5b3d5ff3",
    ]);
  };

/** All that the contract does, and something else instead of one of its functions; `does` begins at byte 60. */
export const instead =
  (signature: string, does: string): StandIn =>
  (original) =>
    concat([
      concat(["0x5f3560e01c63", dataSlice(id(signature), 0, 4), "0x14603b57"]),
      concat(["0x365f5f375f5f365f73", original, "0x5af43d5f5f3e603757", "0x3d5ffd5b3d5ff35b"]),
      concat([does, "0x00"]),
    ]);

/** Sends 1 ETH to whoever calls. */
export const PAYS = "0x5f5f5f5f670de0b6b3a7640000335af150";

export const stores = (slot: bigint, value: string): string =>
  concat(["0x7f", zeroPadValue(value, 32), "0x7f", toBeHex(slot, 32), "0x55"]);

/** The first argument. */
export const storesArgument = (slot: bigint): string => concat(["0x6004357f", toBeHex(slot, 32), "0x55"]);

/** At byte 60: for everybody but one account it reverts. */
export const asks = (account: string): string => concat(["0x73", account, "0x331460", toBeHex(89, 1), "0x575f5ffd5b"]);
