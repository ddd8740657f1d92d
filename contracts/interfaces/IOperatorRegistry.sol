// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {CheckpointResult, ExitStanding, OperatorStatus} from "../types/Staking.sol";
import {IGoverned} from "./IGoverned.sol";
import {IStakingPool} from "./IStakingPool.sol";

/// @title IOperatorRegistry
/// @notice Who runs validators for the pool, how much of it, and with what bond. Caps keep every operator, every entity
/// (operators under one owner) and all that nobody has vetted from becoming decisive.
interface IOperatorRegistry is IGoverned {
    /// @notice An operator, as others may see it.
    struct OperatorView {
        OperatorStatus status;
        address owner;
        /// Who may take the ownership over.
        address pendingOwner;
        address vault;
        /// 0 for all that nobody has vetted.
        uint256 entity;
        /// The most that it gets. [wei]
        uint256 cap;
        /// What its vault was last shown to be worth, what is in flight included. [wei]
        uint256 staked;
        /// Whether it has one of the 64 places.
        bool isPlaced;
        /// When its last finished checkpoint was started, or its first key activated; 0 without keys. [unix seconds]
        uint256 mark;
        /// Until when it goes before operators with more stake, and for how many keys. [unix seconds]
        uint256 readyUntil;
        uint256 readyKeys;
        /// Keys that are activated and not withdrawn.
        uint256 keyCount;
        /// Bond, earned fees included. [shares]
        uint256 bond;
        /// To be had with {collect}. [shares]
        uint256 released;
    }

    /// @notice How much of the stake is in how few hands.
    struct Concentration {
        /// [wei]
        uint256 staked;
        /// Operators who together have more than a third.
        uint256 operatorsForThird;
        /// Operators who together have more than half.
        uint256 operatorsForHalf;
        /// Herfindahl-Hirschman index of operators. [1e18 = one has all]
        uint256 herfindahl;
        /// Share of the largest entity. [1e18 = 100 %]
        uint256 largestEntity;
    }

    /// @notice Only a vault of the registry's.
    error NotVault(address caller);
    /// @notice Only the operator's owner.
    error NotOwner(address caller, address owner);
    /// @notice Nobody has offered the ownership to the caller.
    error NotPendingOwner(address caller, address pendingOwner);
    /// @notice The registry was to begin with an operator that nobody owns. [position]
    error OwnerZero(uint256 position);
    /// @notice No operator has this id.
    error OperatorUnknown(uint256 operatorId);
    /// @notice The operator has another status.
    error StatusMismatch(uint256 operatorId, OperatorStatus actual, OperatorStatus expected);
    /// @notice The operator is retired: it gets no new stake.
    error OperatorRetired(uint256 operatorId);
    /// @notice No entity has this number. 0 is all that nobody has vetted, and nobody joins it.
    error EntityUnknown(uint256 entity);
    /// @notice An entity cannot be merged with itself.
    error SameEntity(uint256 entity);
    /// @notice Too many entities would stand one under the other; any number may stand under one directly. [steps]
    error MergedTooDeep(uint256 entity, uint256 depth, uint256 limit);
    /// @notice All places are taken. [places]
    error NoPlaceLeft(uint256 taken, uint256 limit);
    /// @notice An operator that nobody has vetted, and that has lost its place, has one again with a key that is activated, not
    /// with one that is announced.
    error PlaceWasLost(uint256 operatorId);
    /// @notice The operator keeps its place. [unix seconds]
    error PlaceKept(uint256 operatorId, uint256 until);
    /// @notice It would have more than its cap. [wei]
    error OperatorAboveCap(uint256 staked, uint256 cap);
    /// @notice All under this entity together would have more than its cap. [wei]
    error EntityAboveCap(uint256 entity, uint256 staked, uint256 cap);
    /// @notice `firstOperatorId` has less stake, and a key that is ready. [wei]
    error NotFirst(uint256 firstOperatorId, uint256 staked, uint256 firstStaked);
    /// @notice Keys of another operator leave before this one's.
    error NotFirstToExit(uint256 operatorId, uint256 firstOperatorId);
    /// @notice Nobody is kept waiting: no rage quit, and the oldest request is younger than this. [seconds]
    error NobodyWaits(uint256 age, uint256 limit);
    /// @notice The bond bears losses until a wind-down has settled.
    error BondHeld();
    /// @notice No more needs to exit. [wei]
    error NoDemand(uint256 asked, uint256 demand);

