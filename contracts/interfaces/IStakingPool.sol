// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Books} from "../types/Staking.sol";
import {IGoverned} from "./IGoverned.sol";
import {IERC7540Redeem} from "./external/IERC7540Redeem.sol";
import {IERC7575} from "./external/IERC7575.sol";
import {IVotableSupply} from "./IVotableSupply.sol";

/// @title IStakingPool
/// @notice ETH of many stakers, run by many operators. Deposits are taken at once, redemptions wait in a queue (ERC-7540).
/// What validators hold is proven, not reported: nobody is believed for a balance.
/// @dev Trust: the beacon chain; the two layouts of its state that `BeaconProofs` knows; operators, for the balances of
/// their own validators and for MEV. Governance may set the fee, the caps, vet or retire operators, merge entities, and stop
/// deposits; none of that in RageQuit. It cannot pause redemptions, mint, upgrade, reorder the queue or redirect ETH.
interface IStakingPool is IGoverned, IERC165, IERC4626, IERC7540Redeem, IERC7575, IVotableSupply {
    /// @notice Only the registry of operators.
    error NotRegistry(address caller);
    /// @notice Only a vault of the registry's.
    error NotVault(address caller);
    /// @notice ETH is taken by {depositETH}, and from the wrapper.
    error EtherRefused(address sender);
    /// @notice The fee is above its limit. [1e18 = 100 %]
    error FeeTooHigh(uint256 fee, uint256 limit);
    /// @notice More than the pool takes now: 0 while deposits are stopped, proofs are old, shares have lost all but a millionth
    /// of their first price, or it is winding down. [wei]
    error DepositAboveLimit(uint256 assets, uint256 limit);
    /// @notice Vaults would be worth more than the pool's cap. [wei]
    error StakeAboveCap(uint256 value, uint256 cap);
    /// @notice The deposit does not buy a single share. [wei]
    error DepositTooSmall(uint256 assets);
    /// @notice A request must be for so much, or for all that its owner has, in its own name. [wei]
    error RequestTooSmall(uint256 assets, uint256 minimum);
    /// @notice A request is for no shares.
    error ZeroShares();
    /// @notice Requests and payments are for somebody.
    error ZeroAddress();
    /// @notice The caller is neither the controller nor its operator.
    error NotController(address caller, address controller);
    /// @notice More than one call pays, of the controller's first 16 requests. [shares]
    error RedemptionAboveLimit(uint256 shares, uint256 limit);
    /// @notice More than one call pays, of the controller's first 16 requests. [wei]
    error WithdrawalAboveLimit(uint256 assets, uint256 limit);
    /// @notice ERC-7540: the price is not known before a request is finalised.
    error NoPreview();
    /// @notice What the queue needs, and a reserve, stays. [wei]
    error IdleTooLow(uint256 idle, uint256 needed);
    /// @notice Some operator was not checked for too long. [unix seconds]
    error ProofsTooOld(uint256 watermark, uint256 oldest);

    /// @notice The fee on gains changed; running checkpoints keep theirs. [1e18 = 100 %]
    event FeeSet(uint256 oldFee, uint256 newFee);
    /// @notice The most that the pool takes changed. [wei]
    event CapSet(uint256 oldCap, uint256 newCap);
    /// @notice Stakers cannot deposit any more.
    event DepositsStopped();
    /// @notice Stakers can deposit again.
    event DepositsResumed();
    /// @notice ERC-7540: `operator` may act for `controller`, or no longer.
    event OperatorSet(address indexed controller, address indexed operator, bool approved);
    /// @notice The next `shares` of the queue may be claimed for `assets`, for good.
    event Finalised(uint256 fromShares, uint256 shares, uint256 assets);
    /// @notice `shares` were minted as a fee on gain that was let in.
    event FeeCharged(uint256 shares, uint256 toOperators);
    /// @notice The pool sent `assets` to a vault, and took `bond` shares of its operator's.
    event Staked(address indexed vault, uint256 assets, uint256 bond);
    /// @notice A checkpoint found a gain: it is carried, and `due` is the fee on it. [wei]
    event GainBooked(uint256 gain, uint256 due);
    /// @notice A checkpoint found a loss, of which burned bond bears a part. [wei, shares]
    event LossBooked(uint256 loss, uint256 bondBurned);
    /// @notice What redemptions leave behind for slashed keys changed. [wei]
    event HaircutSet(uint256 oldHaircut, uint256 newHaircut);
    /// @notice A vault sent ETH. [wei]
    event Collected(address indexed vault, uint256 assets);
    /// @notice It may be begun in 7 days, if the watermark stays. [unix seconds]
    event WindDownArmed(uint256 watermark);
    /// @notice Everything is divided among `shares` from now on; `assets` are there. [shares, wei]
    event WindDownBegun(uint256 shares, uint256 assets);
    /// @notice `holder` gave shares up for their part of a wind-down. [shares]
    event Surrendered(address indexed holder, uint256 shares);
    /// @notice `holder` was paid its part of what has arrived. [wei]
    event WindDownPaid(address indexed holder, uint256 assets);

    // ---------------------------------------------------------------- stakers

    /// @notice As {deposit}, of ETH.
    function depositETH(address receiver) external payable returns (uint256 shares);

