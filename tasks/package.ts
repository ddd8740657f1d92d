import { definePlugin } from "hardhat/plugins";
import type { HardhatPlugin } from "hardhat/types/plugins";

import { forPackage } from "./forPackage.js";
import tribunePlugin from "./plugin.js";

/** `import tribune from "tribune/hardhat"`: the commands of `npx hardhat tribune` in a project of one's own. */
const packagedPlugin: HardhatPlugin = definePlugin({
  id: "tribune",
  npmPackage: "tribune",
  dependencies: () => [
    import("@nomicfoundation/hardhat-ethers"),
    import("@nomicfoundation/hardhat-ignition"),
    import("@nomicfoundation/hardhat-ignition-ethers"),
    import("@nomicfoundation/hardhat-network-helpers"),
  ],
  tasks: forPackage(tribunePlugin.tasks ?? []),
});

export default packagedPlugin;
