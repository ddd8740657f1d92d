import type { StateName } from "../scenarioReport.js";

/** What people call a state; null where there is no gate. */
export function nameOfState(state: StateName | null): string {
  switch (state) {
    case null:
      return "no gate";
    case "FallbackGate":
      return "fallback gate";
    case "SilentGate":
      return "gate fails";
    case "Normal":
    case "VetoSignalling":
    case "VetoSignallingDeactivation":
    case "VetoCooldown":
    case "RageQuit":
      return state;
  }
}
