import { MaxUint256, Signature, ZeroHash, type Provider, type TypedDataDomain } from "ethers";

import { ExampleVault__factory } from "../../../types/index.js";
import { SUPPORT } from "../../protocol/proposals.js";
import { readAnswer } from "../../protocol/tryRead.js";
import { SIGNER } from "./decide.js";
import type { World, SignedArguments } from "./world.js";

/** Types of EIP-712 that are signed, each as in the contract that checks it. */
const TYPES = {
  Permit: ["owner address", "spender address", "value uint256", "nonce uint256", "deadline uint256"],
  Delegation: ["delegatee address", "nonce uint256", "expiry uint256"],
  Ballot: ["proposalId uint256", "support uint8", "voter address", "nonce uint256"],
  ExtendedBallot: [
    ...["proposalId uint256", "support uint8", "voter address", "nonce uint256"],
    ...["reason string", "params bytes"],
  ],
} as const;

/** A contract that tells its domain (EIP-5267). */
interface Domained {
  eip712Domain(): Promise<{ name: string; version: string; chainId: bigint; verifyingContract: string }>;
}

/** In the place of a signature. */
const UNSIGNED: readonly unknown[] = [0, ZeroHash, ZeroHash];

type Signing = Pick<World, "contracts" | "addresses" | "stranger" | "decisions"> & { readonly provider: Provider };

/** Each signature is good once, and never sent by its owner. */
export async function signEverything(signing: Signing): Promise<SignedArguments> {
  const { contracts, addresses, stranger, decisions, provider } = signing;
  const { token, governor } = contracts;
  const owner = SIGNER.address;
  const permit = async (contract: Domained, spender: string) => {
    const message = { owner, spender, value: 1n, nonce: 0n, deadline: MaxUint256 };
    return spread(await sign(contract, "Permit", message));
  };
  const ballot = { proposalId: decisions.active.id, support: SUPPORT.for, voter: owner, nonce: 0n };
  const delegation = { delegatee: stranger, nonce: 0n, expiry: MaxUint256 };
  const vault = ExampleVault__factory.connect(addresses.vault, { provider });
  // Shares of somebody else's vault need not take signatures: then no call with one works, and the audit says so.
  const permitShares = async (spender: string) =>
    (await readAnswer(() => permit(vault, spender), "the vault's domain for signatures")) ?? UNSIGNED;
  return {
    permit: [owner, stranger, 1n, MaxUint256, ...(await permit(token, stranger))],
    delegation: [stranger, 0n, MaxUint256, ...spread(await sign(token, "Delegation", delegation))],
    vote: [ballot.proposalId, ballot.support, owner, await sign(governor, "Ballot", ballot)],
    voteWithReason: [
      ...[ballot.proposalId, ballot.support, owner, "", "0x"],
      await sign(governor, "ExtendedBallot", { ...ballot, reason: "", params: "0x" }),
    ],
    sharePermit: [owner, stranger, 1n, MaxUint256, ...(await permitShares(stranger))],
    lock: [1n, MaxUint256, ...(await permitShares(addresses.escrow))],
  };
}

async function sign(
  contract: Domained,
  kind: keyof typeof TYPES,
  message: Readonly<Record<string, unknown>>,
): Promise<string> {
  const fields = TYPES[kind].map((field) => {
    const [name = "", type = ""] = field.split(" ");
    return { name, type };
  });
  const { name, version, chainId, verifyingContract } = await contract.eip712Domain();
  const domain: TypedDataDomain = { name, version, chainId, verifyingContract };
  return await SIGNER.signTypedData(domain, { [kind]: fields }, message);
}

function spread(signature: string): readonly unknown[] {
  const { v, r, s } = Signature.from(signature);
  return [v, r, s];
}
