import { getAddress, isAddress } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import standard from "../config/default.js";
import { modules } from "../deploy/modules.js";
import { deployTribune } from "../src/deployment/deployTribune.js";
import { checkDao, refuseErrors } from "../src/config/checks/checkDao.js";
import { hasStandIns } from "../src/config/pool.js";
import { isMade } from "../src/config/schema.js";
import { embeddedFacts, loadDao, type LoadedDao } from "../src/config/load.js";
import { parseDao } from "../src/config/parse.js";
import { findDeployment } from "../src/deployment/choose.js";
import { findPlace } from "../src/deployment/place.js";
import { settlePool, stockExample, stockPool } from "../src/rehearsal/example.js";
import { openSnapshot, type OpenSnapshot } from "../src/rehearsal/open.js";
import { rehearse } from "../src/rehearsal/rehearse.js";
import { renderRehearsal } from "../src/rehearsal/renderRehearsal.js";
import { rulesOf } from "../src/rehearsal/rulesOf.js";
import type { Verdict } from "../src/rehearsal/rehearsalFacts.js";
import { drainSchema, parseFile, settleSchema } from "../src/rehearsal/rehearsalFiles.js";
import { SentenceError } from "../src/protocol/errors.js";
import { visible } from "../src/protocol/visible.js";
import { readText } from "../src/terminal/input.js";
import { openOutput, type Output } from "../src/terminal/output.js";
import { readCode } from "./code.js";
import { openReading, placeOf } from "./connect.js";
import { tellProgress } from "./progress.js";
import type { Verb } from "./verb.js";
import { withoutVerdict } from "./withSentences.js";

interface Arguments {
  dao: string | undefined;
  vault: string | undefined;
  holder: string | undefined;
  json: string | undefined;
  drain: string | undefined;
  settle: string | undefined;
}

/** What the process ends with. */
const EXIT_CODES: Readonly<Record<Verdict, number>> = { fits: 0, "fits-if": 0, "does-not-fit": 1, unproven: 2 };

const rehearseVerb: Verb<Arguments> = async (args, hre) => {
  await withoutVerdict(async () => {
    process.exitCode = EXIT_CODES[await run(args, hre, openOutput(args.json))];
  });
};

const IDLE_POOL =
  "Nobody runs validators for a pool that was made for a rehearsal: this is how idle ETH leaves. How long exits of " +
  "validators take, and what becomes of operators who refuse them, is told in docs/pool.md.";

async function run(args: Arguments, hre: HardhatRuntimeEnvironment, { print, data }: Output): Promise<Verdict> {
  if ((args.dao === undefined) === (args.vault === undefined)) {
    throw new SentenceError("Which vault? Give either --dao config/my-dao.ts or --vault 0x…");
  }
  const holders = parseHolders(args.holder);
  const settlements =
    args.settle === undefined ? undefined : parseFile(settleSchema, await readText(args.settle), args.settle);
  const drain = args.drain === undefined ? undefined : parseFile(drainSchema, await readText(args.drain), args.drain);
  const loaded = args.dao === undefined ? undefined : await loadDao(args.dao, embeddedFacts);
  const dao = loaded?.config ?? parseDao(standard, "config/default.ts");
  // Of rules that cannot be deployed nothing would follow for the vault.
  if (loaded !== undefined) refuseErrors(checkDao(dao), loaded.file);
  const given = args.vault === undefined ? undefined : parseAddress(args.vault, "--vault");

  print("Taking a snapshot of the chain …");
  const source = await openReading(hre);
  const open = await openSnapshot(hre.network, source);
  try {
    const { vault, example } = await chooseVault(hre, source, open, loaded, given, print);
    const { snapshot, chain, block, networkName, readChain } = open;
    const isPool = loaded?.config.vault.kind === "pool";
    if (isPool && settlements === undefined) print("Playing finalise() of the pool as well, which anybody may call …");
    print(`Rehearsing an exit from ${vault} on a snapshot of ${networkName}, chain ${chain} …`);
    const result = await rehearse(snapshot, {
      vault,
      chain,
      // What was made for the rehearsal is part of it.
      block: example.length > 0 ? await snapshot.blockNumber() : block,
      rules: await rulesOf(dao, readCode(hre)),
      dao: args.dao ?? null,
      holders: holders.length > 0 ? holders : example,
      settlements: settlements ?? (isPool ? settlePool(vault) : undefined),
      drain,
      readChain,
      onProgress: tellProgress(),
      progress: (text) => {
        print(`  ${visible(text)}`);
      },
    });
    print(renderRehearsal(result));
    if (isPool && example.length > 0) print(IDLE_POOL);
    await data(result);
    return result.verdict;
  } finally {
    await open.close();
  }
}

/** The vault of the configuration, or the one that was given; the example is made first, where it can be. */
async function chooseVault(
  hre: HardhatRuntimeEnvironment,
  source: NetworkConnection,
  { connection, networkName }: OpenSnapshot,
  loaded: LoadedDao | undefined,
  given: string | undefined,
  print: (text: string) => void,
): Promise<{ readonly vault: string; readonly example: readonly string[] }> {
  if (given !== undefined || loaded === undefined) return { vault: given ?? "", example: [] };
  const { vault } = loaded.config;
  if (!isMade(vault)) return { vault: vault.address, example: [] };
  if (source.networkConfig.type === "http") {
    // Of the chain itself: its copy has a first block of its own.
    const place = await findPlace(source.ethers.provider, placeOf(hre));
    const command = `npx hardhat tribune deploy --dao ${loaded.file} --network ${networkName}`;
    const { addresses } = await findDeployment(place, loaded.id, command);
    return { vault: addresses.vault, example: [] };
  }
  if (vault.kind === "example" || (vault.kind === "pool" && !hasStandIns(vault))) {
    throw new SentenceError(
      `The vault of ${loaded.file} is made with its deployment, and the chain inside Hardhat has nothing to make it of: ` +
        `deploy it on a chain that has ${vault.kind === "pool" ? "its deposit contract" : "its asset and its market"}, then ` +
        "rehearse there.",
    );
  }
  print(`Deploying the ${vault.kind === "pool" ? "pool" : "example vault"}, and stocking it …`);
  const addresses = await deployTribune(connection, loaded.config, { modules });
  const holders = await (vault.kind === "pool" ? stockPool : stockExample)(connection, addresses);
  return { vault: addresses.vault, example: holders };
}

function parseHolders(text: string | undefined): string[] {
  if (text === undefined) return [];
  const parts = text.split(",").map((part) => part.trim());
  return [...new Set(parts.map((part) => parseAddress(part, "--holder")))];
}

function parseAddress(text: string, option: string): string {
  if (isAddress(text) && text.startsWith("0x")) return getAddress(text);
  throw new SentenceError(
    `${option}: "${text}" is not an address: 0x, 40 hexadecimal digits, and a checksum that fits.`,
  );
}

export default rehearseVerb;
