// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IPausableUntil} from "../interfaces/external/IPausableUntil.sol";
import {PauseUntil} from "../libraries/PauseUntil.sol";
import {IStrategy} from "./IStrategy.sol";

/// @title ExampleVault
/// @notice Something worth protecting: an ERC-4626 vault (meant for WETH) whose owner, the DAO's timelock, sets the
/// fee and the strategy, and names the circuit breaker, which may pause deposits for a time. Nobody can pause
/// redemption: who holds shares can leave as far as the strategy is liquid.
/// @dev What to know of it:
/// - **The owner can take everything** by a hostile strategy. That is the theft a timelock with a gate exists for.
/// - A strategy that fails to answer makes deposits, redemptions and the views on them revert, because no fair price
///   is known; the owner ends that with {abandonStrategy}. Shares can be transferred (and locked in protest) meanwhile.
/// - Whatever the strategy or the vault is given counts as gain, so the share price can be pushed up by donations,
///   within one transaction too; never use it as an oracle without a guard. Shares carry three decimals more than
///   assets: who inflates the price to rob a first depositor loses about a thousand times what the victim does.
/// - One can enter and leave in one transaction; `docs/gotchas.md` says what follows for thresholds.
/// - Tokens that charge for transfers or change balances are not supported as assets.
contract ExampleVault is ERC4626, ERC20Permit, Ownable2Step, ReentrancyGuard, IPausableUntil {
    using Math for uint256;
    using PauseUntil for PauseUntil.Context;
    using SafeERC20 for IERC20;

    /// @notice The deposit does not buy a single share. [asset units]
    error DepositTooSmall(uint256 assets, uint256 minimum);
    /// @notice The fee is above its limit. [1e18 = 100 %]
    error FeeTooHigh(uint256 fee, uint256 limit);
    /// @notice There is no contract at `strategy`.
    error StrategyWithoutCode(address strategy);
    /// @notice The strategy invests another asset.
    error StrategyAssetMismatch(address asset, address expected);
    /// @notice The strategy gave back less than it was asked for. [asset units]
    error StrategyShortfall(uint256 received, uint256 expected);
    /// @notice There is no strategy to invest in.
    error NoStrategy();
    /// @notice A vault that nobody owns could never be repaired.
    error OwnershipNotRenounceable();
    /// @notice The caller is neither the owner nor the circuit breaker.
    error CallerCannotPause(address caller);

    event FeeSet(uint256 oldFee, uint256 newFee);
    event FeeAccrued(address indexed recipient, uint256 gain, uint256 shares);
    event StrategyReplaced(address indexed oldStrategy, address indexed newStrategy, uint256 recovered);
    event StrategyAbandoned(address indexed strategy);
    event BreakerSet(address indexed oldBreaker, address indexed newBreaker);
    event Invested(address indexed strategy, uint256 assets);

    /// @notice The highest fee on gains the owner may set. [1e18 = 100 %]
    uint256 public constant MAX_FEE = 0.2e18;

    uint256 private constant _ONE = 1e18;
    uint256 private constant _PRICE_UNIT = 1e36;

    IStrategy private _strategy;
    uint256 private _fee;
    uint256 private _highWaterMark;
    /// @notice May pause deposits and end the pause, beside the owner; zero for nobody.
    address public breaker;
    PauseUntil.Context private _pause;

    modifier onlyBreaker() {
        if (msg.sender != breaker && msg.sender != owner()) revert CallerCannotPause(msg.sender);
        _;
    }

    /// @param asset_ The token the vault pays back; checked for code by asking its balance.
    /// @param owner_ The DAO's timelock.
    /// @param fee_ First fee on gains. [1e18 = 100 %]
    /// @param strategy_ First strategy, or zero for none.
    /// @param breaker_ May pause deposits; zero for nobody but the owner.
    constructor(
        IERC20 asset_,
        string memory name_,
        string memory symbol_,
        address owner_,
        uint256 fee_,
        IStrategy strategy_,
        address breaker_
    ) ERC20(name_, symbol_) ERC20Permit(name_) ERC4626(asset_) Ownable(owner_) {
        _checkStrategy(strategy_);
        _strategy = strategy_;
        emit StrategyReplaced(address(0), address(strategy_), 0);
        _setFee(fee_);
        _highWaterMark = _price(totalAssets(), 0);
        _setBreaker(breaker_);
    }

    // ---------------------------------------------------------------- owner

    /// @notice Changes the fee on future gains; what was earned so far is charged at the old one.
    /// @param newFee At most {MAX_FEE}. [1e18 = 100 %]
    function setFee(uint256 newFee) external onlyOwner nonReentrant {
        _accrueFee();
        _setFee(newFee);
    }

    /// @notice Takes everything out of the strategy and puts it into `newStrategy`, as far as that takes it.
    /// @dev Reverts unless the old strategy hands back all that it claims to hold: an illiquid one stays in place.
    /// @param newStrategy Zero for none: everything stays here, idle.
    function setStrategy(IStrategy newStrategy) external onlyOwner nonReentrant {
        _checkStrategy(newStrategy);
        _accrueFee();
        IStrategy oldStrategy = _strategy;
        uint256 recovered = _strategyAssets();
        _pull(recovered);
        _strategy = newStrategy;
        emit StrategyReplaced(address(oldStrategy), address(newStrategy), recovered);
        _invest();
    }

    /// @notice Drops a strategy that does not work any more, without asking it. What it holds counts as lost, unless
    /// the owner sets the same strategy again.
    /// @dev Who deposits in between buys a part of what is recovered later, cheaply: set it again soon or never.
    function abandonStrategy() external onlyOwner nonReentrant {
        if (address(_strategy) == address(0)) revert NoStrategy();
        emit StrategyAbandoned(address(_strategy));
        _strategy = IStrategy(address(0));
    }

    /// @notice Names another circuit breaker; zero for none. A running pause goes on.
    function setBreaker(address newBreaker) external onlyOwner {
        _setBreaker(newBreaker);
    }

    /// @notice Always reverts: without an owner the fee would go nowhere and a broken strategy could not be dropped.
    function renounceOwnership() public pure override {
        revert OwnershipNotRenounceable();
    }

    // ---------------------------------------------------------------- breaker

    /// @inheritdoc IPausableUntil
    /// @dev Only deposits stop: neither redemption nor transfers ask for a pause.
    function pauseFor(uint256 duration) external onlyBreaker {
        _pause.pauseFor(duration);
    }

    /// @inheritdoc IPausableUntil
    function resume() external onlyBreaker {
        _pause.resume();
    }

    // ---------------------------------------------------------------- anyone

    /// @notice Puts what lies idle into the strategy, as far as that takes it.
    function invest() external nonReentrant {
        if (address(_strategy) == address(0)) revert NoStrategy();
        _accrueFee();
        _invest();
    }

    /// @notice Charges the fee on what was gained since the last time.
    function accrueFee() external nonReentrant {
        _accrueFee();
    }

    // ---------------------------------------------------------------- getters

    /// @notice Where the assets work; zero for none.
    function strategy() external view returns (IStrategy) {
        return _strategy;
    }

    /// @notice Part of gains that the owner gets, as shares. [1e18 = 100 %]
    function fee() external view returns (uint256) {
        return _fee;
    }

    /// @notice Best share price that a fee was charged for; only what exceeds it is gain, so nobody pays for the
    /// recovery of a loss. [asset units per share unit, 1e36 = 1]
    function highWaterMark() external view returns (uint256) {
        return _highWaterMark;
    }

    /// @inheritdoc IPausableUntil
    function isPaused() public view returns (bool) {
        return _pause.isPaused();
    }

    /// @inheritdoc IPausableUntil
    function getResumeSinceTimestamp() external view returns (uint256) {
        return _pause.resumesAt;
    }

    /// @notice Nothing while deposits are paused. [asset units]
    function maxDeposit(address receiver) public view override returns (uint256) {
        return isPaused() ? 0 : super.maxDeposit(receiver);
    }

    /// @notice Nothing while deposits are paused. [shares]
    function maxMint(address receiver) public view override returns (uint256) {
        return isPaused() ? 0 : super.maxMint(receiver);
    }

    /// @notice Shares the owner would get if the fee were charged now. [shares]
    function pendingFeeShares() external view returns (uint256 shares) {
        (, shares) = _calcFee(totalAssets());
    }

    /// @notice Assets that can leave in this block. [asset units]
    function liquidAssets() public view returns (uint256) {
        return _idle() + (address(_strategy) == address(0) ? 0 : _strategy.withdrawable());
    }

    /// @notice Idle assets and those in the strategy. [asset units]
    function totalAssets() public view override returns (uint256) {
        return _idle() + _strategyAssets();
    }

    /// @notice What `account` can withdraw now: what its shares are worth, or what is liquid. [asset units]
    function maxWithdraw(address account) public view override returns (uint256) {
        return Math.min(previewRedeem(balanceOf(account)), liquidAssets());
    }

    /// @notice What `account` can redeem now: its shares, or as many as liquid assets pay for. [shares]
    function maxRedeem(address account) public view override returns (uint256) {
        uint256 shares = balanceOf(account);
        uint256 liquid = liquidAssets();
        return previewRedeem(shares) <= liquid ? shares : _convertToShares(liquid, Math.Rounding.Floor);
    }

    /// @notice Three more than the asset's.
    function decimals() public view override(ERC20, ERC4626) returns (uint8) {
        return super.decimals();
    }

    // ---------------------------------------------------------------- private

    function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal override nonReentrant {
        // What does not buy the smallest share would be lost to its sender.
        if (shares == 0 && assets > 0) revert DepositTooSmall(assets, previewMint(1));
        _accrueFee();
        super._deposit(caller, receiver, assets, shares);
    }

    /// @dev Assets come out of the strategy before shares are burnt: a look at the price in between sees a true one.
    function _withdraw(
        address caller,
        address receiver,
        address account,
        uint256 assets,
        uint256 shares
    ) internal override nonReentrant {
        _accrueFee();
        _pull(Math.saturatingSub(assets, _idle()));
        super._withdraw(caller, receiver, account, assets, shares);
    }

    function _invest() private {
        if (address(_strategy) == address(0)) return;
        uint256 idle = _idle();
        uint256 assets = Math.min(idle, _strategy.depositable());
        if (assets == 0) return;
        IERC20(asset()).safeTransfer(address(_strategy), assets);
        _strategy.deposit(assets);
        emit Invested(address(_strategy), Math.saturatingSub(idle, _idle()));
    }

    function _pull(uint256 assets) private {
        if (assets == 0) return;
        uint256 idle = _idle();
        _strategy.withdraw(assets);
        uint256 received = _idle() - idle;
        if (received < assets) revert StrategyShortfall(received, assets);
    }

    function _setBreaker(address newBreaker) private {
        emit BreakerSet(breaker, newBreaker);
        breaker = newBreaker;
    }

    function _setFee(uint256 newFee) private {
        if (newFee > MAX_FEE) revert FeeTooHigh(newFee, MAX_FEE);
        emit FeeSet(_fee, newFee);
        _fee = newFee;
    }

    /// @dev The mark follows the price even where the gain is less than one unit: in a nearly empty vault rounding alone
    /// lifts the price by a lot, and the next deposit, however large, would be charged for it.
    function _accrueFee() private {
        uint256 assets = totalAssets();
        (uint256 gain, uint256 shares) = _calcFee(assets);
        if (shares > 0) _mint(owner(), shares);
        if (gain > 0) emit FeeAccrued(owner(), gain, shares);
        uint256 price = _price(assets, totalSupply());
        if (price > _highWaterMark) _highWaterMark = price;
    }

    function _checkStrategy(IStrategy candidate) private view {
        if (address(candidate) == address(0)) return;
        if (address(candidate).code.length == 0) revert StrategyWithoutCode(address(candidate));
        address strategyAsset = candidate.asset();
        if (strategyAsset != asset()) revert StrategyAssetMismatch(strategyAsset, asset());
    }

    function _idle() private view returns (uint256) {
        return IERC20(asset()).balanceOf(address(this));
    }

    function _strategyAssets() private view returns (uint256) {
        return address(_strategy) == address(0) ? 0 : _strategy.totalAssets();
    }

    /// @dev Gain over the high-water mark [asset units], and the shares that are worth the fee on it [shares]. The gain
    /// is rounded down, the shares are rounded down: against the owner.
    function _calcFee(uint256 assets) private view returns (uint256 gain, uint256 shares) {
        uint256 supply = totalSupply() + 10 ** _decimalsOffset();
        uint256 owed = _highWaterMark.mulDiv(supply, _PRICE_UNIT, Math.Rounding.Ceil);
        gain = Math.saturatingSub(assets + 1, owed);
        uint256 feeAssets = gain.mulDiv(_fee, _ONE);
        shares = feeAssets.mulDiv(supply, assets + 1 - feeAssets);
    }

    /// @dev Rounded up: against the owner. [asset units per share unit, 1e36 = 1]
    function _price(uint256 assets, uint256 supply) private pure returns (uint256) {
        return (assets + 1).mulDiv(_PRICE_UNIT, supply + 10 ** _decimalsOffset(), Math.Rounding.Ceil);
    }

    /// @dev As if the fee were charged now: previews then say exactly what the call will do.
    function _convertToShares(uint256 assets, Math.Rounding rounding) internal view override returns (uint256) {
        uint256 total = totalAssets();
        return assets.mulDiv(_supplyAfterFee(total), total + 1, rounding);
    }

    function _convertToAssets(uint256 shares, Math.Rounding rounding) internal view override returns (uint256) {
        uint256 total = totalAssets();
        return shares.mulDiv(total + 1, _supplyAfterFee(total), rounding);
    }

    function _supplyAfterFee(uint256 assets) private view returns (uint256) {
        (, uint256 feeShares) = _calcFee(assets);
        return totalSupply() + feeShares + 10 ** _decimalsOffset();
    }

    function _decimalsOffset() internal pure override returns (uint8) {
        return 3;
    }
}
