import { silence, type Audience } from "./audience.js";
import { SCHEMA_VERSION, type ScenarioReport } from "./report.js";
import type { Run } from "./run.js";
import type { Scenario, Theatre } from "./stage.js";

/** Tells a story from beginning to end; an assertion that fails rejects with a `ScenarioFailure`. */
export async function playScenario(
  scenario: Scenario,
  theatre: Theatre,
  audience: Audience = silence,
): Promise<ScenarioReport> {
  const runs: Run[] = [];
  const outcome = await scenario.play({ ...theatre, audience, enter: (run) => runs.push(run) });
  const { name, title, summary } = scenario;
  return {
    schemaVersion: SCHEMA_VERSION,
    scenario: { name, title, summary },
    runs: runs.map((run) => run.report()),
    outcome,
  };
}
