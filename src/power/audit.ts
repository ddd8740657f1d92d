import type { FoundSafe } from "../safe/readSafe.js";
import { StepError } from "./world/act.js";
import { readAllowances } from "./readings/allowances.js";
import { logsOf } from "./world/logs.js";
import { playCarriers } from "./play/carriers.js";
import { proveCells, type Cell } from "./cells/cells.js";
import { compose, type DaoTimes } from "./compose/compose.js";
import { conclude } from "./conclude.js";
import { nameHolders } from "./core/index.js";
import { proveDecisions, type ProvenDecision } from "./play/decisions.js";
import { replayDefences, type Defence } from "./play/defence.js";
import { readEnds } from "./compose/ends.js";
import { surveyVault } from "./readings/foreignVault.js";
import { executeCoalitions } from "./execution/execute.js";
import { checkIdentities, type Identities } from "./identities.js";
import type { Findings } from "./findings.js";
import { isContract } from "../protocol/accountCode.js";
import { readLimits, type Limits } from "./limits/limits.js";
import { listModes, NORMAL, type Mode } from "./modes/modes.js";
import type { AuditInput } from "./world/auditInput.js";
import { openWorld } from "./world/openWorld.js";
import type { Part } from "./manifest/parts.js";
import { readGuardOwners } from "./readings/guards.js";
import { findObjectors } from "./play/objectors.js";
import { tryCaps } from "./pool/caps.js";
import { readClones } from "./pool/clones.js";
import { knowingVaults } from "./pool/parts.js";
import { readRefusals } from "./cells/refusals.js";
import { readUnseen } from "./readings/unseen.js";
import type { AuditReport, ModeReport } from "./report.js";
import { readVotes } from "./world/votes.js";
import type { Ballots } from "./compose/voting.js";
import { readWiring } from "./world/wiring.js";
import type { World } from "./world/world.js";
import { readScheduled, tellScheduled } from "./readings/scheduled.js";
import { Stopwatch } from "./stopwatch.js";
import { readHoldings } from "./tables/costs.js";
import type { StorageKnowledge } from "./storage/difference.js";

export interface AuditOptions {
  readonly knowledge: StorageKnowledge;
  /** Entities behind addresses; whoever is not listed is one. */
  readonly identities?: ReadonlyMap<string, string>;
  readonly progress?: (text: string) => void;
  /** The modes that are looked at; all of them by default. */
  readonly only?: (mode: Mode) => boolean;
  /** The functions that are called; all of them by default. */
  readonly functions?: (part: Part, signature: string) => boolean;
  /** Leaves out decisions and defences, and with them what they prove. */
  readonly isQuick?: boolean;
  /** Whether coalitions do what was computed; by default where it is no quick one. */
  readonly isExecuted?: boolean;
}

/** Works out, by execution on a snapshot, who can change the rules of a deployment. */
export async function audit(input: AuditInput, options: AuditOptions): Promise<AuditReport> {
  const stopwatch = new Stopwatch();
  return await input.snapshot.branch(async () => {
    options.progress?.("listing who may act");
    stopwatch.start("preparation");
    const holdings = await readHoldings(input);
    const run = await setUp(input, options);
    const tried = await tryCalls(run, stopwatch);
    const voting = await readVoting(run);
    const played = await playOn(run, voting, stopwatch);
    stopwatch.start("conclusions");
    const composed = await composeAll(run, tried, voting, played);
    options.progress?.("every coalition, and every coalition without one of its members");
    stopwatch.start("coalitions");
    const executed = await executeAll(run, voting, composed);
    stopwatch.start("conclusions");
    const findings = await findRest(input, run, { tried, voting, played, composed, executed });
    const report = await conclude(findings, tried.entered, findings.began, holdings);
    return { ...report, executions: findings.executions, seconds: stopwatch.read() };
  });
}

/** What the audit works with. */
interface AuditRun {
  readonly world: World;
  readonly safes: ReadonlyMap<string, FoundSafe>;
  /** Those that are looked at. */
  readonly modes: readonly Mode[];
  readonly limits: Limits;
  readonly scheduled: ReturnType<typeof tellScheduled>;
  readonly identities: Identities;
  readonly knowledge: StorageKnowledge;
  readonly options: AuditOptions;
}

