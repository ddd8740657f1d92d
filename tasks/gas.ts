import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { measurePoolRows, measureRows, type OpenChain } from "../src/gas/measure.js";
import type { Watcher } from "../src/gas/meter.js";
import { createProfiler, renderProfile } from "../src/gas/gasProfile.js";
import { gasLines, isMissed, renderLines, sizeLines, summarise, type Line } from "../src/gas/gasReport.js";
import { PEER, ROW_KEYS, ROWS, type RowKey } from "../src/gas/rows.js";
import { compareScales, LARGE, listExcesses, renderComparisons, SMALL, TOLERANCE } from "../src/gas/scale.js";
import { readSizes } from "../src/gas/sizes.js";
import { SentenceError, sentences } from "../src/protocol/errors.js";
import { openOutput } from "../src/terminal/output.js";
import { openAmsterdam, openChain } from "./openChain.js";
import type { Verb } from "./verb.js";

interface Arguments {
  json: string | undefined;
  noScale: boolean;
  profile: string | undefined;
}

const LEGEND = [
  "Gas of whole transactions (21,000 and calldata included, net of refunds), one each, optimizer 200 runs.",
  "Shares of a plain ERC-4626 vault; stakers allowed the escrow an unlimited transfer once, unless a row says otherwise.",
  "The floor is OpenZeppelin's TimelockController, or a transfer that writes a position and a total, or an empty Safe transaction, in the same run.",
  "Amsterdam: the pool's rows where new state is dearer (EIP-8037), as far as Hardhat's chain has that fork; no goals yet.",
  `${PEER.name}'s figures: dual governance at ${PEER.source}`,
];

const gas: Verb<Arguments> = async ({ json, noScale, profile }, hre) => {
  const { print, data } = openOutput(json);
  const open = openChain(hre);
  if (profile !== undefined) {
    await printProfiles(hre, open, profile, print);
    return;
  }
  const measured = await measureRows(open);
  const amsterdam = await measurePoolRows(openAmsterdam(hre));
  const lines = [...gasLines(measured, amsterdam), ...sizeLines(await readSizes(hre.artifacts))];
  print(renderLines(lines));
  for (const line of LEGEND) print(line);
  print(summarise(lines));
  await data(lines);
  if (!noScale) await printScales(open, print);
};

async function printScales(open: OpenChain, print: (text?: string) => void): Promise<void> {
  print();
  print("The same operations in a larger world:");
  const comparisons = await compareScales(open, SMALL, LARGE);
  print(renderComparisons(comparisons));
  const excesses = comparisons.flatMap((comparison) =>
    listExcesses(comparison).map((key) => `${ROWS[key].operation} (${comparison.title})`),
  );
  if (excesses.length > 0) throw new SentenceError(sentences("These costs depend on the scale:", excesses));
  print(`No cost depends on any of this by more than ${TOLERANCE * 100} %.`);
}

/** @param wanted An operation's name or the beginning of it, or "missed" for all that exceed their goal. */
async function printProfiles(
  hre: HardhatRuntimeEnvironment,
  open: OpenChain,
  wanted: string,
  print: (text?: string) => void,
): Promise<void> {
  const keys = wanted === "missed" ? await listMissed(open) : findRows(wanted);
  const profiler = await createProfiler(hre.artifacts);
  const watch: Watcher = async (key, receipt, world) => {
    if (!keys.includes(key)) return;
    print(`${ROWS[key].operation}: ${Number(receipt.gasUsed).toLocaleString("en")}`);
    print(renderProfile(await profiler(world, receipt)));
    print();
  };
  await measureRows(open, watch);
}

async function listMissed(open: OpenChain): Promise<RowKey[]> {
  const lines: Line[] = gasLines(await measureRows(open));
  return ROW_KEYS.filter((_, index) => {
    const line = lines[index];
    return line !== undefined && isMissed(line);
  });
}

function findRows(wanted: string): RowKey[] {
  const exact = ROW_KEYS.filter((key) => ROWS[key].operation === wanted);
  const found = exact.length > 0 ? exact : ROW_KEYS.filter((key) => ROWS[key].operation.startsWith(wanted));
  if (found.length > 0) return found;
  throw new SentenceError(
    sentences(
      `No measured operation is called "${wanted}". There are:`,
      ROW_KEYS.map((key) => ROWS[key].operation),
    ),
  );
}

export default gas;
