import { getAddress, id, Interface, ZeroAddress, ZeroHash } from "ethers";

import { TRANSFER, addressIn } from "../../protocol/topics.js";
import type { Handover } from "../../protocol/handovers.js";
import type { Finding, Ground, Part } from "./types.js";

const APPROVAL_FOR_ALL = id("ApprovalForAll(address,address,bool)");
const ERC721 = new Interface([
  "function isApprovedForAll(address,address) view returns (bool)",
  "function getApproved(uint256) view returns (address)",
]);

/** Ids of an ERC-721 token: those of which the logs tell, each asked again. @param balance How many there are. */
export async function readDeeds(ground: Ground, target: string, balance: bigint): Promise<Part> {
  const { reader, received, oldTimelock } = ground;
  const told = received.filter(
    ({ address, topics }) => topics[0] === TRANSFER && topics.length === 4 && getAddress(address) === target,
  );
  const ids: bigint[] = [];
  for (const one of new Set(told.map(({ topics }) => topics[3] ?? ZeroHash))) {
    if ((await reader.address(target, "ownerOf", [BigInt(one)])) === oldTimelock) ids.push(BigInt(one));
  }
  const untold = balance - BigInt(ids.length);
  const name = reader.nameOf(target);
  return {
    kind: "ERC-721",
    handovers: ids.map((one): Handover => ({ kind: "token id", target, id: one })),
    own: [
      ...(await tellTakers(ground, target, ids)),
      ...(untold > 0n
        ? [
            {
              key: `ids of ${target}: ${untold}`,
              sentence: `The old timelock has ${untold} more of ${name} than logs tell of: which, nobody here knows, and nobody hands over.`,
            },
          ]
        : []),
    ],
  };
}

/** Whoever may take one of them, and by that makes the adoption fail: each is handed over by its number. */
async function tellTakers(
  { reader, allowed, oldTimelock }: Ground,
  target: string,
  ids: readonly bigint[],
): Promise<Finding[]> {
  const ask = async (view: "isApprovedForAll" | "getApproved", args: readonly unknown[]): Promise<unknown> => {
    const answer = await reader.snapshot.call({ to: target, data: ERC721.encodeFunctionData(view, args) });
    return answer.ok && answer.data.length === 66 ? ERC721.decodeFunctionResult(view, answer.data)[0] : undefined;
  };
  const takers = new Set<string>();
  for (const { address, topics } of ids.length === 0 ? [] : allowed) {
    if (topics[0] !== APPROVAL_FOR_ALL || getAddress(address) !== target) continue;
    const operator = addressIn(topics[2]);
    if ((await ask("isApprovedForAll", [oldTimelock, operator])) === true) takers.add(operator);
  }
  for (const one of ids) {
    const approved = await ask("getApproved", [one]);
    if (typeof approved === "string" && approved !== ZeroAddress) takers.add(approved);
  }
  return [...takers].map((taker) => ({
    key: `spender of ${target}: ${taker}`,
    sentence:
      `${reader.nameOf(taker)} may take ids of ${reader.nameOf(target)} from the old timelock until the adoption lands, and by ` +
      "taking one makes it fail. Better take the approval back first.",
  }));
}
