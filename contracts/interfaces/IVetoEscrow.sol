// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {EscrowPhase} from "../types/EscrowPhase.sol";
import {ExitEnd} from "../types/ExitEnd.sol";
import {ExitTerms} from "../types/ExitTerms.sol";
import {GovernanceState} from "../types/GovernanceState.sol";

/// @title IVetoEscrow
/// @notice Where stakers lock shares to object, and leave from when the objection is not heeded.
/// One permanent contract: its ledger is kept by epoch, and a rage quit closes the running epoch and opens the next.
/// @dev Amounts of the ledger are shares as they were locked. Should an issuer ever take shares out of the escrow, all
/// epochs bear it alike: what enters and leaves is then converted at `balance / all ledgers`.
interface IVetoEscrow {
    /// @notice A staker's part of one epoch.
    struct Position {
        /// Locked; of a closed epoch, the part of what the rage quit pays. [shares]
        uint128 shares;
        /// The shares may be unlocked strictly after this moment. [unix seconds]
        uint40 unlockableAfter;
    }

    /// @notice What was paid to a staker from one closed epoch.
    struct Payments {
        /// [asset units]
        uint128 assets;
        /// Taken, or moved into a later epoch. [shares]
        uint128 shares;
    }

    /// @notice What the gate must know.
    struct Signal {
        /// Shares that signal in the running epoch. [shares]
        uint256 locked;
        /// Whether the vault reported its supply; it is not asked while nothing is locked in Normal.
        bool answered;
        /// The supply that can signal; means nothing unless answered. [shares]
        uint256 supply;
        /// In RageQuit: complete strictly after this moment; 0 before it is known, and in other states. [unix seconds]
        uint256 completeAfter;
        /// In RageQuit, once `completeAfter` is known: shares of the epoch that may signal again. [shares]
        uint256 votable;
    }

    /// @notice One epoch, as far as it has come.
    struct EpochView {
        EscrowPhase phase;
        /// Why the extension has started.
        ExitEnd end;
        /// All positions of the epoch: the running ledger, or what the rage quit closed with. [shares]
        uint256 totalShares;
        /// Turned into assets by the escrow's own calls. [shares]
        uint256 redeemedShares;
        /// Neither redeemed nor, on its way, taken away by an issuer. [shares]
        uint256 outstandingShares;
        /// In the escrow, waiting for the vault; 0 once the extension has started. [shares]
        uint256 idleShares;
        /// Given back to the stakers so far, what they have had included. [shares]
        uint256 sharesGiven;
        /// Paid to the stakers so far. [shares]
        uint256 sharesPaid;
        /// Received for the stakers so far, what they have had included. [asset units]
        uint256 assetsReceived;
        /// Paid to the stakers so far. [asset units]
        uint256 assetsPaid;
        /// The vessel that pays; zero before `beginExit`.
        address payer;
        /// When the rage quit closed it. [unix seconds]
        uint256 closedAt;
        /// When the exit last made progress. [unix seconds]
        uint256 markedAt;
        /// When the extension started; 0 before. [unix seconds]
        uint256 extensionStartedAt;
        /// Governance may go on strictly after this moment; 0 before it is known. [unix seconds]
        uint256 completeAfter;
        /// Stakers may withdraw assets strictly after this moment; 0 before it is known. [unix seconds]
        uint256 withdrawableAfter;
    }

