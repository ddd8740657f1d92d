/** `tribune/model`: the state machine and its rules, pure. */
export * from "../model/configChecks.js";
export * from "../model/forecast.js";
export * from "../model/landing.js";
export * from "../model/stateTransitions.js";
export * from "../model/types.js";
export * from "../model/units.js";
