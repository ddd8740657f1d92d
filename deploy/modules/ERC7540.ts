import { buildTribune } from "./parts/protocol.js";
import { existingVault } from "./parts/vaults.js";

export default buildTribune(existingVault, "ERC7540Vessel");
