import { whatsabi } from "@shazow/whatsabi";
import { id } from "ethers";

import type { Reader } from "./reader.js";

/** Functions of the standards, which resolvers have looked at, or that ask for consent alone. */
const STANDARD = new Set(
  [
    ...["transferOwnership(address)", "acceptOwnership()", "renounceOwnership()", "upgradeTo(address)"],
    ...["upgradeToAndCall(address,bytes)", "upgradeAndCall(address,address,bytes)", "upgrade(address,address)"],
    ...["changeProxyAdmin(address,address)", "changeAdmin(address)", "grantRole(bytes32,address)"],
    ...["revokeRole(bytes32,address)", "renounceRole(bytes32,address)", "updateDelay(uint256)", "cancel(bytes32)"],
    ...["schedule(address,uint256,bytes,bytes32,bytes32,uint256)", "execute(address,uint256,bytes,bytes32,bytes32)"],
    ...["scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)", "setDelay(uint256)", "acceptAdmin()"],
    ...[
      "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)",
      "setPendingAdmin(address)",
      "setAuthority(address)",
    ],
    ...["queueTransaction", "executeTransaction", "cancelTransaction"].map(
      (name) => `${name}(address,uint256,string,bytes,uint256)`,
    ),
    ...["__queueSetTimelockPendingAdmin", "__executeSetTimelockPendingAdmin"].map((name) => `${name}(address,uint256)`),
    ...["_setPendingAdmin(address)", "_acceptAdmin()"],
  ].map((signature) => id(signature).slice(0, 10)),
);
/** Resolvers know them whole. */
export const WHOLE: ReadonlySet<string> = new Set(["Safe", "AccessManager"]);

const selectorsFrom = (signatures: readonly string[]): Set<string> =>
  new Set(signatures.map((signature) => id(signature).slice(0, 10)));

/** What anybody may call by the standards, with what is its own. */
const OPEN = selectorsFrom([
  ...["transfer(address,uint256)", "approve(address,uint256)", "transferFrom(address,address,uint256)"],
  ...["permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", "delegate(address)"],
  ...["delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)", "setOperator(address,bool)"],
  ...["deposit(uint256,address)", "mint(uint256,address)", "deposit(uint256,address,address)"],
  ...["mint(uint256,address,address)", "withdraw(uint256,address,address)", "redeem(uint256,address,address)"],
  ...["requestDeposit(uint256,address,address)", "requestRedeem(uint256,address,address)"],
  ...["onERC721Received(address,address,uint256,bytes)", "onERC1155Received(address,address,uint256,uint256,bytes)"],
  ...["onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)"],
]);

/** The same of a Governor, for a vote that others decide. */
const OPEN_IN_GOVERNORS = selectorsFrom([
  ...["propose(address[],uint256[],bytes[],string)", "cancel(address[],uint256[],bytes[],bytes32)"],
  ...["queue(address[],uint256[],bytes[],bytes32)", "execute(address[],uint256[],bytes[],bytes32)"],
  ...["propose(address[],uint256[],string[],bytes[],string)", "queue(uint256)", "execute(uint256)", "cancel(uint256)"],
  ...["castVote(uint256,uint8)", "castVote(uint256,bool)", "castVoteWithReason(uint256,uint8,string)"],
  ...["castVoteBySig(uint256,uint8,address,bytes)", "castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)"],
  ...["castVoteBySig(uint256,bool,uint8,bytes32,bytes32)", "castVoteWithReasonAndParams(uint256,uint8,string,bytes)"],
  ...["castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)"],
]);

/** Whether anybody may call it, in a contract of these kinds. */
export const isOpen = (selector: string, kinds: readonly string[]): boolean =>
  OPEN.has(selector) || (OPEN_IN_GOVERNORS.has(selector) && kinds.some((kind) => kind.endsWith("Governor")));

/** Of functions that no standard names. */
export async function selectorsOf(reader: Reader, address: string): Promise<string[]> {
  const selectors = (await reader.codes(address)).flatMap((code) => whatsabi.selectorsFromBytecode(code));
  return [...new Set(selectors)].filter((selector) => !STANDARD.has(selector)).sort();
}
