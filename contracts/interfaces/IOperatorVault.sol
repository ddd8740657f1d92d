// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BeaconHeader, StateProof} from "../types/Beacon.sol";
import {KeyStatus, RecentProof} from "../types/Staking.sol";

/// @title IOperatorVault
/// @notice One operator's validators: the withdrawal credentials of all of them. ETH leaves it only to the deposit contract
/// under its own credentials, as the fee of an exit request that the caller has brought, or to the pool. Nobody owns it.
/// @dev It never calls EIP-7251: the target of a consolidation needs only credentials of this kind, not these, so that
/// consolidation could take stake away.
interface IOperatorVault {
    /// @notice What a vault's running checkpoint has come to.
    struct CheckpointView {
        uint32 number;
        /// 0 if none runs. [unix seconds]
        uint40 startedAt;
        /// Root of the beacon block that everything is proven against.
        bytes32 blockRoot;
        /// Root of its state; zero until it was opened.
        bytes32 stateRoot;
        /// What the vault held at that time. [wei]
        uint256 recorded;
        /// Keys still to be proven, a bit for each place.
        uint256 left;
    }

    /// @notice What each bit of a place says of the key there.
    struct KeySets {
        uint256 live;
        /// Not yet seen by the beacon chain's registry with 32 ETH: counts 32 ETH.
        uint256 inFlight;
        uint256 slashed;
        uint256 exiting;
        /// Asked to exit, while that counts.
        uint256 requested;
        /// Too young to exit, while that counts.
        uint256 young;
    }

    /// @notice Only the operator's owner.
    error NotOwner(address caller, address owner);
    /// @notice The deposit must be exactly this. [wei]
    error DepositMismatch(uint256 actual, uint256 expected);
    /// @notice Public keys are not a whole number of keys, or not as many as are proven. [bytes]
    error PubkeysMismatch(uint256 actual, uint256 expected);
    /// @notice The key has another status.
    error KeyStatusMismatch(bytes32 pubkeyRoot, KeyStatus actual, KeyStatus expected);
    /// @notice The proof is of another key.
    error PubkeyMismatch(bytes32 actual, bytes32 expected);
    /// @notice The state that is proven is older than an hour. [unix seconds]
    error ProofTooOld(uint256 timestamp, uint256 oldest);
    /// @notice The validator is slashed.
    error ValidatorSlashed(uint256 index);
    /// @notice The validator is exiting. [epoch]
    error ValidatorExiting(uint256 index, uint256 exitEpoch);
    /// @notice The validator has not been active long enough to exit. [epoch]
    error ValidatorTooYoung(uint256 index, uint256 epoch, uint256 exitableFrom);
    /// @notice Nothing is proven.
    error NothingProven();
    /// @notice A vault has so many live keys at most. [keys]
    error TooManyKeys(uint256 actual, uint256 limit);
    /// @notice There must be a place for each balance. [places]
    error PlacesMismatch(uint256 actual, uint256 expected);
    /// @notice The key at this place is another one. [validator index]
    error IndexMismatch(uint256 place, uint256 actual, uint256 expected);
    /// @notice There is no live key at this place.
    error PlaceEmpty(uint256 place);
    /// @notice The key at this place is not part of the checkpoint, or is proven already.
    error NotToBeProven(uint256 place);
    /// @notice Of a key in flight or without balance fields are proven, too. [validator index]
    error FieldsMissing(uint256 index);
    /// @notice Fields are proven of a validator whose balance is not. [validator index]
    error BalanceMissing(uint256 index);
    /// @notice A checkpoint runs and may be replaced later. [unix seconds]
    error CheckpointRuns(uint256 startedAt, uint256 replaceableFrom);
    /// @notice No checkpoint runs.
    error NoCheckpoint();
    /// @notice The checkpoint must be opened first.
    error NotOpened();
    /// @notice The checkpoint is open.
    error AlreadyOpened();
    /// @notice The key at this place has been asked to exit, or is exiting.
    error AlreadyExiting(uint256 place);
    /// @notice The pool is winding down.
    error WindingDown();
    /// @notice The pool is not winding down.
    error NotWindingDown();
    /// @notice The caller's part of this checkpoint's fees is nothing, or has been credited.
    error NothingEarned(address prover, uint256 number);

