import type { Provider } from "ethers";

import { addressIn } from "../topics.js";
import { TiebreakerCommittee__factory } from "../../../types/index.js";
import { memberOf, TIEBREAKER_ACTIONS } from "../enums.js";
import type { LogProgress } from "../logs.js";
import { queryNewestLogs } from "../newestLogs.js";
import { readAnswer } from "../tryRead.js";

/** What sub-committees of the tiebreaker approve, and how far it has come. */
export interface OpenMotion {
  readonly action: (typeof TIEBREAKER_ACTIONS)[number];
  /** Identifier of an operation, or an address. */
  readonly subject: string;
  /** The sub-committees that approve. */
  readonly approvals: readonly string[];
  readonly quorum: bigint;
  /** It may be executed from this second on; undefined while no quorum approves. [unix seconds] */
  readonly executableAt: bigint | undefined;
  /** The last second in which its approvals count. [unix seconds] */
  readonly lapsesAfter: bigint;
}

/**
 * Every motion that has an approval which counts, as far as the node's logs tell; those of the newest 64 blocks are asked
 * for by the blocks' hashes, so that a backend that lags says so instead of leaving them out.
 * @param range From before the deployment, up to a block of the chain.
 */
export async function readOpenMotions(
  tiebreaker: string,
  provider: Provider,
  range: { readonly firstBlock: number; readonly head: { readonly number: number; readonly hash: string } },
  onProgress?: (progress: LogProgress) => void,
): Promise<OpenMotion[]> {
  const contract = TiebreakerCommittee__factory.connect(tiebreaker, { provider });
  const { firstBlock, head } = range;
  const at = { blockTag: head.number };
  const filter = { address: tiebreaker, topics: await contract.filters.Approved().getTopicFilter() };
  const [{ logs }, members, quorum, delay] = await Promise.all([
    queryNewestLogs(provider, filter, firstBlock, head, false, onProgress),
    contract.members(at),
    contract.quorum(at),
    contract.DELAY(at),
  ]);
  const subjects = new Map(
    logs.map((log) => {
      const { action, subject } = contract.interface.decodeEventLog("Approved", log.data, log.topics) as unknown as {
        readonly action: bigint;
        readonly subject: string;
      };
      return [`${action}:${subject}`, { action, subject }] as const;
    }),
  );
  const found = await Promise.all(
    [...subjects.values()].map(async ({ action, subject }): Promise<OpenMotion | undefined> => {
      // The committee refuses what is nothing to approve any more: an executed operation, a gate that was replaced.
      const motion = await readAnswer(() => contract.motion(action, subject, at), `motion ${subject}`);
      if (motion === undefined || motion.approvals === 0n) return undefined;
      const { approvals, quorumAt, lapsesAfter } = motion;
      const name = memberOf(TIEBREAKER_ACTIONS, action);
      return {
        action: name,
        subject: name === "Release" ? subject : addressIn(subject),
        approvals: members.filter((_, index) => ((approvals >> BigInt(index)) & 1n) === 1n),
        quorum,
        executableAt: quorumAt === 0n ? undefined : quorumAt + delay,
        lapsesAfter,
      };
    }),
  );
  return found.filter((motion) => motion !== undefined);
}
