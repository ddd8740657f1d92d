import { getAddress, Interface, isError, MaxUint256, type InterfaceAbi } from "ethers";

import { judgeFailure } from "../protocol/failure.js";
import type { Answer, Call, Sent, Snapshot } from "./snapshot.js";

/** Everything that is asked of vaults, shares, assets and those who rule them. */
const abi = [
  "function asset() view returns (address)",
  "function share() view returns (address)",
  "function name() view returns (string)",
  "function symbol() view returns (string)",
  "function decimals() view returns (uint8)",
  "function totalSupply() view returns (uint256)",
  "function totalAssets() view returns (uint256)",
  "function balanceOf(address) view returns (uint256)",
  "function approve(address,uint256) returns (bool)",
  "function transfer(address,uint256) returns (bool)",
  "function convertToAssets(uint256) view returns (uint256)",
  "function convertToShares(uint256) view returns (uint256)",
  "function previewRedeem(uint256) view returns (uint256)",
  "function maxRedeem(address) view returns (uint256)",
  "function deposit(uint256,address) returns (uint256)",
  "function redeem(uint256,address,address) returns (uint256)",
  "function requestRedeem(uint256,address,address) returns (uint256)",
  "function pendingRedeemRequest(uint256,address) view returns (uint256)",
  "function claimableRedeemRequest(uint256,address) view returns (uint256)",
  "function cooldownDuration() view returns (uint256)",
  "function cooldownShares(uint256) returns (uint256)",
  "function supportsInterface(bytes4) view returns (bool)",
  "function paused() view returns (bool)",
  "function owner() view returns (address)",
  "function authority() view returns (address)",
  "function admin() view returns (address)",
  "function getRoleMember(bytes32,uint256) view returns (address)",
  "function proxiableUUID() view returns (bytes32)",
  "function implementation() view returns (address)",
  "function getOwners() view returns (address[])",
  "function getThreshold() view returns (uint256)",
  "function getMinDelay() view returns (uint256)",
] as const satisfies InterfaceAbi;

export const VOCABULARY = new Interface(abi);

/** What a view told: its value, or why it told none. */
export type Told<Value> =
  { readonly told: true; readonly value: Value } | { readonly told: false; readonly why: string };

/** Asks a view that a contract may not have. An empty answer, or one of another shape, is no answer of this view. */
export async function ask(
  snapshot: Snapshot,
  to: string,
  name: string,
  args: readonly unknown[] = [],
): Promise<Told<unknown>> {
  const answer = await snapshot.call({ to, data: VOCABULARY.encodeFunctionData(name, args) });
  return decode(name, answer);
}

function decode(name: string, answer: Answer): Told<unknown> {
  if (!answer.ok) return { told: false, why: `${name} reverts: ${answer.why}` };
  try {
    return { told: true, value: VOCABULARY.decodeFunctionResult(name, answer.data)[0] as unknown };
  } catch (error) {
    const isOtherShape = isError(error, "BAD_DATA") || judgeFailure(error)?.kind === "misshaped";
    if (!isOtherShape) throw error;
    return { told: false, why: `${name} answers nothing that can be understood` };
  }
}

export const askNumber = async (
  snapshot: Snapshot,
  to: string,
  name: string,
  args: readonly unknown[] = [],
): Promise<Told<bigint>> => (await ask(snapshot, to, name, args)) as Told<bigint>;

/** An address that is not zero. */
export async function askAddress(
  snapshot: Snapshot,
  to: string,
  name: string,
  args: readonly unknown[] = [],
): Promise<string | undefined> {
  const answer = (await ask(snapshot, to, name, args)) as Told<string>;
  return answer.told && BigInt(answer.value) !== 0n ? getAddress(answer.value) : undefined;
}

/** What must answer for the rehearsal to make sense, and did a moment ago. */
export async function balanceOf(snapshot: Snapshot, token: string, account: string): Promise<bigint> {
  const answer = await askNumber(snapshot, token, "balanceOf", [account]);
  return answer.told ? answer.value : 0n;
}

export async function supports(snapshot: Snapshot, contract: string, interfaceId: string): Promise<boolean> {
  const answer = await ask(snapshot, contract, "supportsInterface", [interfaceId]);
  return answer.told && answer.value === true;
}

/** Sends one of the calls above. */
export const act = (
  snapshot: Snapshot,
  from: string,
  to: string,
  name: string,
  args: readonly unknown[],
): Promise<Sent> => snapshot.send({ from, to, data: VOCABULARY.encodeFunctionData(name, args) });

export const encode = (to: string, name: string, args: readonly unknown[]): Call => ({
  to,
  data: VOCABULARY.encodeFunctionData(name, args),
});

export { MaxUint256 };
