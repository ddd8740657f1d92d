import { HardhatPluginError } from "hardhat/plugins";
import { TaskDefinitionType, type TaskDefinition } from "hardhat/types/tasks";

/** Commands that need what the package does not carry, and why. */
const IN_THE_REPOSITORY: Readonly<Record<string, string>> = {
  "tribune verify":
    "tribune verify works in Tribune's repository alone: an explorer is shown what the compiler was given, which the " +
    "package does not carry. There it needs nothing but the record of the deployment, deployments/<chain>/<dao>.json.",
};

/** What the package does of all commands: it lists the others as well, with a sentence about where they work. */
export const forPackage = (tasks: readonly TaskDefinition[]): TaskDefinition[] =>
  tasks.map((one) => {
    const sentence = IN_THE_REPOSITORY[one.id.join(" ")];
    if (sentence === undefined || one.type !== TaskDefinitionType.NEW_TASK) return one;
    const { type, id, options, positionalArguments } = one;
    const refuse = () => {
      throw new HardhatPluginError("tribune", sentence);
    };
    const description = "Works in Tribune's repository alone";
    return { type, id, description, options, positionalArguments, action: () => Promise.resolve({ default: refuse }) };
  });
