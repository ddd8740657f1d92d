import { readFile } from "node:fs/promises";

import { getAddress, isAddress } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { z } from "zod";

import { modules } from "../deploy/modules.js";
import { loadDao } from "../src/config/load.js";
import { chooseDeployment } from "../src/deployment/choose.js";
import { deployTribune } from "../src/deployment/deployTribune.js";
import { audit } from "../src/power/audit.js";
import { readKnowledge } from "../src/power/knowledge.js";
import type { Cast } from "../src/power/openScene.js";
import { readCast } from "../src/power/readCast.js";
import { renderAudit } from "../src/power/renderAudit.js";
import { exitCodeOf } from "../src/power/report.js";
import { SentenceError } from "../src/protocol/errors.js";
import { reasonOf, visible } from "../src/protocol/visible.js";
import { stockExample } from "../src/rehearsal/example.js";
import { openSnapshot, type OpenSnapshot } from "../src/rehearsal/open.js";
import { openOutput, type Output } from "../src/terminal/output.js";
import { connectReading, openReading } from "./connect.js";
import { tellProgress } from "./progress.js";
import type { Verb } from "./verb.js";

interface Arguments {
  dao: string | undefined;
  identities: string | undefined;
  json: string | undefined;
}

const UNUSABLE = 2;

const auditVerb: Verb<Arguments> = async ({ dao, identities: file, json }, hre) => {
  process.exitCode = UNUSABLE;
  const output = openOutput(json);
  const identities = file === undefined ? undefined : await readIdentities(file);
  const { open, cast } = await openCast(hre, dao, output);
  try {
    const report = await audit(cast, {
      knowledge: await readKnowledge(hre.artifacts, cast.addresses),
      ...(identities !== undefined && { identities }),
      progress: (text) => {
        output.print(`  ${visible(text)} …`);
      },
    });
    output.print();
    output.print(renderAudit(report));
    await output.data({ chain: open.chain, block: open.block, addresses: cast.addresses, ...report });
    process.exitCode = exitCodeOf(report);
  } finally {
    await open.close();
  }
};

/** A deployment of the network on a copy of it; on the embedded chain one is made first. */
async function openCast(
  hre: HardhatRuntimeEnvironment,
  dao: string | undefined,
  { print }: Output,
): Promise<{ readonly open: OpenSnapshot; readonly cast: Cast }> {
  const source = await openReading(hre);
  if (source.networkConfig.type === "http") {
    const { connection, place } = await connectReading(hre);
    const deployment = await chooseDeployment(place, dao, connection.networkName);
    print(`Auditing ${visible(deployment.dao)} on a copy of ${connection.networkName} …`);
    const open = await openSnapshot(hre.network, connection);
    return { open, cast: await readCast(open, deployment, place.provider, tellProgress()) };
  }
  const { config } = await loadDao(dao ?? "config/default.ts");
  if (config.vault.kind !== "local-example") {
    throw new SentenceError(
      "On the chain inside Hardhat only a DAO with the example vault can be audited so far: its stakers have to hold " +
        "shares. Deploy another one on a chain that stays, and give --network.",
    );
  }
  print(`Deploying ${visible(config.name)} on the embedded chain …`);
  const addresses = await deployTribune(source, config, { modules });
  const shareHolders = await stockExample(source, addresses);
  const open = await openSnapshot(hre.network, source);
  const signers = await source.ethers.getSigners();
  const tokenHolders = config.token.allocations.map(({ holder }) => holder);
  const deployer = signers[0]?.address ?? "";
  const { snapshot } = open;
  const provider = source.ethers.provider;
  return { open, cast: { snapshot, provider, addresses, deployer, tokenHolders, shareHolders } };
}

const identitiesSchema = z.record(
  z.string(),
  z.array(z.string().refine((text) => isAddress(text), "is no address: 0x, and 40 hexadecimal digits")),
);

/** `{ "Alice": ["0x…", "0x…"] }`: who is behind which accounts. */
async function readIdentities(file: string): Promise<Map<string, string>> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new SentenceError(`${visible(file)} cannot be read as JSON: ${reasonOf(error)}`);
  }
  const parsed = identitiesSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SentenceError(
      `${visible(file)}, ${visible(issue?.path.join(".") ?? "")}: ${visible(issue?.message ?? "")}. Right is { "Alice": ["0x…"] }.`,
    );
  }
  const identities = new Map<string, string>();
  for (const [entity, accounts] of Object.entries(parsed.data)) {
    for (const account of accounts.map((one) => getAddress(one))) {
      const other = identities.get(account);
      if (other !== undefined && other !== entity) {
        throw new SentenceError(`${visible(file)}: ${account} is both ${visible(other)} and ${visible(entity)}.`);
      }
      identities.set(account, entity);
    }
  }
  return identities;
}

export default auditVerb;
