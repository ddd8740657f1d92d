/**
 * `tribune/protocol`: what is where, what may be done, and how a chain is read, in Node and in a browser. Whatever is not
 * here has a path of its own, `tribune/protocol/logs`, `tribune/protocol/state/gate`.
 */
export * from "../protocol/abis.js";
export * from "../protocol/addresses.js";
export * from "../protocol/adoption.js";
export * from "../protocol/calls.js";
export * from "../protocol/calendar.js";
export * from "../protocol/committees/actions.js";
export * from "../protocol/committees/permissions.js";
export * from "../protocol/committees/powers.js";
export * from "../protocol/committees/seats.js";
export * from "../protocol/contracts.js";
export * from "../protocol/enums.js";
export * from "../protocol/errors.js";
export * from "../protocol/explain.js";
export * from "../protocol/format.js";
export * from "../protocol/operations/history.js";
export * from "../protocol/operations/landings.js";
export * from "../protocol/operations/operation.js";
export * from "../protocol/operations/pending.js";
export * from "../protocol/operations/proposed.js";
export * from "../protocol/plans/cancellation.js";
export * from "../protocol/plans/deEscalation.js";
export * from "../protocol/plans/decision.js";
export * from "../protocol/plans/execution.js";
export * from "../protocol/plans/exit.js";
export * from "../protocol/plans/findProposal.js";
export * from "../protocol/plans/objection.js";
export * from "../protocol/plans/participant.js";
export * from "../protocol/plans/plan.js";
export * from "../protocol/plans/proposal.js";
export { readSupport, type Objection } from "../protocol/plans/support.js";
export * from "../protocol/position.js";
export * from "../protocol/proposals.js";
export * from "../protocol/roles.js";
export * from "../protocol/tryRead.js";
