import { silence, type Listener } from "./listener.js";
import { SCHEMA_VERSION, type ScenarioReport } from "./scenarioReport.js";
import type { Run } from "./scenarioRun.js";
import type { Scenario, Environment } from "./scenario.js";

/** Tells a story from beginning to end; an assertion that fails rejects with a `ScenarioFailure`. */
export async function playScenario(
  scenario: Scenario,
  environment: Environment,
  listener: Listener = silence,
): Promise<ScenarioReport> {
  const runs: Run[] = [];
  const outcome = await scenario.play({ ...environment, listener, enter: (run) => runs.push(run) });
  const { name, title, summary } = scenario;
  return {
    schemaVersion: SCHEMA_VERSION,
    scenario: { name, title, summary },
    runs: runs.map((run) => run.report()),
    outcome,
  };
}