    /// @notice An operator that nobody has vetted registered itself.
    event OperatorRegistered(uint256 indexed operatorId, address indexed owner, address vault);
    /// @notice The ownership of an operator is offered to `pendingOwner`.
    event OwnerOffered(uint256 indexed operatorId, address indexed owner, address indexed pendingOwner);
    /// @notice An operator has another owner.
    event OwnerChanged(uint256 indexed operatorId, address indexed oldOwner, address indexed newOwner);
    /// @notice Governance let an operator in. [wei]
    event OperatorVetted(uint256 indexed operatorId, uint256 indexed entity, uint256 cap);
    /// @notice An operator gets no new stake any more, and its keys leave first.
    event OperatorRetirement(uint256 indexed operatorId);
    /// @notice The most that an operator gets changed. [wei]
    event OperatorCapSet(uint256 indexed operatorId, uint256 oldCap, uint256 newCap);
    /// @notice The most that one operator gets whom nobody has vetted changed. [wei]
    event UnvettedOperatorCapSet(uint256 oldCap, uint256 newCap);
    /// @notice The most that an entity gets changed. [wei]
    event EntityCapSet(uint256 indexed entity, uint256 oldCap, uint256 newCap);
    /// @notice All of `from` stands under `into`.
    event EntitiesMerged(uint256 indexed from, uint256 indexed into);
    /// @notice An operator has one of the 64 places.
    event PlaceTaken(uint256 indexed operatorId);
    /// @notice An operator has lost its place.
    event PlaceLost(uint256 indexed operatorId);
    /// @notice So many keys of the operator's are ready: with them it goes before those with more stake. [unix seconds]
    event Announced(uint256 indexed operatorId, uint256 until, uint256 keyCount);
    /// @notice Keys were activated, for which the registry holds `bond`. [shares]
    event StakeAdded(uint256 indexed operatorId, uint256 keyCount, uint256 bond);
    /// @notice A vault is worth `total`, `change` more than before. [wei, shares]
    event CheckpointBooked(uint256 indexed operatorId, uint256 total, int256 change, uint256 due, uint256 bondBurned);
    /// @notice Bond of keys that are withdrawn may be collected. [shares]
    event BondReleased(uint256 indexed operatorId, uint256 shares);
    /// @notice Earned fees may be collected. [shares]
    event FeesReleased(uint256 indexed operatorId, uint256 shares);
    /// @notice Released shares were sent. [shares]
    event SharesCollected(address indexed account, uint256 shares);

    // ---------------------------------------------------------------- operators

    /// @notice Registers the caller as an operator that nobody has vetted, and makes its vault. Anybody may.
    function register() external returns (uint256 operatorId, address vault);

    /// @notice Offers the ownership; zero takes the offer back. The owner.
    function offerOwner(uint256 operatorId, address newOwner) external;

    /// @notice Takes the ownership over. Who was offered it.
    function acceptOwner(uint256 operatorId) external;

    /// @notice Takes earned fees out of the bond, for {collect}. The owner.
    function releaseFees(uint256 operatorId) external returns (uint256 shares);

    /// @notice Takes the whole bond out once a wind-down has settled: nobody can show a loss any more. Anybody may.
    function releaseBond(uint256 operatorId) external returns (uint256 shares);

    /// @notice Sends the owner what is released. Anybody may.
    function collect(uint256 operatorId) external returns (uint256 shares);

    /// @notice Sends a prover its part of fees on what its proofs have shown. Anybody may.
    function collectProverFees(address prover) external returns (uint256 shares);

    /// @notice Takes the place of an operator without keys that is retired, or was not vetted and has been without for 30
    /// days. Anybody may. The latter has one again when a key of its is activated.
    function vacate(uint256 operatorId) external;

    // ---------------------------------------------------------------- governance

    /// @notice Lets an operator in under `entity`, or under a new one if that is 0. [wei]
    function vet(uint256 operatorId, uint256 entity, uint96 operatorCap) external returns (uint256 joined);

    /// @notice Gives an operator no new stake, for good, and lets its keys leave first.
    function retire(uint256 operatorId) external;

    /// @notice Sets the most that one operator gets. [wei]
    function setOperatorCap(uint256 operatorId, uint96 newCap) external;

