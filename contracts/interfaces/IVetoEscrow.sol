// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {EscrowPhase} from "../types/EscrowPhase.sol";
import {GovernanceState} from "../types/GovernanceState.sol";

/// @title IVetoEscrow
/// @notice Where stakers lock shares to object, and leave from when the objection is not heeded.
/// One permanent contract: its ledger is kept by epoch, and a rage quit closes the running epoch and opens the next.
interface IVetoEscrow {
    /// @notice A staker's part of one epoch.
    struct Position {
        /// Locked, or waiting to be withdrawn. [shares]
        uint128 shares;
        /// The shares may be unlocked strictly after this moment. [unix seconds]
        uint40 unlockableAfter;
    }

    /// @notice One epoch, as far as it has come.
    struct EpochView {
        EscrowPhase phase;
        /// All positions of the epoch: the running ledger, or what the rage quit closed with. [shares]
        uint256 totalShares;
        /// Not yet turned into assets. [shares]
        uint256 outstandingShares;
        /// The contract that redeems for the epoch; zero before `beginExit`.
        address vessel;
        /// Held for the epoch's stakers: the vessel's balance, or what it was fixed at. [asset units]
        uint256 assets;
        /// When everything was claimed; 0 before. [unix seconds]
        uint256 extensionStartedAt;
        /// Governance may go on strictly after this moment; 0 before it is known. [unix seconds]
        uint256 completeAfter;
        /// Stakers may withdraw strictly after this moment; 0 before it is known. [unix seconds]
        uint256 withdrawableAfter;
    }

    error CallerIsNotDeployer(address caller, address deployer);
    error CallerIsNotGate(address caller, address gate);
    error GateAlreadyBound(address gate);
    error GateNotBound();
    error NoCode(address account);
    error ZeroShares();
    error UnexpectedEpoch(uint256 running, uint256 expected);
    error EpochClosed(uint256 epoch, uint256 running);
    error LockTooYoung(uint256 unlockableAfter, uint256 timestamp);
    error SharesExceedPosition(uint256 shares, uint256 position);
    error SharesOutOfRange(uint256 shares, uint256 limit);
    error SharesNotReceived(uint256 balance, uint256 expected);
    error UnexpectedPhase(uint256 epoch, EscrowPhase actual, EscrowPhase expected);
    error BoundTooSmall(uint256 maxShares, uint256 minimum);
    error NothingToClaim(uint256 epoch);
    error NotYetWithdrawable(uint256 epoch, uint256 withdrawableAfter, uint256 timestamp);
    error NothingToWithdraw(uint256 epoch, address staker);
    error ZeroReceiver();
    error InsufficientGas(uint256 available, uint256 required);

    /// @notice The escrow obeys `gate` for good.
    event GateBound(address indexed gate);
    /// @notice `staker` objects with `shares` more.
    event SharesLocked(uint256 indexed epoch, address indexed staker, uint256 shares, uint256 unlockableAfter);
    /// @notice `staker` took `shares` back.
    event SharesUnlocked(uint256 indexed epoch, address indexed staker, uint256 shares);
    /// @notice `epoch` is closed; its shares are leaving.
    event RageQuitStarted(uint256 indexed epoch, uint256 shares, uint256 extension, uint256 withdrawalDelay);
    /// @notice `vessel` holds the shares of `epoch` and has asked for redemption.
    event ExitBegun(uint256 indexed epoch, address indexed vessel, uint256 shares);
    /// @notice `shares` of `epoch` became assets.
    event AssetsClaimed(uint256 indexed epoch, uint256 shares, uint256 outstandingShares);
    /// @notice Everything of `epoch` is claimed.
    event ExtensionStarted(uint256 indexed epoch, uint256 completeAfter, uint256 withdrawableAfter);
    /// @notice The first withdrawal fixed what stakers of `epoch` share. [asset units]
    event AssetsFixed(uint256 indexed epoch, uint256 assets);
    /// @notice `staker` has left with `assets`.
    event AssetsWithdrawn(
        uint256 indexed epoch,
        address indexed staker,
        address indexed receiver,
        uint256 shares,
        uint256 assets
    );

