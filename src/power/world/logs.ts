import type { Provider } from "ethers";

/** Topics as nodes take them: one of several at a place, or any. */
export type Topics = readonly (string | readonly string[] | null)[];

/** Reads logs of one contract, or of all. */
export type ReadAnyLogs = (filter: {
  readonly address?: string;
  readonly topics: Topics;
}) => Promise<readonly { readonly address: string; readonly topics: readonly string[] }[]>;

/** All logs that a provider has. */
export const logsOf =
  (provider: Provider): ReadAnyLogs =>
  async ({ address, topics }) =>
    await provider.getLogs({
      ...(address !== undefined && { address }),
      topics: topics.map((topic) => (topic === null || typeof topic === "string" ? topic : [...topic])),
      fromBlock: 0,
    });
