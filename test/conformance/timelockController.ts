import type { NetworkConnection } from "hardhat/types/network";

import { describeAdministration } from "./timelockAdministration.js";
import { describeExecution } from "./timelockExecution.js";
import { describeScheduling } from "./timelockScheduling.js";
import type { DeployTimelock } from "./timelockWorld.js";
import { timelockWorld } from "./timelockWorld.js";

/** Everything that a `TimelockController` promises. */
export function describeTimelockController(name: string, connection: NetworkConnection, deploy: DeployTimelock): void {
  const world = timelockWorld(connection, deploy);
  describe(name, () => {
    describeAdministration(world);
    describeScheduling(world);
    describeExecution(world);
  });
}
