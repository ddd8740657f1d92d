import { buildTribune } from "./parts/protocol.js";
import { localExampleVault } from "./parts/vaults.js";

export default buildTribune(localExampleVault, "ERC4626Vessel");
