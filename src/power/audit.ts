import type { FoundSafe } from "../safe/readSafe.js";
import { StepError } from "./act.js";
import { logsOf, readAllowances } from "./allowances.js";
import { playCarriers } from "./carriers.js";
import { proveCells, type Cell } from "./cells.js";
import { compose, type DaoTimes } from "./compose.js";
import { conclude } from "./conclude.js";
import { nameHolders } from "./core/index.js";
import { proveDecisions, type ProvenDecision } from "./decisions.js";
import { replayDefences, type Defence } from "./defence.js";
import { readEnds } from "./ends.js";
import { surveyVault } from "./foreignVault.js";
import { executeCoalitions } from "./execution/execute.js";
import { checkIdentities, type Identities } from "./identities.js";
import type { Findings } from "./findings.js";
import { isContract } from "./foreign/discover.js";
import { readLimits, type Limits } from "./limits/limits.js";
import { listModes, NORMAL, type Mode } from "./modes.js";
import type { Cast } from "./cast.js";
import { openScene } from "./openScene.js";
import type { Part } from "./parts.js";
import { readGuardOwners } from "./guards.js";
import { findObjectors } from "./objectors.js";
import { tryCaps } from "./pool/caps.js";
import { readClones } from "./pool/clones.js";
import { knowingVaults } from "./pool/parts.js";
import { readRefusals } from "./refusals.js";
import { readUnseen } from "./unseen.js";
import type { AuditReport, ModeReport } from "./report.js";
import { readVotes } from "./votes.js";
import type { Ballots } from "./voting.js";
import { readWiring } from "./wiring.js";
import type { Scene } from "./scene.js";
import { readScheduled, tellScheduled } from "./scheduled.js";
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
export async function audit(cast: Cast, options: AuditOptions): Promise<AuditReport> {
  const stopwatch = new Stopwatch();
  return await cast.snapshot.branch(async () => {
    options.progress?.("setting the scene");
    stopwatch.start("the scene");
    const holdings = await readHoldings(cast);
    const stage = await setUp(cast, options);
    const tried = await tryCalls(stage, stopwatch);
    const voting = await readVoting(stage);
    const played = await playOn(stage, voting, stopwatch);
    stopwatch.start("conclusions");
    const composed = await composeAll(stage, tried, voting, played);
    options.progress?.("every coalition, and every coalition without one of its members");
    stopwatch.start("coalitions");
    const executed = await executeAll(stage, voting, composed);
    stopwatch.start("conclusions");
    const findings = await findRest(cast, stage, { tried, voting, played, composed, executed });
    const report = await conclude(findings, tried.entered, findings.began, holdings);
    return { ...report, executions: findings.executions, seconds: stopwatch.read() };
  });
}

/** What the audit works with. */
interface Stage {
  readonly scene: Scene;
  readonly safes: ReadonlyMap<string, FoundSafe>;
  /** Those that are looked at. */
  readonly modes: readonly Mode[];
  readonly limits: Limits;
  readonly scheduled: ReturnType<typeof tellScheduled>;
  readonly identities: Identities;
  readonly knowledge: StorageKnowledge;
  readonly options: AuditOptions;
}