    /// @notice Only who deployed the escrow may bind its gate.
    error CallerIsNotDeployer(address caller, address deployer);
    /// @notice Only the gate may do this.
    error CallerIsNotGate(address caller, address gate);
    /// @notice The gate is named once, for good.
    error GateAlreadyBound(address gate);
    /// @notice No gate is named yet.
    error GateNotBound();
    /// @notice A vault with so few shares would be anybody's lever. [shares]
    error TooFewShares(uint256 supply, uint256 minimum);
    /// @notice A term is zero, or out of order with the next longer one. [seconds]
    error ExitTermOutOfOrder(uint256 term, uint256 limit);
    /// @notice An amount of zero.
    error ZeroShares();
    /// @notice Another epoch runs than the caller expected.
    error UnexpectedEpoch(uint256 running, uint256 expected);
    /// @notice The epoch is leaving: its shares can no longer be unlocked.
    error EpochClosed(uint256 epoch, uint256 running);
    /// @notice The minimum lock has not passed. [unix seconds]
    error LockTooYoung(uint256 unlockableAfter, uint256 timestamp);
    /// @notice More than the caller has locked. [shares]
    error SharesExceedPosition(uint256 shares, uint256 position);
    /// @notice More than the ledger can count. [shares]
    error SharesOutOfRange(uint256 shares, uint256 limit);
    /// @notice Not exactly the locked amount arrived. [shares]
    error SharesNotReceived(uint256 balance, uint256 expected);
    /// @notice Somebody took next to every share out of the escrow. [shares]
    error NoSharesLeft(uint256 ledger);
    /// @notice The epoch is not where this call needs it.
    error UnexpectedPhase(uint256 epoch, EscrowPhase actual, EscrowPhase expected);
    /// @notice Not a numbered vessel of the epoch, nor one that it has used.
    error NotAVessel(uint256 epoch, address vessel);
    /// @notice A vessel's number is below the limit.
    error VesselNumberOutOfRange(uint256 number, uint256 limit);
    /// @notice The configuration allows numbered vessels only.
    error FreshVesselsForbidden();
    /// @notice The epoch uses as many vessels as can be watched.
    error TooManyVessels(uint256 epoch, uint256 limit);
    /// @notice Nothing of the epoch lies in the escrow.
    error NothingToBegin(uint256 epoch);
    /// @notice What came back is asked for again only while less than this is with the vault. [shares]
    error RequestPending(uint256 requested, uint256 limit);
    /// @notice The vessel kept, or lost, shares of what it was given. [shares]
    error SharesNotTaken(uint256 balance, uint256 expected);
    /// @notice Nothing allows the extension to start yet; the first clock runs out after `until`. [unix seconds]
    error ClockRunning(uint256 epoch, uint256 until, uint256 timestamp);
    /// @notice The withdrawal delay has not passed. [unix seconds]
    error NotYetWithdrawable(uint256 epoch, uint256 withdrawableAfter, uint256 timestamp);
    /// @notice Nothing is due to this staker, or nothing more.
    error NothingToWithdraw(uint256 epoch, address staker);
    /// @notice Payments need a receiver.
    error ZeroReceiver();

    /// @notice The escrow obeys `gate` for good.
    event GateBound(address indexed gate);
    /// @notice `staker` objects with `shares` more.
    event SharesLocked(uint256 indexed epoch, address indexed staker, uint256 shares, uint256 unlockableAfter);
    /// @notice `staker` took `shares` back.
    event SharesUnlocked(uint256 indexed epoch, address indexed staker, uint256 shares);
    /// @notice `epoch` is closed; its shares are leaving.
    event RageQuitStarted(uint256 indexed epoch, uint256 shares, uint256 extension, uint256 withdrawalDelay);
    /// @notice A vessel exists at an address that could be known before.
    event VesselCreated(uint256 indexed epoch, uint256 indexed number, address vessel);
    /// @notice The vault was asked, in the way `way`, for `shares` of `epoch` in the name of `vessel`.
    event ExitBegun(uint256 indexed epoch, address indexed vessel, uint256 way, uint256 shares);
    /// @notice `shares` of `epoch` became assets; `redeemedShares` all times together. [shares]
    event SharesRedeemed(uint256 indexed epoch, address indexed vessel, uint256 shares, uint256 redeemedShares);
    /// @notice `shares` of `epoch` came back to the escrow.
    event SharesReturned(uint256 indexed epoch, address indexed vessel, uint256 shares);
    /// @notice The exit of `epoch` is over as far as governance is concerned; claims stay possible for ever.
    event ExtensionStarted(uint256 indexed epoch, ExitEnd end, uint256 completeAfter, uint256 withdrawableAfter);
    /// @notice `staker` was paid `assets` of `epoch`. [asset units]
    event AssetsWithdrawn(uint256 indexed epoch, address indexed staker, address indexed receiver, uint256 assets);
    /// @notice `staker` took back `shares` of `epoch`.
    event SharesTaken(uint256 indexed epoch, address indexed staker, address indexed receiver, uint256 shares);
    /// @notice `staker` objects again with `shares` that `epoch` gave back.
    event SharesMoved(uint256 indexed epoch, uint256 indexed toEpoch, address indexed staker, uint256 shares);

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
    /// @param extension Wait after the exit. [seconds]
    /// @param withdrawalDelay Further wait before stakers withdraw assets. [seconds]
    function startRageQuit(uint256 extension, uint256 withdrawalDelay) external;

    /// @notice Makes the vessel `number` of `epoch`, if it is not there yet. Anyone, at any time.
    function createVessel(uint256 epoch, uint256 number) external returns (address vessel);