    /// @notice Finalises requests made before the watermark, as far as idle ETH goes. Anybody may.
    /// @return shares [shares]
    /// @return assets [wei]
    function finalise() external returns (uint256 shares, uint256 assets);

    /// @notice Pays what is claimable of one request, as WETH. The controller, or its operator.
    function claim(uint256 requestId, address receiver, address controller) external returns (uint256 assets);

    /// @notice As {claim}, as ETH.
    function claimETH(uint256 requestId, address receiver, address controller) external returns (uint256 assets);

    /// @notice ERC-7540: lets `operator` request and claim for the caller, or no longer.
    function setOperator(address operator, bool approved) external returns (bool);

    /// @notice Lets in the gain of the time since the last call. Anybody may.
    function settle() external;

    // ---------------------------------------------------------------- winding down

    /// @notice Notices that proofs no longer come: for 14 days in RageQuit, for 30 in any state. Anybody may.
    function armWindDown() external;

    /// @notice Begins the wind-down, 7 days after it was armed, unless proofs came. For good. Anybody may.
    function beginWindDown() external;

    /// @notice Gives up `shares` for their part of all that arrives. Collect it with {collectWindDown}.
    function surrender(uint256 shares) external;

    /// @notice As {surrender}, for what of a request is not finalised. What is finalised is paid to `receiver`.
    function surrenderRequest(
        uint256 requestId,
        address receiver,
        address controller
    ) external returns (uint256 assets);

    /// @notice Pays `holder` what its surrendered shares have been given since the last time, as WETH. Anybody may.
    function collectWindDown(address holder) external returns (uint256 assets);

    // ---------------------------------------------------------------- governance

    /// @notice Sets the fee on gains, at most 10 %. It counts from a vault's next checkpoint. [1e18 = 100 %]
    function setFee(uint256 newFee) external;

    /// @notice Sets how much the pool takes at most. [wei]
    function setCap(uint256 newCap) external;

    /// @notice Stops deposits of stakers.
    function stopDeposits() external;

    /// @notice Takes deposits again.
    function resumeDeposits() external;

    // ---------------------------------------------------------------- registry and vaults

    /// @notice Sends 31 ETH for each of `keys` keys to a vault, and mints the bond for the operator's 1 ETH to the registry.
    /// @return bond [shares]
    function stake(address vault, uint256 keys) external returns (uint256 bond);

    /// @notice Books what a checkpoint found. The registry has settled before.
    /// @param change By how much the vault is worth more than before. [wei]
    /// @param due Fee on a gain. [wei]
    /// @param bond What can be burned for a loss. [shares]
    /// @return burned Burned of the registry's for a loss. [shares]
    /// @return units Of what is due, for a gain.
    function book(int256 change, uint256 due, uint256 bond) external returns (uint256 burned, uint256 units);

    /// @notice Replaces a vault's part of the haircut. [wei]
    function replaceHaircut(uint256 oldPart, uint256 newPart) external;

    /// @notice Takes ETH of a vault. Until a wind-down it was booked as the vault's before.
    function collect() external payable;

    // ---------------------------------------------------------------- views

    /// @notice The operators. Made by the pool.
    function REGISTRY() external view returns (address);

    /// @notice Fee on gains. [1e18 = 100 %]
    function fee() external view returns (uint64);

    /// @notice The most that the pool takes. [wei]
    function cap() external view returns (uint256);

    /// @notice What the pool holds and owes, as last settled.
    function books() external view returns (Books memory);

    /// @notice Whether governance has stopped deposits.
    function areDepositsStopped() external view returns (bool);

    /// @notice Whether every operator with keys was checked within 36 hours.
    function isFresh() external view returns (bool);

    /// @notice What redemptions would get for `shares` now, with the haircut for slashed keys. Rounded down. [wei]
    function calcRedemption(uint256 shares) external view returns (uint256 assets);

    /// @notice What waits in the queue.
    /// @return shares Not finalised. [shares]
    /// @return assets What they are worth now. [wei]
    /// @return oldest When the first of them was requested; 0 if none waits. [unix seconds]
    function waiting() external view returns (uint256 shares, uint256 assets, uint256 oldest);

    /// @notice How many requests there were.
    function requestCount() external view returns (uint256);

    /// @notice Requests of a controller's that one call pays, in order: at most 32.
    function openRequests(address controller) external view returns (uint256[] memory ids);

    /// @notice ERC-7540: whether `operator` may request and claim for `controller`.
    function isOperator(address controller, address operator) external view returns (bool);

    /// @notice Whether a wind-down has begun. It never ends.
    function isWindingDown() external view returns (bool);

    /// @notice Whether requests are claimable in full although nobody finalises them.
    function isWindDownSettled() external view returns (bool);

    /// @notice The wind-down as it stands: times are 0 before. [unix seconds, shares, wei]
    function windDown()
        external
        view
        returns (uint256 armedAt, uint256 startedAt, uint256 lastArrival, uint256 supply, uint256 received);

    /// @notice Surrendered and paid so far.
    function windDownOf(address holder) external view returns (uint256 shares, uint256 paid, uint256 due);

    /// @notice The round of fees that runs.
    function feeRound() external view returns (uint256);

    /// @notice Shares that a unit of a round has been paid. [1e27 = 1 share unit]
    function feePaidPerUnit(uint256 round) external view returns (uint256);
}
