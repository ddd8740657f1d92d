import type { NetworkHooks } from "hardhat/types/hooks";

import { askPatiently, PATIENCE } from "../src/protocol/patience.js";

/** The waits, in milliseconds, instead of the usual ones: `TRIBUNE_RETRY_DELAYS=1000,5000,30000`. */
const delays = (): readonly number[] =>
  process.env.TRIBUNE_RETRY_DELAYS?.split(",").filter(Boolean).map(Number) ?? PATIENCE.delays;

/** Every command reads a network with patience: Hardhat itself asks again only where it is told that it asks too often. */
const patientNetwork = (): Promise<Partial<NetworkHooks>> =>
  Promise.resolve({
    newConnection: async (context, next) => {
      const connection = await next(context);
      if (connection.networkConfig.type !== "http") return connection;
      const { provider } = connection;
      const request = provider.request.bind(provider);
      // Not the hook for each request: what it hands a request on to can be asked only once.
      provider.request = async (args) =>
        await askPatiently(
          { method: args.method, params: Array.isArray(args.params) ? args.params : [] },
          () => request(args),
          { ...PATIENCE, delays: delays() },
        );
      return connection;
    },
  });

export default patientNetwork;