    /// @notice Sets the most that one operator gets whom nobody has vetted. [wei]
    function setUnvettedOperatorCap(uint96 newCap) external;

    /// @notice Sets the most that an entity gets; 0 is all that nobody has vetted. [wei]
    function setEntityCap(uint256 entity, uint96 newCap) external;

    /// @notice Puts all operators of an entity under another one, for good. The cap of `into` counts. Entities stand at most
    /// eight deep, one under the other, so that no merge makes a walk through them long.
    function mergeEntities(uint256 from, uint256 into) external;

    // ---------------------------------------------------------------- vaults

    /// @notice Keys of the calling vault's are ready: it goes before operators with more stake until as many are activated.
    /// Fewer than are announced already change nothing, and nothing shortens the time.
    /// @param until [unix seconds]
    function announce(uint40 until, uint256 keys) external;

    /// @notice Checks the order of allocation and the caps, and makes the pool send 31 ETH a key to the calling vault.
    function addStake(uint256 keys) external;

    /// @notice Books what the calling vault's checkpoint found.
    /// @return unitsPerKey Units of the fee for those who proved, for each key.
    /// @return round Of fees.
    /// @return paidPerUnit What a unit of that round had been paid. [1e27 = 1 share unit]
    function report(
        CheckpointResult calldata result
    ) external returns (uint256 unitsPerKey, uint256 round, uint256 paidPerUnit);

    /// @notice Gives a prover its units of the fees that a checkpoint earned.
    function creditProver(address prover, uint256 units, uint256 round, uint256 paidPerUnit) external;

    /// @notice Replaces the calling vault's part of what redemptions leave behind for slashed keys. [wei]
    function replaceHaircut(uint256 oldPart, uint256 newPart) external;

    /// @notice Notes how much of the calling vault's stake could exit.
    function setExitStanding(ExitStanding calldata standing) external;

    /// @notice Reverts unless keys of the calling vault may be made to exit now.
    /// @param balances What all of them hold. [gwei]
    /// @param last What the last of them holds. [gwei]
    function checkForcedExit(uint256 balances, uint256 last) external view;

    // ---------------------------------------------------------------- views

    /// @notice The pool, which made the registry.
    function POOL() external view returns (IStakingPool);

    /// @notice What vaults are clones of.
    function VAULT_IMPLEMENTATION() external view returns (address);

    /// @notice Whether `account` is an operator's vault.
    function isVault(address account) external view returns (bool);

    /// @notice 0 if `vault` is none.
    function operatorOf(address vault) external view returns (uint256 operatorId);

    /// @notice How many operators have registered; ids are from 1.
    function operatorCount() external view returns (uint256);

    /// @notice An operator, as it stands.
    function getOperator(uint256 operatorId) external view returns (OperatorView memory);

    /// @notice The owner of an operator that may get stake; reverts for one that is retired.
    function stakingOwnerOf(uint256 operatorId) external view returns (address);

    /// @notice The owner of an operator.
    function ownerOf(uint256 operatorId) external view returns (address);

    /// @notice How much of an operator's stake could exit, as its vault last reported.
    function exitStanding(uint256 operatorId) external view returns (ExitStanding memory);

    /// @notice Ids of the operators with a place, in no order.
    function placedOperators() external view returns (uint256[] memory);

    /// @notice How many entities there were; they are numbered from 1.
    function entityCount() external view returns (uint256);

    /// @notice The entity that `entity` was merged into, itself if it was not; what it has and may have. [wei]
    function getEntity(uint256 entity) external view returns (uint256 root, uint256 staked, uint256 cap);

    /// @notice The most that one operator gets whom nobody has vetted. [wei]
    function unvettedOperatorCap() external view returns (uint256);

    /// @notice Since when every operator with keys has been checked: the start of the oldest last finished checkpoint. Now,
    /// if nobody has keys. [unix seconds]
    function watermark() external view returns (uint256);

    /// @notice How concentrated the stake is.
    function calcConcentration() external view returns (Concentration memory);

    /// @notice Whose keys leave next, or 0 if nobody has one that could.
    function nextToExit() external view returns (uint256 operatorId);

    /// @notice How much more must exit to pay everybody who waits. [wei]
    function exitDemand() external view returns (uint256);

    /// @notice What a prover could collect now. [shares]
    function proverFees(address prover) external view returns (uint256 shares);
}
