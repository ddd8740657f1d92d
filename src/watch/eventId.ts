import { id } from "ethers";

/** An event's identifier: the same whenever the same is reported. @returns [16 bytes, hex] */
export const eventId = (content: string): string => id(content).slice(0, 34);