    /// @notice Names the gate, once. Only the deployer, who can do nothing else.
    function bindGate(address gate) external;

    /// @notice Locks `shares` of the caller in the running epoch.
    /// @param shares Exactly this amount must arrive. [shares]
    /// @param expectedEpoch The epoch the caller means, or 0 for whichever runs.
    /// @dev If a rage quit is due, the lock counts in the epoch it opens (unless another was named).
    function lock(uint256 shares, uint256 expectedEpoch) external;

    /// @notice As {lock}, with an ERC-2612 permit; a permit that somebody else has already used does not matter.
    function lockWithPermit(
        uint256 shares,
        uint256 expectedEpoch,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Returns `shares` of the caller's position in the running epoch.
    /// @param expectedEpoch The epoch the caller means, or 0 for whichever runs.
    function unlock(uint256 shares, uint256 expectedEpoch) external;

    /// @notice Closes the running epoch and opens the next. Writes numbers only. Only the gate.
    /// @param extension Wait after the last claim. [seconds]
    /// @param withdrawalDelay Further wait before stakers withdraw. [seconds]
    function startRageQuit(uint256 extension, uint256 withdrawalDelay) external;

    /// @notice Moves the shares of a closed epoch to a fresh vessel and asks the vault for redemption. Anyone, once.
    /// @param salt Goes into the vessel's address, so that nobody can prepare it.
    function beginExit(uint256 epoch, bytes32 salt) external;

    /// @notice Claims what the vault has made claimable; starts the extension when nothing is left. Anyone.
    /// @param maxShares Bound on the shares of this call, at least 1/64 of the epoch's. [shares]
    function claim(uint256 epoch, uint256 maxShares) external;

    /// @notice Pays the caller's part of a complete rage quit: `assets * own shares / all shares`, rounded down.
    /// @param receiver Gets the assets.
    /// @return assets Paid. [asset units]
    function withdraw(uint256 epoch, address receiver) external returns (uint256 assets);

    /// @notice All that the gate must know in `state`.
    /// @return locked Shares that signal in the running epoch. [shares]
    /// @return answered Whether the vault told its supply; it is not asked while nothing is locked in Normal.
    /// @return supply The vault's supply less what is leaving; means nothing unless answered. [shares]
    /// @return rageQuitComplete Whether the rage quit that RageQuit waits for is complete; false in other states.
    function readSignal(
        GovernanceState state
    ) external view returns (uint256 locked, bool answered, uint256 supply, bool rageQuitComplete);

    /// @notice Shares that signal in the running epoch. [shares]
    function lockedShares() external view returns (uint256);

    /// @notice Supply that can signal: the vault's, less what is leaving. [shares]
    /// @return answered False if the vault did not answer; then `supply` means nothing.
    function votableSupply() external view returns (bool answered, uint256 supply);

    /// @notice The epoch that runs, from 1.
    function runningEpoch() external view returns (uint256);

    /// @notice Shares of closed epochs that the vault's supply still contains. [shares]
    function leavingShares() external view returns (uint256);

    /// @notice The position of `staker` in `epoch`.
    function positionOf(uint256 epoch, address staker) external view returns (Position memory);

    /// @notice Everything about `epoch`.
    function getEpoch(uint256 epoch) external view returns (EpochView memory);

    /// @notice The gate; zero until bound.
    function gate() external view returns (address);

    /// @notice The token stakers lock.
    function SHARE() external view returns (address);

    /// @notice The vault that redeems it.
    function VAULT() external view returns (address);

    /// @notice The code that every vessel runs.
    function VESSEL_IMPLEMENTATION() external view returns (address);
}
