import { network } from "hardhat";

import { TIMELOCKS } from "./deployments.js";
import { describeGovernorTimelockControl } from "./governorTimelockControl.js";

const connection = await network.create();

describe("[CON-1] conformance with GovernorTimelockControl", () => {
  for (const [name, deploy] of Object.entries(TIMELOCKS)) describeGovernorTimelockControl(name, connection, deploy);
});
