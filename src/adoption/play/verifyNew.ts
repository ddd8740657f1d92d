import { verifyAt } from "../../deployment/verify/verifyDeployment.js";
import { atBlock } from "../../protocol/atBlock.js";
import { UnreadableError } from "../../protocol/errors.js";
import type { Adoption } from "../ground.js";
import type { Step } from "./stage.js";

/**
 * Code, roles, gate, terms and values of what was deployed beside the DAO, with their history, as the copy has them now:
 * until the adoption whoever makes the old timelock act could have changed them.
 * @throws UnreadableError where something could not be read.
 */
export async function verifyNew({ open, deployment, dao, readArtifact }: Adoption): Promise<Step> {
  const { addresses, deployer, firstBlock } = deployment;
  const provider = atBlock(open.connection.ethers.provider, await open.snapshot.blockNumber());
  const { findings, unread } = await verifyAt({ provider, dao, addresses, deployer, firstBlock, readArtifact });
  const [silent] = unread;
  if (silent !== undefined) throw new UnreadableError(`${silent.subject} could not be read: ${silent.message}`);
  const wrong = findings.filter(({ severity }) => severity === "error");
  return {
    what: "The new timelock and what belongs to it are as the file has them, and always were",
    why: wrong.length === 0 ? undefined : wrong.map(({ subject, message }) => `${subject}: ${message}`).join("; "),
  };
}
