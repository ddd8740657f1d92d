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
import { checkIdentities } from "./identities.js";
import type { Findings } from "./findings.js";
import { isContract } from "./foreign/discover.js";
import { readLimits } from "./limits.js";
import { listModes, NORMAL, type Mode } from "./modes.js";
import { openScene, type Cast } from "./openScene.js";
import type { Part } from "./parts.js";
import { readGuardOwners } from "./guards.js";
import { findObjectors, type Objectors } from "./objectors.js";
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
  const { identities = new Map<string, string>(), progress = () => undefined } = options;
  const { snapshot, began = 0 } = cast;
  const stopwatch = new Stopwatch();
  return await snapshot.branch(async () => {
    progress("setting the scene");
    stopwatch.start("the scene");
    const holdings = await readHoldings(cast);
    const scheduled = await readScheduled(cast);
    const { scene, safes } = await openScene(cast);
    const { gaps: unscheduled, ...waiting } = tellScheduled(scheduled, scene);
    checkIdentities(identities, scene.accounts);
    const { functions = () => true } = options;
    const knowledge = knowingVaults(options.knowledge, scene);
    const modes = listModes(scene).filter(options.only ?? (() => true));
    const limits = await readLimits(scene);
    stopwatch.start("refusals");
    const refused = await readRefusals(scene, functions);
    const isCapped = scene.parts.some((part) => part.name === "registry" && functions(part, "addStake(uint256)"));
    const caps = isCapped ? await tryCaps(scene) : undefined;
    const { cells, entered } = await proveModes(scene, modes, { ...options, knowledge }, stopwatch);
    const votes = nameHolders(await readVotes(scene), identities);
    const proposalThreshold = await scene.contracts.governor.proposalThreshold();
    const ballots: Ballots = { votes, proposalThreshold, lots: scene.lots, identities };
    const objectors = await findObjectors(scene, ballots);
    const { decisions, defences, undefended } = await playOn(
      scene,
      objectors,
      limits.over,
      { ...options, knowledge },
      stopwatch,
    );
    stopwatch.start("conclusions");
    const reached = modes.filter(({ name }) => entered.some((mode) => mode.name === name && mode.why === undefined));
    const contracts = await findContracts(scene);
    const times = await readTimes(scene);
    const ends = await readEnds(scene);
    const all = [...cells, ...decisions.map((decision) => asCell(decision, scene))];
    const composition = compose({ scene, modes, cells: all, safes, times, votes, identities, contracts, ends });
    progress("every coalition, and every coalition without one of its members");
    stopwatch.start("coalitions");
    const grounds = { scene, safes, modes: reached, composition, identities, knowledge };
    const { carriers, gaps: uncarried } = await playCarriers(scene, ballots);
    const executions = (options.isExecuted ?? !options.isQuick) ? await executeCoalitions(grounds) : [];
    stopwatch.start("conclusions");
    const findings: Findings = {
      scene,
      modes: reached,
      cells,
      decisions,
      composition,
      votes,
      ballots,
      carriers,
      defences,
      objectors,
      began,
      guardOwners: await readGuardOwners(scene, safes),
      safes,
      identities,
      ends,
      contracts,
      times,
      scheduled: waiting,
      allowances: await readAllowances(scene, cast.readAnyLogs ?? logsOf(cast.provider)),
      unseen: await readUnseen(scene),
      vault: await surveyVault(cast, scene, identities),
      wiring: [...(await readWiring(scene)), ...(await readClones(scene))],
      misconduct: [...refused, ...(caps?.misconduct ?? [])],
      limits,
      executions,
      gaps: [
        ...tellGaps(entered, safes),
        ...(caps?.gaps ?? []),
        ...undefended,
        ...uncarried,
        ...unscheduled,
        ...executions.flatMap(({ gaps }) => gaps),
      ],
    };
    const report = await conclude(findings, entered, began, holdings);
    return { ...report, executions, seconds: stopwatch.read() };
  });
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
async function playOn(
  scene: Scene,
  { stakers, cohorts }: Objectors,
  over: ReadonlySet<string>,
  { isQuick = false, knowledge, progress = () => undefined }: AuditOptions,
  stopwatch: Stopwatch,
): Promise<{ decisions: ProvenDecision[]; defences: Defence[]; undefended: string[] }> {
  if (isQuick) return { decisions: [], defences: [], undefended: [] };
  progress("every decision of the DAO's, from proposal to execution");
  stopwatch.start("decisions");
  const decisions = await proveDecisions(scene, knowledge);
  progress("the defence of those who object");
  stopwatch.start("defences");
  const { defences, gaps } = await replayDefences({ ...scene, stakers }, { cohorts, over });
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