    /// @notice Asks the vault for all that a closed epoch has in the escrow; if it refuses, for less and less, down to a
    /// 64th. Shares move only if the vault takes them in this very call. Anyone.
    /// @param vessel A numbered vessel of the epoch, one it has used, or zero for a fresh one that nobody can prepare long before.
    /// @return used The vessel.
    function beginExit(uint256 epoch, address vessel) external returns (address used);

    /// @notice Claims what the vault has made claimable for `vessel`, and takes back what it returned. Starts the
    /// extension where that is due. Anyone, for ever; nothing to do is no error.
    function claim(uint256 epoch, address vessel) external;

    /// @notice Starts the extension where a clock, or the vault's word, allows it; reverts with the moment from which a
    /// clock does. Anyone.
    function callOff(uint256 epoch) external;

    /// @notice Pays what is due of the assets: `received so far * own part / all parts`, rounded down, less what the
    /// caller has had. May be repeated as more arrives.
    /// @return assets Paid. [asset units]
    function withdraw(uint256 epoch, address receiver) external returns (uint256 assets);

    /// @notice Pays what is due of the shares that were given back, by the same formula, once the extension has started.
    /// @return shares Taken out of the ledger. [shares]
    function takeShares(uint256 epoch, address receiver) external returns (uint256 shares);

    /// @notice As {takeShares}, into the caller's position in the running epoch: a ledger entry, no transfer. Counts as a
    /// lock.
    /// @param expectedEpoch The epoch the caller means to move to, or 0 for whichever runs.
    function moveShares(uint256 epoch, uint256 expectedEpoch) external returns (uint256 shares);

    /// @notice All that the gate must know in `state`.
    function readSignal(GovernanceState state) external view returns (Signal memory);

    /// @notice Whether the vault holds shares of the last rage quit, and nothing was redeemed for so long, since the rage
    /// quit or since the last progress, that it is a deadlock.
    function isExitStalled() external view returns (bool);

    /// @notice Shares that signal in the running epoch. [shares]
    function lockedShares() external view returns (uint256);

    /// @notice Everything of closed epochs that lies in the escrow. [shares]
    function idleShares() external view returns (uint256);

    /// @notice Supply that can signal: the vault's, less what is leaving, never below the floor. [shares]
    /// @return answered False if the vault did not answer, or an exit call runs; then `supply` means nothing.
    function votableSupply() external view returns (bool answered, uint256 supply);

    /// @notice Shares of the last closed epoch that the vault's supply still contains; 0 once its extension has started.
    /// Reverts if the vault does not answer. [shares]
    /// @param isReported Whether the supply is one that the vault reports as votable, which leaves out what is pending.
    function leavingShares(bool isReported) external view returns (uint256);

    /// @notice The epoch that runs, from 1.
    function runningEpoch() external view returns (uint256);

    /// @notice The position of `staker` in `epoch`.
    function positionOf(uint256 epoch, address staker) external view returns (Position memory);

    /// @notice What was paid to `staker` from `epoch`.
    function paymentsOf(uint256 epoch, address staker) external view returns (Payments memory);

    /// @notice What `staker` may have from `epoch` in this very block.
    /// @return assets [asset units]
    /// @return shares Of the ledger. [shares]
    function dueTo(uint256 epoch, address staker) external view returns (uint256 assets, uint256 shares);

    /// @notice Everything about `epoch`.
    function getEpoch(uint256 epoch) external view returns (EpochView memory);

    /// @notice When {callOff} starts the extension of `epoch`, if nothing changes: strictly after this moment; 0 if it has
    /// started or the epoch is not closed. [unix seconds]
    function callOffAfter(uint256 epoch) external view returns (uint256);

    /// @notice The vessels that `epoch` has used, the paying one first.
    function vesselsOf(uint256 epoch) external view returns (address[] memory);

    /// @notice Where the vessel `number` of `epoch` is, or will be, so that an allow-list can admit it beforehand.
    function vesselAt(uint256 epoch, uint256 number) external view returns (address);

    /// @notice The gate; zero until bound.
    function gate() external view returns (address);

    /// @notice How long an exit may take.
    function exitTerms() external view returns (ExitTerms memory);

    /// @notice The votable supply never counts as less. [shares]
    function SUPPLY_FLOOR() external view returns (uint256);

    /// @notice How many vessels of an epoch have numbers.
    function NUMBERED_VESSELS() external view returns (uint256);

    /// @notice The token stakers lock.
    function SHARE() external view returns (address);

    /// @notice The vault that redeems it.
    function VAULT() external view returns (address);

    /// @notice The code that every vessel runs.
    function VESSEL_IMPLEMENTATION() external view returns (address);
}