async function setUp(input: AuditInput, options: AuditOptions): Promise<AuditRun> {
  const { identities = new Map<string, string>(), only = () => true } = options;
  const waiting = await readScheduled(input);
  const { world, safes } = await openWorld(input);
  checkIdentities(identities, world.accounts);
  return {
    ...{ world, safes, identities, options },
    modes: listModes(world).filter(only),
    limits: await readLimits(world),
    scheduled: tellScheduled(waiting, world),
    knowledge: knowingVaults(options.knowledge, world),
  };
}

/** What came of calls that everybody made. */
interface Tried {
  readonly cells: readonly Cell[];
  readonly entered: readonly ModeReport[];
  /** Modes that were reached. */
  readonly modes: readonly Mode[];
  readonly misconduct: readonly string[];
  readonly gaps: readonly string[];
}

async function tryCalls(run: AuditRun, stopwatch: Stopwatch): Promise<Tried> {
  const { world, modes, safes, options, knowledge } = run;
  const { functions = () => true } = options;
  stopwatch.start("refusals");
  const refused = await readRefusals(world, functions);
  const isCapped = world.parts.some((part) => part.name === "registry" && functions(part, "addStake(uint256)"));
  const caps = isCapped ? await tryCaps(world) : undefined;
  const { cells, entered } = await proveModes(world, modes, { ...options, knowledge }, stopwatch);
  return {
    ...{ cells, entered },
    modes: modes.filter(({ name }) => entered.some((mode) => mode.name === name && mode.why === undefined)),
    misconduct: [...refused, ...(caps?.misconduct ?? [])],
    gaps: [...tellGaps(entered, safes), ...(caps?.gaps ?? [])],
  };
}

type Voting = Pick<Findings, "votes" | "ballots" | "objectors">;

async function readVoting({ world, identities }: AuditRun): Promise<Voting> {
  const votes = nameHolders(await readVotes(world), identities);
  const proposalThreshold = await world.contracts.governor.proposalThreshold();
  const ballots: Ballots = { votes, proposalThreshold, lots: world.lots, identities };
  return { votes, ballots, objectors: await findObjectors(world, ballots) };
}

type Composed = Pick<Findings, "contracts" | "times" | "ends" | "composition" | "modes">;

async function composeAll(
  { world, safes, identities, modes: all }: AuditRun,
  { cells, modes }: Tried,
  { votes }: Voting,
  { decisions }: Played,
): Promise<Composed> {
  const contracts = await findContracts(world);
  const times = await readTimes(world);
  const ends = await readEnds(world);
  const whole = [...cells, ...decisions.map((decision) => asCell(decision, world))];
  const composition = compose({
    ...{ world, safes, identities, times, votes, contracts, ends },
    ...{ modes: all, cells: whole },
  });
  return { contracts, times, ends, composition, modes };
}

type Executed = Pick<Findings, "carriers" | "executions" | "gaps">;

async function executeAll(
  { world, safes, identities, knowledge, options }: AuditRun,
  { ballots }: Voting,
  { modes, composition }: Composed,
): Promise<Executed> {
  const { carriers, gaps } = await playCarriers(world, ballots);
  const isExecuted = options.isExecuted ?? options.isQuick !== true;
  const grounds = { world, safes, modes, composition, identities, knowledge };
  const executions = isExecuted ? await executeCoalitions(grounds) : [];
  return { carriers, executions, gaps: [...gaps, ...executions.flatMap((execution) => execution.gaps)] };
}

/** What was found by execution. */
interface Found {
  readonly tried: Tried;
  readonly voting: Voting;
  readonly played: Played;
  readonly composed: Composed;
  readonly executed: Executed;
}

/** The same with all that is only read. */
async function findRest(
  input: AuditInput,
  { world, safes, identities, limits, scheduled }: AuditRun,
  { tried, voting, played, composed, executed }: Found,
): Promise<Findings> {
  const { gaps: unscheduled, ...waiting } = scheduled;
  const { decisions, defences, undefended } = played;
  return {
    ...{ ...voting, ...composed, world, safes, identities, limits, decisions, defences },
    ...{ cells: tried.cells, misconduct: tried.misconduct, scheduled: waiting, began: input.began ?? 0 },
    ...{ carriers: executed.carriers, executions: executed.executions },
    guardOwners: await readGuardOwners(world, safes),
    allowances: await readAllowances(world, input.readAnyLogs ?? logsOf(input.provider)),
    unseen: await readUnseen(world),
    vault: await surveyVault(input, world, identities),
    wiring: [...(await readWiring(world)), ...(await readClones(world))],
    gaps: [...tried.gaps, ...undefended, ...unscheduled, ...executed.gaps],
  };
}

