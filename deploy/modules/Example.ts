import { buildTribune } from "./parts/protocol.js";
import { exampleVault } from "./parts/vaults.js";

export default buildTribune(exampleVault, "ERC4626Vessel");
