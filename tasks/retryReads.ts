import type { NetworkHooks } from "hardhat/types/hooks";

import { askWithRetries, RETRIES } from "../src/protocol/retries.js";

/** The waits, in milliseconds, instead of the usual ones: `TRIBUNE_RETRY_DELAYS=1000,5000,30000`. */
const delays = (): readonly number[] =>
  process.env.TRIBUNE_RETRY_DELAYS?.split(",").filter(Boolean).map(Number) ?? RETRIES.delays;

/** Every command reads a network with retries: Hardhat itself asks again only where it is told that it asks too often. */
const retryReads = (): Promise<Partial<NetworkHooks>> =>
  Promise.resolve({
    newConnection: async (context, next) => {
      const connection = await next(context);
      if (connection.networkConfig.type !== "http") return connection;
      const { provider } = connection;
      const request = provider.request.bind(provider);
      // Not the hook for each request: what it hands a request on to can be asked only once.
      provider.request = async (args) =>
        await askWithRetries(
          { method: args.method, params: Array.isArray(args.params) ? args.params : [] },
          () => request(args),
          { ...RETRIES, delays: delays() },
        );
      return connection;
    },
  });

export default retryReads;
