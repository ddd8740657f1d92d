// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {DualGovernanceConfig} from "../types/DualGovernanceConfig.sol";
import {GovernanceState} from "../types/GovernanceState.sol";
import {Machine, Reading, SupplyRecord} from "../types/Machine.sol";
import {IDeadlock} from "./IDeadlock.sol";
import {IGate} from "./IGate.sol";
import {IGovernanceState} from "./IGovernanceState.sol";

/// @title IDualGovernance
/// @notice The gate whose state is moved by the stakers' support. Nobody owns it: the timelock may change its
/// configuration, and a change counts from the next activation of veto signalling.
/// @custom:source Lido dual governance, mechanism design (lidofinance/dual-governance, `docs/mechanism.md`).
interface IDualGovernance is IGate, IGovernanceState, IDeadlock {
    /// @notice Only the timelock may do this.
    error CallerIsNotTimelock(address caller, address timelock);
    /// @notice `escrow` obeys another gate already, for good.
    error EscrowAlreadyBound(address escrow, address gate);
    /// @notice Every number that a configuration can have is used up. [number]
    error TooManyConfigurations(uint256 limit);

    /// @notice The gate moved from one state to another, one step a poke.
    event GovernanceStateChanged(GovernanceState indexed from, GovernanceState indexed to, uint8 round);
    /// @notice `version` is the configuration of the next activation.
    event ConfigSet(uint16 indexed version, DualGovernanceConfig config);
    /// @notice New readings of the votable supply were recorded. [shares]
    event SupplyRecorded(uint256 last, uint256 lowest);
    /// @notice R2 began to count at `at`, or stopped counting (0). [unix seconds]
    event RageQuitThresholdCounted(uint256 at);

    /// @notice Makes the transition that is due, at most one, and records the votable supply (in Normal only while
    /// something is locked). Never reverts for want of something to do.
    /// @return state The state after the poke.
    function poke() external returns (GovernanceState state);

    /// @notice As {poke}, for the walk of a share: the record of the supply is left alone while Normal lasts.
    /// @return minLock How long a lock made now binds its owner. [seconds]
    function pokeForMinLock() external returns (uint256 minLock);

    /// @notice Replaces the configuration of the next activation. Only the timelock.
    function setConfig(DualGovernanceConfig calldata config) external;

    /// @notice The state as last written.
    function persistedState() external view returns (GovernanceState);

    /// @notice Everything a poke in this block would leave behind, and what it would be decided on.
    function effective()
        external
        view
        returns (Machine memory machine, SupplyRecord memory supply, Reading memory reading);

    /// @notice Everything as last written.
    function persisted() external view returns (Machine memory machine, SupplyRecord memory supply);

    /// @notice The configuration of the next activation.
    function currentConfig() external view returns (DualGovernanceConfig memory);

    /// @notice The configuration in force now: the frozen one outside Normal.
    function activeConfig() external view returns (DualGovernanceConfig memory);

    /// @notice How long a lock made now binds its owner. [seconds]
    function minLock() external view returns (uint256);

    /// @notice The address of the timelock that owns the configuration.
    function TIMELOCK() external view returns (address);

    /// @notice The address of the escrow whose support moves the state.
    function ESCROW() external view returns (address);
}
