import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { readAddressList, type AddressList } from "../src/power/foreign/addressFile.js";
import { openPlace } from "../src/power/foreign/openPlace.js";
import { renderForeign } from "../src/power/foreign/render.js";
import { exitCodeOfForeign } from "../src/power/foreign/report.js";
import { survey } from "../src/power/foreign/survey.js";
import { SentenceError } from "../src/protocol/errors.js";
import { visible } from "../src/protocol/visible.js";
import { openSnapshot } from "../src/rehearsal/open.js";
import type { Output } from "../src/terminal/output.js";
import { openReading, refusePassingChain } from "./connect.js";
import { tellProgress } from "./progress.js";

/** What is for deployments of Tribune alone: of others there are findings, and nothing to compare them with. */
export function refuseBeside(options: Readonly<Record<string, unknown>>): void {
  const first = givenOf(options);
  if (first === undefined) return;
  throw new SentenceError(
    `--${first} is for deployments of Tribune, and --addresses for others: leave one of them out.`,
  );
}

/** The first option that was given, as it is written; undefined if none was. */
export function givenOf(options: Readonly<Record<string, unknown>>): string | undefined {
  const given = Object.entries(options).find(([, value]) => value !== undefined && value !== false);
  return given?.[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Of contracts that are not Tribune's, who alone can do what: from a list of addresses. */
export async function auditAddresses(
  hre: HardhatRuntimeEnvironment,
  file: string,
  identities: ReadonlyMap<string, string> | undefined,
  output: Output,
): Promise<void> {
  const list = await readAddressList(file);
  const source = await openReading(hre);
  refusePassingChain(source);
  output.print(`Reading ${list.contracts.length} contracts on a copy of ${source.networkName} …`);
  await auditList(hre, { list, source, identities }, output);
}

/** What is looked at, and on which network. */
interface Looked {
  readonly list: AddressList;
  readonly source: NetworkConnection;
  readonly identities: ReadonlyMap<string, string> | undefined;
}

/** Findings about listed contracts, told and delivered; never that all is well. */
export async function auditList(
  hre: HardhatRuntimeEnvironment,
  { list, source, identities }: Looked,
  output: Output,
): Promise<void> {
  const open = await openSnapshot(hre.network, source);
  try {
    const place = await openPlace(open, list, source.ethers.provider, tellProgress());
    const report = await survey({
      place,
      listed: list.contracts,
      accounts: list.accounts,
      ...(identities !== undefined && { identities }),
      progress: (text) => {
        output.print(`  ${visible(text)} …`);
      },
    });
    output.print();
    output.print(renderForeign(report));
    await output.data({ chain: open.chain, block: open.block, ...report });
    process.exitCode = exitCodeOfForeign(report);
  } finally {
    await open.close();
  }
}
