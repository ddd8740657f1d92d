import type { Result } from "ethers";

import { isMade } from "../../config/schema.js";
import { FLOOR_PARTS, sharesOfSeed } from "../../config/seed.js";
import { readVaultFacts } from "../../config/vaultFacts.js";
import { formatDuration } from "../../protocol/format.js";
import { exitTerms } from "../parameters.js";
import { compareAll, merge, type Comparison, type Finding, type Report } from "./finding.js";
import type { ConnectedSubject } from "./subject.js";

/** How far the floor may be from a thousandth of the present supply before a person should look. */
const FLOOR_TOLERANCE_PARTS = 10n;

/** The escrow's terms, its floor, and the vessel that it makes others of. */
export async function verifyEscrow(subject: ConnectedSubject): Promise<Report> {
  return merge([
    await compareAll([...wiring(subject), ...(await vessel(subject)), ...(await terms(subject))]),
    await verifyFloor(subject),
  ]);
}

function wiring({ contracts: { escrow, gate }, addresses }: ConnectedSubject): Comparison[] {
  return [
    { subject: "escrow, gate", actual: () => escrow.gate(), expected: addresses.gate },
    { subject: "escrow, vault", actual: () => escrow.VAULT(), expected: addresses.vault },
    { subject: "escrow, vessel", actual: () => escrow.VESSEL_IMPLEMENTATION(), expected: addresses.vessel },
    { subject: "gate, timelock", actual: () => gate.TIMELOCK(), expected: addresses.timelock },
    { subject: "gate, escrow", actual: () => gate.ESCROW(), expected: addresses.escrow },
  ];
}

/** What the implementation says it leaves, against what the vault says of itself. */
async function vessel({ contracts: { escrow, vessel }, addresses, provider }: ConnectedSubject): Promise<Comparison[]> {
  const facts = await readVaultFacts(addresses.vault, provider);
  const [share, asset] = facts === undefined ? ["not told", "not told"] : [facts.share, facts.asset];
  return [
    { subject: "vessel, vault", actual: () => vessel.VAULT(), expected: addresses.vault },
    { subject: "vessel, share", actual: () => vessel.SHARE(), expected: share },
    { subject: "vessel, asset", actual: () => vessel.ASSET(), expected: asset },
    { subject: "escrow, share", actual: () => escrow.SHARE(), expected: share },
  ];
}

async function terms({ contracts: { escrow }, dao }: ConnectedSubject): Promise<Comparison[]> {
  const { allowsFreshVessels, ...durations } = exitTerms(dao);
  const found = await escrow.exitTerms();
  const fields = (found as unknown as Result).toObject() as Record<string, bigint>;
  return [
    ...Object.entries(durations).map(([name, expected]) => ({
      subject: `escrow, ${name}`,
      actual: () => Promise.resolve(fields[name] ?? "missing"),
      expected,
      format: formatDuration,
    })),
    {
      subject: "escrow, freshVessels",
      actual: () => Promise.resolve(found.allowsFreshVessels),
      expected: allowsFreshVessels,
    },
  ];
}

/**
 * A supply that somebody blew up for a moment while the escrow was made would leave a floor below which nobody is
 * protected. Of a vault that is made the seed tells what it must be; of others, the supply now is near enough.
 */
async function verifyFloor(subject: ConnectedSubject): Promise<Report> {
  const { contracts, addresses, dao, provider } = subject;
  const facts = await readVaultFacts(addresses.vault, provider);
  if (isMade(dao.vault) && facts !== undefined) {
    const expected = sharesOfSeed(dao.vault.seed, facts.assetDecimals) / FLOOR_PARTS;
    return await compareAll([
      { subject: "escrow, supply floor", actual: () => contracts.escrow.SUPPLY_FLOOR(), expected },
    ]);
  }
  const floor = await contracts.escrow.SUPPLY_FLOOR();
  const present = (facts?.totalSupply ?? 0n) / FLOOR_PARTS;
  const distance = floor > present ? floor - present : present - floor;
  const finding: Finding = {
    severity: "warning",
    subject: "escrow, supply floor",
    message:
      `is ${floor} units of shares, a thousandth of the supply when the escrow was made; a thousandth of the supply now ` +
      `is ${present}: make sure that nobody swelled the vault for that moment, for with a supply far below the floor ` +
      "nobody can object",
  };
  return { checks: 1, findings: distance * FLOOR_TOLERANCE_PARTS > present ? [finding] : [], unread: [] };
}
