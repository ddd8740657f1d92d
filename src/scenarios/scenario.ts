import type { NetworkConnection } from "hardhat/types/network";

import type { FoundedDao } from "../config/schema.js";
import type { TribuneAddresses } from "../protocol/addresses.js";
import type { Listener } from "./listener.js";
import type { Outcome } from "./scenarioReport.js";
import type { Run } from "./scenarioRun.js";

/** What a story needs from outside. */
export interface Environment {
  /** The DAO that is deployed, unless a story says otherwise. */
  readonly dao: FoundedDao;
  /** One whose stakers hold the staking pool. */
  readonly poolDao: FoundedDao;
  /** A fresh chain inside this process, whose time can be moved. */
  readonly createChain: () => Promise<NetworkConnection>;
  /** Deploys the whole system; see `src/deployment/deployTribune.ts`. */
  readonly deploy: (connection: NetworkConnection, dao: FoundedDao) => Promise<TribuneAddresses>;
}

/** Where a story is played: it opens runs, each on a chain of its own. */
export interface StoryContext extends Environment {
  readonly listener: Listener;
  /** Puts a run into the report. */
  readonly enter: (run: Run) => void;
}

/** A story that runs on a chain and ends with assertions. */
export interface Scenario {
  /** As on the command line. */
  readonly name: string;
  readonly title: string;
  /** One line for `--list`. */
  readonly summary: string;
  readonly play: (context: StoryContext) => Promise<Outcome>;
}
