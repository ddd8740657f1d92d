import { network } from "hardhat";

import { TIMELOCKS } from "./deployments.js";
import { describeTimelockController } from "./timelockController.js";

const connection = await network.create();

describe("[CON-1] conformance with TimelockController", () => {
  for (const [name, deploy] of Object.entries(TIMELOCKS)) describeTimelockController(name, connection, deploy);
});
