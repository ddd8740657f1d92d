import { emptyTask } from "hardhat/config";
import { definePlugin } from "hardhat/plugins";

/** `npx hardhat tribune …`: each verb parses its arguments, calls `src/`, and prints. */
export const tribunePlugin = definePlugin({
  id: "tribune",
  tasks: [emptyTask("tribune", "Dual governance: stories, checks and measurements").build()],
});

export default tribunePlugin;
