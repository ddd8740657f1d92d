import { formatEther } from "ethers";
import colors from "picocolors";

import { explainCall } from "../protocol/explain.js";
import { visible } from "../protocol/visible.js";
import { renderPairs } from "../terminal/table.js";
import type { FoundSafe } from "./readSafe.js";
import { warningsOf, type Review } from "./review.js";
import { hashParts } from "./transaction.js";
import { transactionOf, type TransactionFile } from "./transactionFile.js";

/** A Safe, and what is doubtful about it; or what is there instead. */
export function renderSafe(safe: FoundSafe): string {
  if (safe.kind === "none") return colors.yellow(`${safe.address} ${safe.reason}`);
  return [
    renderPairs([
      ["Safe", `${safe.address}, version ${visible(safe.version)}`],
      ["signatures", `${safe.threshold} of ${safe.owners.length}`],
      ...safe.owners.map((owner) => ["owner", owner] as const),
      ["next number", String(safe.nonce)],
      ["answers unknown calls", safe.fallbackHandler ?? "nobody"],
    ]),
    ...warningsOf(safe).map((line) => colors.yellow(line)),
  ].join("\n");
}

/** What a transaction does, and what its owners sign. */
export const renderTransaction = (file: TransactionFile): string => renderPairs(pairsOf(file));

function pairsOf(file: TransactionFile): (readonly [name: string, value: string])[] {
  const transaction = transactionOf(file);
  const { domainHash, messageHash } = hashParts(transaction);
  return [
    ["The Safe", `${file.safe}, on chain ${file.chainId}`],
    ["", explainCall(transaction.call)],
    ["target", file.to],
    ["pays", `${formatEther(file.value)} ETH`],
    ["calldata", file.data],
    ["number", String(file.nonce)],
    ["hash to sign", file.safeTxHash],
    ["domain hash", domainHash],
    ["message hash", messageHash],
  ];
}

const CONSENTS = {
  key: "signed by",
  contract: "signed by the contract",
  approval: "approved on the chain by",
} as const;

/** The same once it was reviewed, with who has signed. */
export function renderReview({ file, safe, signatures, departed, warnings }: Review): string {
  return [
    renderPairs([
      ...pairsOf(file),
      ["signatures", `${signatures.length} of ${safe.threshold}`],
      ...signatures.map(({ owner, kind }) => [CONSENTS[kind], owner] as const),
    ]),
    ...departed.map((owner) => colors.yellow(`${owner} signed it, and is no owner any more: that does not count.`)),
    ...warnings.map((line) => colors.yellow(line)),
  ].join("\n");
}