async function proveModes(
  world: World,
  modes: readonly Mode[],
  options: AuditOptions,
  stopwatch: Stopwatch,
): Promise<{ cells: Cell[]; entered: ModeReport[] }> {
  const cells: Cell[] = [];
  const entered: ModeReport[] = [];
  for (const [index, mode] of modes.entries()) {
    stopwatch.start("reaching modes");
    options.progress?.(`mode ${index + 1} of ${modes.length}: ${mode.name}`);
    await world.snapshot.branch(async () => {
      try {
        await mode.enter(world);
      } catch (error) {
        if (!(error instanceof StepError)) throw error;
        entered.push({ name: mode.name, why: error.message });
        return;
      }
      entered.push({ name: mode.name, why: undefined });
      stopwatch.start("calls in every mode");
      cells.push(...(await proveCells(world, mode, options)));
    }, mode.name);
  }
  return { cells, entered };
}

/** What takes the DAO, and those who object to it, weeks. */
interface Played {
  readonly decisions: readonly ProvenDecision[];
  readonly defences: readonly Defence[];
  readonly undefended: readonly string[];
}

async function playOn(
  { world, limits, knowledge, options }: AuditRun,
  { objectors }: Voting,
  stopwatch: Stopwatch,
): Promise<Played> {
  if (options.isQuick === true) return { decisions: [], defences: [], undefended: [] };
  options.progress?.("every decision of the DAO's, from proposal to execution");
  stopwatch.start("decisions");
  const decisions = await proveDecisions(world, knowledge);
  options.progress?.("the defence of those who object");
  stopwatch.start("defences");
  const { stakers, cohorts } = objectors;
  const { defences, gaps } = await replayDefences({ ...world, stakers }, { cohorts, over: limits.over });
  return { decisions, defences, undefended: gaps };
}

/** A decision, as the call of the timelock that it is. */
const asCell = ({ part, signature, data, at, changes, unexplained }: ProvenDecision, { addresses }: World): Cell => ({
  mode: NORMAL,
  part,
  signature,
  guard: { kind: "self" },
  holders: { isOpen: false, accounts: [addresses.timelock] },
  data,
  value: 0n,
  at,
  takes: [],
  passed: changes.length > 0 ? [addresses.timelock] : [],
  refused: 0,
  changes: new Map(changes.length > 0 ? [[addresses.timelock, changes]] : []),
  unexplained,
});

function tellGaps(entered: readonly ModeReport[], safes: ReadonlyMap<string, FoundSafe>): string[] {
  return [
    ...entered.flatMap(({ name, why }) => (why === undefined ? [] : [`The mode “${name}” was not reached: ${why}`])),
    ...[...safes].flatMap(([label, safe]) =>
      safe.kind === "none" ? [`The ${label}, ${safe.address}, ${safe.reason}.`] : secretsOf(label, safe),
    ),
  ];
}

const secretsOf = (label: string, { secrets }: Extract<FoundSafe, { kind: "safe" }>): string[] =>
  secrets === "none" ? [] : [`The Safe of the ${label} may have agreements, owners or modules that no list names.`];

/** Of those who are known; whoever lends itself a contract's code (EIP-7702) acts by its key all the same. */
async function findContracts({ accounts, snapshot }: World): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { address } of accounts) if (isContract(await snapshot.code(address))) found.add(address);
  return found;
}

async function readTimes({ contracts }: World): Promise<DaoTimes> {
  const { governor, timelock, tiebreaker } = contracts;
  return {
    vote: Number((await governor.votingDelay()) + (await governor.votingPeriod())),
    delay: Number(await timelock.getMinDelay()),
    tiebreaker: Number((await tiebreaker?.DELAY()) ?? 0n),
    quorum: Number((await tiebreaker?.quorum()) ?? 0n),
    members: [...((await tiebreaker?.members()) ?? [])],
  };
}
