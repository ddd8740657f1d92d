import { getAddress, id, ZeroHash } from "ethers";

/** First topics of events that several standards share. */
export const TRANSFER = id("Transfer(address,address,uint256)");
export const APPROVAL = id("Approval(address,address,uint256)");
export const ROLE_GRANTED = id("RoleGranted(bytes32,address,address)");

/** The address in the last 20 bytes of a word or topic; the zero address where there is none. */
export const addressIn = (word: string = ZeroHash): string => getAddress(`0x${word.slice(-40).padStart(40, "0")}`);
