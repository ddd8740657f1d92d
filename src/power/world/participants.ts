import { getAddress, MaxUint256 } from "ethers";

import { act } from "./act.js";
import { SIGNER } from "./decide.js";
import { isContract } from "../../protocol/accountCode.js";
import type { AuditInput } from "./auditInput.js";
import type { Part } from "../manifest/parts.js";
import type { HeldVotes, World, Staker, Voter } from "./world.js";
import { readLot } from "./votes.js";

type Contracts = World["contracts"];

/** Who has tokens can take its votes back, so it votes itself; before that, who casts what is noted. */
export async function readVoters(
  { snapshot, tokenHolders, deployer }: AuditInput,
  contracts: Contracts,
  parts: readonly Part[],
): Promise<{ voters: Voter[]; lots: HeldVotes[] }> {
  const { token } = contracts;
  const own = new Set(parts.map(({ address }) => address));
  const holders = [...new Set([...tokenHolders.map((one) => getAddress(one)), ...own, getAddress(deployer)])];
  const lots: HeldVotes[] = [];
  for (const holder of holders) {
    const lot = await readLot(contracts, holder, own.has(holder));
    if (lot !== undefined) lots.push(lot);
  }
  const voters: Voter[] = [];
  for (const address of lots.map(({ holder }) => holder).filter((one) => !own.has(one))) {
    const code = await snapshot.code(address);
    const kind = isContract(code) ? "contract" : code === "0x" ? "key" : "key with code";
    await act(snapshot, address, token, "delegate", [address]);
    voters.push({ address, kind, votes: await token.getVotes(address) });
  }
  return { voters: voters.sort((one, other) => (one.votes > other.votes ? -1 : 1)), lots };
}

export async function readStakers(
  { snapshot, addresses, shareHolders }: AuditInput,
  { vault }: Contracts,
): Promise<Staker[]> {
  const stakers: Staker[] = [];
  for (const address of new Set(shareHolders.map(getAddress))) {
    if (isContract(await snapshot.code(address))) continue;
    const shares = await vault.balanceOf(address);
    if (shares === 0n) continue;
    await act(snapshot, address, vault, "approve", [addresses.escrow, MaxUint256]);
    stakers.push({ address, shares });
  }
  return stakers.sort((one, other) => (one.shares > other.shares ? -1 : 1));
}

/** A single share, so that there is something to sign for; and an allowance, so that somebody has one. */
export async function endowSigner(
  { snapshot }: AuditInput,
  { vault, token }: Contracts,
  [staker]: readonly Staker[],
  [voter]: readonly Voter[],
): Promise<void> {
  if (staker !== undefined) await act(snapshot, staker.address, vault, "transfer", [SIGNER.address, 1n]);
  if (voter !== undefined) await act(snapshot, voter.address, token, "approve", [SIGNER.address, 1n]);
}