    /// @notice The owner deposited 1 ETH for a key.
    event Predeposited(bytes pubkey);
    /// @notice The pool deposited 31 ETH for a key, which has this place from now on.
    event Activated(bytes pubkey, uint256 indexed index, uint256 place);
    /// @notice Everything will be proven against this block. [wei]
    event CheckpointStarted(uint256 indexed number, bytes32 blockRoot, uint256 recorded, uint256 keyCount);
    /// @notice The block's header was brought, and shown to be executed. [epoch]
    event CheckpointOpened(uint256 indexed number, bytes32 stateRoot, uint256 epoch);
    /// @notice `prover` has proven keys; so many are left.
    event KeysProven(uint256 indexed number, address indexed prover, uint256 keyCount, uint256 left);
    /// @notice Everything is proven. [wei]
    event CheckpointFinished(uint256 indexed number, uint256 total);
    /// @notice A key was shown to be slashed.
    event SlashingShown(uint256 indexed index, uint256 place);
    /// @notice A key was shown to be exiting, with what it has, or had when it was asked to. [gwei]
    event ExitShown(uint256 indexed index, uint256 place, uint256 leaving);
    /// @notice A key was shown to be too young to exit.
    event YouthShown(uint256 indexed index, uint256 place);
    /// @notice A validator was asked to exit.
    event ExitRequested(bytes pubkey);

    // ---------------------------------------------------------------- the operator

    /// @notice Deposits the caller's 1 ETH for a key of its own, under the vault's credentials. The owner. It is at the owner's
    /// risk: whoever has deposited for this key before under other credentials has it.
    /// @param pubkey 48 bytes.
    /// @param signature 96 bytes, of the deposit of 1 ETH.
    function predeposit(bytes calldata pubkey, bytes calldata signature) external payable;

    /// @notice Asks validators to exit. The owner, who pays the fee of EIP-7002; what is too much comes back.
    /// @param pubkeys 48 bytes each.
    function requestExits(bytes calldata pubkeys) external payable;

    // ---------------------------------------------------------------- activation

    /// @notice Shows that keys are ready, so that operators with more stake wait for so many, an hour from the state proven.
    /// Whoever shows all that are ready is outdone by nobody. Anybody may. Proven are fields.
    function announce(RecentProof calldata recent) external;

    /// @notice Activates keys that are ready: 31 ETH of the pool's each. Anybody may. Proven are fields.
    /// @param pubkeys 48 bytes each, in the order of the proof.
    function activate(bytes calldata pubkeys, RecentProof calldata recent) external;

    // ---------------------------------------------------------------- checkpoints

    /// @notice Starts a checkpoint: fixes block, the vault's ETH and the keys. Replaces one that accepted no proof after an
    /// hour, any other after 27 hours. Without keys it is finished at once. Anybody may.
    function start() external;

    /// @notice Brings the header of the checkpoint's block, and a time that shows that its payload was executed. Anybody may.
    /// @param executedAt Of the execution block that is its payload. [unix seconds]
    function open(BeaconHeader calldata header, uint256 executedAt) external;

    /// @notice Proves balances of the checkpoint's keys, each once; of keys in flight or without balance their fields, too.
    /// The last one finishes it. Anybody may.
    /// @param places Of the keys, a byte each, in the order of the balances.
    function prove(StateProof calldata proof, bytes calldata places) external;

    /// @notice Gives a prover its part of what a finished checkpoint's fees will be. Anybody may.
    function creditProver(address prover, uint256 number) external;

    // ---------------------------------------------------------------- exits

    /// @notice Shows that keys are slashed, exiting or too young to exit. Anybody may. Proven are fields and balances.
    /// @param places Of the keys, a byte each.
    function show(RecentProof calldata recent, bytes calldata places) external;

    /// @notice Makes keys exit that could, while somebody is kept waiting. Anybody may, who pays the fee of EIP-7002; what is
    /// too much comes back. Proven are fields and balances.
    /// @param pubkeys 48 bytes each, in the order of the proof.
    /// @param places Of the keys, a byte each.
    function forceExits(bytes calldata pubkeys, RecentProof calldata recent, bytes calldata places) external payable;

    /// @notice As {forceExits}, without a proof, while the pool is winding down.
    function forceExitsUnproven(bytes calldata pubkeys) external payable;

    /// @notice Sends everything to the pool while it is winding down. Anybody may.
    function sweep() external;

    // ---------------------------------------------------------------- views

    /// @notice The operator whose vault it is.
    function operatorId() external view returns (uint256);

    /// @notice 0x02 credentials of this address.
    function withdrawalCredentials() external view returns (bytes32);

    /// @notice How far the key with this SSZ root has come.
    function keyStatus(bytes32 pubkeyRoot) external view returns (KeyStatus);

    /// @notice What is known of keys, by place.
    function keySets() external view returns (KeySets memory);

    /// @notice Keys that are activated and not withdrawn.
    function keyCount() external view returns (uint256);

    /// @notice The validator whose key has this place now, or had it last.
    function indexAt(uint256 place) external view returns (uint256);

    /// @notice The checkpoint that runs; its number is that of the last one started.
    function checkpoint() external view returns (CheckpointView memory);

    /// @notice Keys that a prover has proven in a checkpoint, for which nothing was credited yet.
    function provenBy(uint256 number, address prover) external view returns (uint256);

    /// @notice SSZ root of a deposit, as the deposit contract wants it.
    function calcDepositDataRoot(
        bytes calldata pubkey,
        bytes calldata signature,
        uint64 amount
    ) external view returns (bytes32);
}
