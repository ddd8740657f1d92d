// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice The five states of the gate, in the order of `docs/mechanism.md`.
enum GovernanceState {
    /// The DAO schedules and executes.
    Normal,
    /// Stakers object: the DAO schedules, nothing executes.
    VetoSignalling,
    /// The objection fades: nothing is scheduled, nothing executes.
    VetoSignallingDeactivation,
    /// What is older than the objection may execute; nothing is scheduled.
    VetoCooldown,
    /// Those who objected are leaving: the DAO schedules, nothing executes.
    RageQuit
}