async function setUp(cast: Cast, options: AuditOptions): Promise<Stage> {
  const { identities = new Map<string, string>(), only = () => true } = options;
  const waiting = await readScheduled(cast);
  const { scene, safes } = await openScene(cast);
  checkIdentities(identities, scene.accounts);
  return {
    ...{ scene, safes, identities, options },
    modes: listModes(scene).filter(only),
    limits: await readLimits(scene),
    scheduled: tellScheduled(waiting, scene),
    knowledge: knowingVaults(options.knowledge, scene),
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

async function tryCalls(stage: Stage, stopwatch: Stopwatch): Promise<Tried> {
  const { scene, modes, safes, options, knowledge } = stage;
  const { functions = () => true } = options;
  stopwatch.start("refusals");
  const refused = await readRefusals(scene, functions);
  const isCapped = scene.parts.some((part) => part.name === "registry" && functions(part, "addStake(uint256)"));
  const caps = isCapped ? await tryCaps(scene) : undefined;
  const { cells, entered } = await proveModes(scene, modes, { ...options, knowledge }, stopwatch);
  return {
    ...{ cells, entered },
    modes: modes.filter(({ name }) => entered.some((mode) => mode.name === name && mode.why === undefined)),
    misconduct: [...refused, ...(caps?.misconduct ?? [])],
    gaps: [...tellGaps(entered, safes), ...(caps?.gaps ?? [])],
  };
}

type Voting = Pick<Findings, "votes" | "ballots" | "objectors">;

async function readVoting({ scene, identities }: Stage): Promise<Voting> {
  const votes = nameHolders(await readVotes(scene), identities);
  const proposalThreshold = await scene.contracts.governor.proposalThreshold();
  const ballots: Ballots = { votes, proposalThreshold, lots: scene.lots, identities };
  return { votes, ballots, objectors: await findObjectors(scene, ballots) };
}

type Composed = Pick<Findings, "contracts" | "times" | "ends" | "composition" | "modes">;

async function composeAll(
  { scene, safes, identities, modes: all }: Stage,
  { cells, modes }: Tried,
  { votes }: Voting,
  { decisions }: Played,
): Promise<Composed> {
  const contracts = await findContracts(scene);
  const times = await readTimes(scene);
  const ends = await readEnds(scene);
  const whole = [...cells, ...decisions.map((decision) => asCell(decision, scene))];
  const composition = compose({
    ...{ scene, safes, identities, times, votes, contracts, ends },
    ...{ modes: all, cells: whole },
  });
  return { contracts, times, ends, composition, modes };
}

type Executed = Pick<Findings, "carriers" | "executions" | "gaps">;

async function executeAll(
  { scene, safes, identities, knowledge, options }: Stage,
  { ballots }: Voting,
  { modes, composition }: Composed,
): Promise<Executed> {
  const { carriers, gaps } = await playCarriers(scene, ballots);
  const isExecuted = options.isExecuted ?? options.isQuick !== true;
  const grounds = { scene, safes, modes, composition, identities, knowledge };
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
  cast: Cast,
  { scene, safes, identities, limits, scheduled }: Stage,
  { tried, voting, played, composed, executed }: Found,
): Promise<Findings> {
  const { gaps: unscheduled, ...waiting } = scheduled;
  const { decisions, defences, undefended } = played;
  return {
    ...{ ...voting, ...composed, scene, safes, identities, limits, decisions, defences },
    ...{ cells: tried.cells, misconduct: tried.misconduct, scheduled: waiting, began: cast.began ?? 0 },
    ...{ carriers: executed.carriers, executions: executed.executions },
    guardOwners: await readGuardOwners(scene, safes),
    allowances: await readAllowances(scene, cast.readAnyLogs ?? logsOf(cast.provider)),
    unseen: await readUnseen(scene),
    vault: await surveyVault(cast, scene, identities),
    wiring: [...(await readWiring(scene)), ...(await readClones(scene))],
    gaps: [...tried.gaps, ...undefended, ...unscheduled, ...executed.gaps],
  };
}

async function proveModes(
  scene: Scene,
  modes: readonly Mode[],
  options: AuditOptions,
  stopwatch: Stopwatch,
): Promise<{ cells: Cell[]; entered: ModeReport[] }> {
  const cells: Cell[] = [];
  const entered: ModeReport[] = [];
  for (const [index, mode] of modes.entries()) {
    stopwatch.start("reaching modes");
    options.progress?.(`mode ${index + 1} of ${modes.length}: ${mode.name}`);
    await scene.snapshot.branch(async () => {
      try {
        await mode.enter(scene);
      } catch (error) {
        if (!(error instanceof StepError)) throw error;
        entered.push({ name: mode.name, why: error.message });
        return;
      }
      entered.push({ name: mode.name, why: undefined });
      stopwatch.start("calls in every mode");
      cells.push(...(await proveCells(scene, mode, options)));
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
  { scene, limits, knowledge, options }: Stage,
  { objectors }: Voting,
  stopwatch: Stopwatch,
): Promise<Played> {
  if (options.isQuick === true) return { decisions: [], defences: [], undefended: [] };
  options.progress?.("every decision of the DAO's, from proposal to execution");
  stopwatch.start("decisions");
  const decisions = await proveDecisions(scene, knowledge);
  options.progress?.("the defence of those who object");
  stopwatch.start("defences");
  const { stakers, cohorts } = objectors;
  const { defences, gaps } = await replayDefences({ ...scene, stakers }, { cohorts, over: limits.over });
  return { decisions, defences, undefended: gaps };
}

/** A decision, as the call of the timelock that it is. */
const asCell = ({ part, signature, data, at, changes, unexplained }: ProvenDecision, { addresses }: Scene): Cell => ({
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
async function findContracts({ accounts, snapshot }: Scene): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { address } of accounts) if (isContract(await snapshot.code(address))) found.add(address);
  return found;
}

async function readTimes({ contracts }: Scene): Promise<DaoTimes> {
  const { governor, timelock, tiebreaker } = contracts;
  return {
    vote: Number((await governor.votingDelay()) + (await governor.votingPeriod())),
    delay: Number(await timelock.getMinDelay()),
    tiebreaker: Number((await tiebreaker?.DELAY()) ?? 0n),
    quorum: Number((await tiebreaker?.quorum()) ?? 0n),
    members: [...((await tiebreaker?.members()) ?? [])],
  };
}
