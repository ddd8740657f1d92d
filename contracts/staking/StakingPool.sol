// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IOperatorVault} from "../interfaces/IOperatorVault.sol";
import {IStakingPool} from "../interfaces/IStakingPool.sol";
import {IVotableSupply} from "../interfaces/IVotableSupply.sol";
import {IWETH} from "../interfaces/external/IWETH.sol";
import {Books, FirstOperator} from "../types/Staking.sol";
import {Governed} from "./Governed.sol";
import {OperatorRegistry} from "./OperatorRegistry.sol";
import {RageQuitWatch} from "./RageQuitWatch.sol";
import {ExitQueue} from "./pool/ExitQueue.sol";
import {FeeUnits} from "./pool/FeeUnits.sol";
import {PoolBooks} from "./pool/PoolBooks.sol";
import {WindDown} from "./pool/WindDown.sol";

/// @title StakingPool
/// @notice Shares of stakers, and what all operators hold together. The walk of an ETH:
///
///     deposit → idle → stake (a vault, 31 ETH a key) → collect → idle → finalise → reserved → claim
///
/// @dev ETH is held as ETH, and counted by the pool's own books: what it is given by force is nobody's. It makes its
/// registry, so that each knows the other and nobody had to introduce them.
contract StakingPool is IStakingPool, Governed, ERC20Permit, ReentrancyGuardTransient {
    using ExitQueue for ExitQueue.Context;
    using FeeUnits for FeeUnits.Pot;
    using PoolBooks for Books;
    using SafeCast for uint256;
    using SafeERC20 for IWETH;
    using WindDown for WindDown.Context;

    struct Terms {
        string name;
        string symbol;
        IDualGovernanceTimelock timelock;
        IWETH weth;
        /// [1e18 = 100 %]
        uint64 fee;
        /// The most that the pool takes. [wei]
        uint96 cap;
        /// The most that one operator gets whom nobody has vetted, and all of them together. [wei]
        uint96 unvettedOperatorCap;
        uint96 unvettedCap;
        /// Of the entities 1, 2 and so on that it begins with. [wei]
        uint96[] entityCaps;
        FirstOperator[] operators;
    }

    /// @dev What can be claimed of a request: finalised, and, once a wind-down has settled, the rest. [shares, wei]
    struct Claim {
        uint256 ready;
        uint256 readyAssets;
        uint256 late;
        uint256 lateAssets;
    }

    uint64 private constant _MAX_FEE = 0.1e18;
    /// @dev What operators and provers get of a fee: five tenths and one. The timelock gets the rest.
    uint256 private constant _EARNED_TENTHS = 6;
    /// @dev A key gets 32 ETH: 1 of the operator's, 31 of the pool's.
    uint256 private constant _OPERATOR_PART = 1 ether;
    uint256 private constant _POOL_PART = 31 ether;
    /// @dev This part of assets stays idle: 0.5 %.
    uint256 private constant _RESERVE_PART = 200;
    uint256 private constant _MIN_REQUEST = 0.01 ether;
    /// @dev Requests of one controller that one call pays.
    uint256 private constant _MAX_CLAIMS = 32;
    /// @dev How old the watermark may be for a deposit, new stake or a finalisation.
    uint256 private constant _FRESH = 36 hours;

    /// @inheritdoc IStakingPool
    address public immutable REGISTRY;
    IWETH private immutable _WETH;

    Books private _books;
    /// @inheritdoc IStakingPool
    uint64 public fee;
    uint96 private _cap;
    /// @inheritdoc IStakingPool
    bool public areDepositsStopped;
    FeeUnits.Pot private _fees;
    ExitQueue.Context private _queue;
    WindDown.Context private _windDown;
    /// @inheritdoc IStakingPool
    mapping(address controller => mapping(address operator => bool)) public isOperator;

    modifier onlyRegistry() {
        if (msg.sender != REGISTRY) revert NotRegistry(msg.sender);
        _;
    }

    constructor(
        Terms memory terms,
        IOperatorVault vaultImplementation
    ) ERC20(terms.name, terms.symbol) ERC20Permit(terms.name) Governed(terms.timelock) {
        _WETH = terms.weth;
        _setFee(terms.fee);
        _setCap(terms.cap);
        _books.settledAt = uint40(block.timestamp);
        REGISTRY = address(
            new OperatorRegistry(
                terms.timelock,
                vaultImplementation,
                terms.unvettedOperatorCap,
                terms.unvettedCap,
                terms.entityCaps,
                terms.operators
            )
        );
    }

    receive() external payable {
        if (msg.sender != address(_WETH)) revert EtherRefused(msg.sender);
    }

    // ---------------------------------------------------------------- deposits

    /// @inheritdoc IStakingPool
    function depositETH(address receiver) external payable nonReentrant returns (uint256 shares) {
        shares = _buyShares(msg.value, receiver);
    }

    /// @notice ERC-4626. Shares are rounded down. [wei → shares]
    function deposit(uint256 assets, address receiver) external nonReentrant returns (uint256 shares) {
        shares = _buyShares(assets, receiver);
        _takeWETH(assets);
    }

    /// @notice ERC-4626. Assets are rounded up. [shares → wei]
    function mint(uint256 shares, address receiver) external nonReentrant returns (uint256 assets) {
        Books memory books_ = _settle();
        assets = books_.toDeposit(totalSupply(), shares);
        _addDeposit(books_, assets, shares, receiver);
        _takeWETH(assets);
    }

    function _buyShares(uint256 assets, address receiver) private returns (uint256 shares) {
        Books memory books_ = _settle();
        shares = books_.toShares(totalSupply(), assets);
        _addDeposit(books_, assets, shares, receiver);
    }

    function _addDeposit(Books memory books_, uint256 assets, uint256 shares, address receiver) private {
        uint256 limit = _calcDepositLimit(books_, totalSupply());
        if (assets > limit) revert DepositAboveLimit(assets, limit);
        if (shares == 0) revert DepositTooSmall(assets);
        _books.idle = (books_.idle + assets).toUint128();
        _mint(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
    }

    /// @dev The wrapper calls nobody but us.
    function _takeWETH(uint256 assets) private {
        _WETH.safeTransferFrom(msg.sender, address(this), assets);
        _WETH.withdraw(assets);
    }

    // ---------------------------------------------------------------- requests

    /// @notice ERC-7540: puts `shares` of `owner` into the queue, for good. `controller` may claim what they bring.
    function requestRedeem(
        uint256 shares,
        address controller,
        address owner
    ) external nonReentrant returns (uint256 requestId) {
        if (controller == address(0)) revert ZeroAddress();
        if (shares == 0) revert ZeroShares();
        if (msg.sender != owner && !isOperator[owner][msg.sender]) _spendAllowance(owner, msg.sender, shares);
        _checkSize(shares, controller, owner);
        _transfer(owner, address(this), shares);
        requestId = _queue.push(controller, shares);
        emit RedeemRequest(controller, owner, requestId, msg.sender, shares);
    }

    /// @dev Whoever asks for all that it has, in its own name, can always leave. While the pool winds down nobody knows what
    /// shares are worth, so their first price counts.
    function _checkSize(uint256 shares, address controller, address owner) private view {
        if (controller == owner && shares == balanceOf(owner)) return;
        uint256 worth = _windDown.isBegun() ? shares / PoolBooks.VIRTUAL_SHARES : convertToAssets(shares);
        if (worth < _MIN_REQUEST) revert RequestTooSmall(worth, _MIN_REQUEST);
    }

    /// @inheritdoc IStakingPool
    function finalise() external nonReentrant returns (uint256 shares, uint256 assets) {
        _windDown.checkRunning();
        Books memory books_ = _settle();
        shares = _queue.waitingSinceBefore(_checkFresh());
        uint256 supply = totalSupply();
        assets = books_.toRedemption(supply, shares);
        if (assets > books_.idle) {
            shares = Math.mulDiv(shares, books_.idle, assets);
            assets = books_.toRedemption(supply, shares);
        }
        if (shares == 0) return (0, 0);
        uint256 from = _queue.finalisedShares();
        _queue.finalise(shares, assets);
        _books.idle = (books_.idle - assets).toUint128();
        _books.reserved = (books_.reserved + assets).toUint128();
        _burn(address(this), shares);
        emit Finalised(from, shares, assets);
    }

    // ---------------------------------------------------------------- claims

    /// @inheritdoc IStakingPool
    function claim(
        uint256 requestId,
        address receiver,
        address controller
    ) external nonReentrant returns (uint256 assets) {
        assets = _claim(requestId, receiver, controller);
        _payWETH(receiver, assets);
    }

    /// @inheritdoc IStakingPool
    function claimETH(
        uint256 requestId,
        address receiver,
        address controller
    ) external nonReentrant returns (uint256 assets) {
        assets = _claim(requestId, receiver, controller);
        Address.sendValue(payable(receiver), assets);
    }

    /// @notice ERC-7540: pays `shares` of what the controller may claim, oldest requests first.
    function redeem(
        uint256 shares,
        address receiver,
        address controller
    ) external nonReentrant returns (uint256 assets) {
        _checkClaimant(receiver, controller);
        uint256 left = shares;
        uint256[] memory ids = openRequests(controller);
        for (uint256 i = 0; i < ids.length && left != 0; ++i) {
            Claim memory claim_ = _see(ids[i]);
            uint256 part = Math.min(left, claim_.ready + claim_.late);
            if (part == 0) break;
            assets += _pay(ids[i], controller, claim_, part, _calcPayment(claim_, part));
            left -= part;
        }
        if (left != 0) revert RedemptionAboveLimit(shares, shares - left);
        emit Withdraw(msg.sender, receiver, controller, assets, shares);
        _payWETH(receiver, assets);
    }

    /// @notice ERC-7540: pays exactly `assets` of what the controller may claim, oldest requests first. Shares are rounded up.
    function withdraw(
        uint256 assets,
        address receiver,
        address controller
    ) external nonReentrant returns (uint256 shares) {
        _checkClaimant(receiver, controller);
        uint256 left = assets;
        uint256[] memory ids = openRequests(controller);
        for (uint256 i = 0; i < ids.length && left != 0; ++i) {
            Claim memory claim_ = _see(ids[i]);
            if (claim_.ready + claim_.late == 0) break;
            uint256 payment = Math.min(left, claim_.readyAssets + claim_.lateAssets);
            uint256 part = _calcShares(claim_, payment);
            shares += part;
            left -= _pay(ids[i], controller, claim_, part, payment);
        }
        if (left != 0) revert WithdrawalAboveLimit(assets, assets - left);
        emit Withdraw(msg.sender, receiver, controller, assets, shares);
        _payWETH(receiver, assets);
    }

    function _claim(uint256 requestId, address receiver, address controller) private returns (uint256 assets) {
        _checkClaimant(receiver, controller);
        _queue.checkOpen(requestId, controller);
        Claim memory claim_ = _see(requestId);
        uint256 shares = claim_.ready + claim_.late;
        if (shares == 0) return 0;
        assets = _pay(requestId, controller, claim_, shares, claim_.readyAssets + claim_.lateAssets);
        emit Withdraw(msg.sender, receiver, controller, assets, shares);
    }

    /// @dev What is claimable of a request.
    function _see(uint256 id) private view returns (Claim memory claim_) {
        (claim_.ready, claim_.late) = _queue.standing(id, _queue.finalisedShares());
        claim_.readyAssets = _queue.worthOf(id, claim_.ready);
        if (!_windDown.isSettled()) claim_.late = 0;
        else if (claim_.late != 0) claim_.lateAssets = _windDown.worthOf(claim_.late);
    }

    /// @dev Finalised shares first, at their rates; then, when a wind-down has settled, the others.
    function _pay(
        uint256 id,
        address controller,
        Claim memory claim_,
        uint256 shares,
        uint256 assets
    ) private returns (uint256) {
        uint256 late = Math.saturatingSub(shares, claim_.ready);
        uint256 lateAssets = late == 0 ? 0 : assets - claim_.readyAssets;
        _books.reserved -= uint128(assets - lateAssets);
        _queue.take(id, shares, assets - lateAssets);
        if (late != 0) {
            _windDown.surrender(controller, late, lateAssets);
            _burn(address(this), late);
        }
        return assets;
    }

    /// @dev What `shares` of what is claimable of a request get: the average of its rates, rounded down.
    function _calcPayment(Claim memory claim_, uint256 shares) private pure returns (uint256) {
        if (shares < claim_.ready) return Math.mulDiv(claim_.readyAssets, shares, claim_.ready);
        if (shares == claim_.ready) return claim_.readyAssets;
        return claim_.readyAssets + Math.mulDiv(claim_.lateAssets, shares - claim_.ready, claim_.late);
    }

    /// @dev The other way, rounded up; all shares for all assets.
    function _calcShares(Claim memory claim_, uint256 payment) private pure returns (uint256) {
        uint256 late = Math.saturatingSub(payment, claim_.readyAssets);
        if (late == claim_.lateAssets && payment >= claim_.readyAssets) return claim_.ready + claim_.late;
        if (late != 0) return claim_.ready + Math.mulDiv(late, claim_.late, claim_.lateAssets, Math.Rounding.Ceil);
        return Math.mulDiv(payment, claim_.ready, claim_.readyAssets, Math.Rounding.Ceil);
    }

    function _payWETH(address receiver, uint256 assets) private {
        if (assets == 0) return;
        _WETH.deposit{value: assets}();
        _WETH.safeTransfer(receiver, assets);
    }

    /// @notice ERC-7540: lets `operator` request and claim for the caller, or no longer.
    function setOperator(address operator, bool approved) external returns (bool) {
        isOperator[msg.sender][operator] = approved;
        emit OperatorSet(msg.sender, operator, approved);
        return true;
    }

    // ---------------------------------------------------------------- winding down

    /// @inheritdoc IStakingPool
    function armWindDown() external {
        uint256 mark = IOperatorRegistry(REGISTRY).watermark();
        _windDown.arm(mark, RageQuitWatch.mayBeRunning(TIMELOCK));
        emit WindDownArmed(mark);
    }

    /// @inheritdoc IStakingPool
    function beginWindDown() external nonReentrant {
        Books memory books_ = _settle();
        uint256 supply = totalSupply();
        _windDown.begin(IOperatorRegistry(REGISTRY).watermark(), supply, books_.idle);
        (_books.idle, _books.value, _books.carry, _books.due, _books.haircut) = (0, 0, 0, 0, 0);
        emit WindDownBegun(supply, books_.idle);
    }

    /// @inheritdoc IStakingPool
    function surrender(uint256 shares) external {
        _windDown.checkBegun();
        _burn(msg.sender, shares);
        _windDown.surrender(msg.sender, shares, 0);
        emit Surrendered(msg.sender, shares);
    }

    /// @inheritdoc IStakingPool
    function surrenderRequest(
        uint256 requestId,
        address receiver,
        address controller
    ) external nonReentrant returns (uint256 assets) {
        _windDown.checkBegun();
        assets = _claim(requestId, receiver, controller);
        if (_queue.isOpen(requestId, controller)) {
            (, uint256 shares) = _queue.standing(requestId, _queue.finalisedShares());
            _queue.take(requestId, shares, 0);
            _burn(address(this), shares);
            _windDown.surrender(controller, shares, 0);
            emit Surrendered(controller, shares);
        }
        _payWETH(receiver, assets);
    }

    /// @inheritdoc IStakingPool
    function collectWindDown(address holder) external nonReentrant returns (uint256 assets) {
        assets = _windDown.collect(holder);
        emit WindDownPaid(holder, assets);
        _payWETH(holder, assets);
    }

    // ---------------------------------------------------------------- governance

    /// @inheritdoc IStakingPool
    function setFee(uint256 newFee) external onlyGovernance {
        _setFee(newFee);
    }

    /// @inheritdoc IStakingPool
    function setCap(uint256 newCap) external onlyGovernance {
        _setCap(newCap);
    }

    /// @inheritdoc IStakingPool
    function stopDeposits() external onlyGovernance {
        areDepositsStopped = true;
        emit DepositsStopped();
    }

    /// @inheritdoc IStakingPool
    function resumeDeposits() external onlyGovernance {
        areDepositsStopped = false;
        emit DepositsResumed();
    }

    function _setFee(uint256 newFee) private {
        if (newFee > _MAX_FEE) revert FeeTooHigh(newFee, _MAX_FEE);
        emit FeeSet(fee, newFee);
        fee = uint64(newFee);
    }

    function _setCap(uint256 newCap) private {
        emit CapSet(_cap, newCap);
        _cap = newCap.toUint96();
    }

    // ---------------------------------------------------------------- registry and vaults

    /// @inheritdoc IStakingPool
    function stake(address vault, uint256 keys) external onlyRegistry nonReentrant returns (uint256 bond) {
        _windDown.checkRunning();
        _checkFresh();
        Books memory books_ = _settle();
        uint256 supply = totalSupply();
        uint256 assets = keys * _POOL_PART;
        uint256 needed = assets + books_.toRedemption(supply, _queue.waiting()) + books_.calcAssets() / _RESERVE_PART;
        if (books_.idle < needed) revert IdleTooLow(books_.idle, needed);
        uint256 value = books_.value + keys * (_POOL_PART + _OPERATOR_PART);
        if (value > _cap) revert StakeAboveCap(value, _cap);
        bond = books_.toShares(supply, keys * _OPERATOR_PART);
        _books.idle = (books_.idle - assets).toUint128();
        _books.value = value.toUint128();
        _mint(REGISTRY, bond);
        emit Staked(vault, assets, bond);
        Address.sendValue(payable(vault), assets);
    }

    /// @inheritdoc IStakingPool
    function book(
        int256 change,
        uint256 due,
        uint256 bond
    ) external onlyRegistry returns (uint256 burned, uint256 units) {
        _windDown.checkRunning();
        Books memory books_ = books();
        if (change >= 0) {
            uint256 gain = uint256(change);
            if (due != 0) units = _fees.add(books_.due, due);
            books_.addGain(gain, due);
            emit GainBooked(gain, due);
        } else {
            uint256 loss = uint256(-change);
            burned = books_.takeLoss(totalSupply(), loss, bond);
            if (burned != 0) _burn(REGISTRY, burned);
            emit LossBooked(loss, burned);
        }
        _store(books_);
    }

    /// @inheritdoc IStakingPool
    function replaceHaircut(uint256 oldPart, uint256 newPart) external onlyRegistry {
        uint256 oldHaircut = _books.haircut;
        uint256 newHaircut = oldHaircut + newPart - oldPart;
        _books.haircut = newHaircut.toUint128();
        emit HaircutSet(oldHaircut, newHaircut);
    }

    /// @inheritdoc IStakingPool
    function collect() external payable {
        if (!IOperatorRegistry(REGISTRY).isVault(msg.sender)) revert NotVault(msg.sender);
        if (_windDown.isBegun()) {
            _windDown.receiveAssets(msg.value);
        } else {
            _books.idle += msg.value.toUint128();
            _books.value -= uint128(msg.value);
        }
        emit Collected(msg.sender, msg.value);
    }

    /// @inheritdoc IStakingPool
    function settle() external nonReentrant {
        if (!_windDown.isBegun()) _settle();
    }

    /// @dev Lets in the gain of the time since the last call, and mints its fee.
    function _settle() private returns (Books memory books_) {
        books_ = books();
        uint256 feeShares = books_.settle(totalSupply(), block.timestamp);
        if (feeShares != 0) {
            uint256 earned = (feeShares * _EARNED_TENTHS) / 10;
            _fees.pay(earned);
            _mint(REGISTRY, earned);
            _mint(address(TIMELOCK), feeShares - earned);
            emit FeeCharged(feeShares, earned);
        }
        _store(books_);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IERC165
    /// @dev ERC-7540's operators and its asynchronous redemption, ERC-7575, the votable supply.
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(IVotableSupply).interfaceId ||
            interfaceId == 0xe3bc4e65 ||
            interfaceId == 0x2f0a18c5 ||
            interfaceId == 0x620ee8e4;
    }

    function asset() external view returns (address) {
        return address(_WETH);
    }

    function share() external view returns (address) {
        return address(this);
    }

    /// @notice Three more than the asset's.
    function decimals() public pure override(ERC20, IERC20Metadata) returns (uint8) {
        return 21;
    }

    /// @notice What all shares are worth, gains of the time since the last call let in. [wei]
    function totalAssets() external view returns (uint256) {
        (Books memory books_, ) = _calcSettled();
        return books_.calcAssets();
    }

    /// @notice At the price of redemptions without the haircut for slashed keys. Rounded down.
    function convertToAssets(uint256 shares) public view returns (uint256) {
        (Books memory books_, uint256 supply) = _calcSettled();
        books_.haircut = 0;
        return books_.toRedemption(supply, shares);
    }

    /// @notice The other way, rounded down.
    function convertToShares(uint256 assets) external view returns (uint256) {
        (Books memory books_, uint256 supply) = _calcSettled();
        return Math.mulDiv(assets, supply + PoolBooks.VIRTUAL_SHARES, books_.calcAssets() + PoolBooks.VIRTUAL_ASSETS);
    }

    /// @notice 0 while deposits are stopped, proofs are old, shares have lost nearly all their worth, or the pool is winding
    /// down.
    function maxDeposit(address) external view returns (uint256) {
        (Books memory books_, uint256 supply) = _calcSettled();
        return _calcDepositLimit(books_, supply);
    }

    function maxMint(address) external view returns (uint256) {
        (Books memory books_, uint256 supply) = _calcSettled();
        return books_.toShares(supply, _calcDepositLimit(books_, supply));
    }

    function previewDeposit(uint256 assets) external view returns (uint256) {
        (Books memory books_, uint256 supply) = _calcSettled();
        return books_.toShares(supply, assets);
    }

    function previewMint(uint256 shares) external view returns (uint256) {
        (Books memory books_, uint256 supply) = _calcSettled();
        return books_.toDeposit(supply, shares);
    }

    /// @notice Always reverts, as ERC-7540 demands.
    function previewRedeem(uint256) external pure returns (uint256) {
        revert NoPreview();
    }

    /// @notice Always reverts, as ERC-7540 demands.
    function previewWithdraw(uint256) external pure returns (uint256) {
        revert NoPreview();
    }

    /// @notice What one call pays. [shares]
    function maxRedeem(address controller) external view returns (uint256 shares) {
        uint256[] memory ids = openRequests(controller);
        uint256 end = _claimableEnd();
        for (uint256 i = 0; i < ids.length; ++i) {
            (uint256 part, ) = _queue.standing(ids[i], end);
            shares += part;
        }
    }

    /// @notice What one call pays. [wei]
    function maxWithdraw(address controller) external view returns (uint256 assets) {
        uint256[] memory ids = openRequests(controller);
        for (uint256 i = 0; i < ids.length; ++i) {
            Claim memory claim_ = _see(ids[i]);
            assets += claim_.readyAssets + claim_.lateAssets;
        }
    }

    /// @notice ERC-7540. [shares]
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares) {
        if (_queue.isOpen(requestId, controller)) (, shares) = _queue.standing(requestId, _claimableEnd());
    }

    /// @notice ERC-7540. [shares]
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares) {
        if (_queue.isOpen(requestId, controller)) (shares, ) = _queue.standing(requestId, _claimableEnd());
    }

    /// @inheritdoc IVotableSupply
    /// @dev Shares in the queue are here, bonds with the registry, the treasury's with the timelock.
    function votableSupply() external view returns (uint256) {
        return totalSupply() - balanceOf(address(this)) - balanceOf(REGISTRY) - balanceOf(address(TIMELOCK));
    }

    /// @inheritdoc IStakingPool
    function cap() external view returns (uint256) {
        return _cap;
    }

    /// @inheritdoc IStakingPool
    function books() public view returns (Books memory) {
        return _books;
    }

    /// @inheritdoc IStakingPool
    function isFresh() public view returns (bool) {
        return block.timestamp < IOperatorRegistry(REGISTRY).watermark() + _FRESH;
    }

    /// @inheritdoc IStakingPool
    function calcRedemption(uint256 shares) public view returns (uint256) {
        (Books memory books_, uint256 supply) = _calcSettled();
        return books_.toRedemption(supply, shares);
    }

    /// @inheritdoc IStakingPool
    function waiting() external view returns (uint256 shares, uint256 assets, uint256 oldest) {
        shares = _queue.waiting();
        return (shares, calcRedemption(shares), _queue.oldestWaiting());
    }

    /// @inheritdoc IStakingPool
    function requestCount() external view returns (uint256) {
        return _queue.requests.length;
    }

    /// @inheritdoc IStakingPool
    function openRequests(address controller) public view returns (uint256[] memory ids) {
        ids = new uint256[](_MAX_CLAIMS);
        uint256 count = 0;
        for (uint256 id = _queue.lines[controller].first; id != 0 && count < _MAX_CLAIMS; id = _queue.open[id].next) {
            ids[count++] = id;
        }
        assembly ("memory-safe") {
            mstore(ids, count)
        }
    }

    /// @inheritdoc IStakingPool
    function isWindingDown() external view returns (bool) {
        return _windDown.isBegun();
    }

    /// @inheritdoc IStakingPool
    function isWindDownSettled() external view returns (bool) {
        return _windDown.isSettled();
    }

    /// @inheritdoc IStakingPool
    function windDown() external view returns (uint256, uint256, uint256, uint256, uint256) {
        WindDown.Context storage context = _windDown;
        return (context.armedAt, context.startedAt, context.lastArrival, context.supply, context.received);
    }

    /// @inheritdoc IStakingPool
    function windDownOf(address holder) external view returns (uint256 shares, uint256 paid, uint256 due) {
        WindDown.Holder memory entry = _windDown.holders[holder];
        return (entry.shares, entry.paid, _windDown.dueTo(holder));
    }

    /// @inheritdoc IStakingPool
    function feeRound() external view returns (uint256) {
        return _fees.round;
    }

    /// @inheritdoc IStakingPool
    function feePaidPerUnit(uint256 round) external view returns (uint256) {
        return _fees.paidPerUnit[round];
    }

    // ---------------------------------------------------------------- private

    function _store(Books memory books_) private {
        if (_fees.isSpent(books_.due)) {
            _fees.endRound();
            books_.due = 0;
        }
        _books = books_;
    }

    /// @dev What {_settle} would give now.
    function _calcSettled() private view returns (Books memory books_, uint256 supply) {
        books_ = books();
        supply = totalSupply();
        if (_windDown.isBegun()) return (books_, supply);
        supply += books_.settle(supply, block.timestamp);
        if (_fees.isSpent(books_.due)) books_.due = 0;
    }

    function _calcDepositLimit(Books memory books_, uint256 supply) private view returns (uint256) {
        if (areDepositsStopped || _windDown.isBegun() || books_.isCollapsed(supply) || !isFresh()) return 0;
        return Math.saturatingSub(_cap, uint256(books_.idle) + books_.value);
    }

    /// @dev Up to where the line is claimable: all of it when a wind-down has settled. [shares]
    function _claimableEnd() private view returns (uint256) {
        return _windDown.isSettled() ? type(uint256).max : _queue.finalisedShares();
    }

    /// @dev Who leaves or enters does so by what was shown after the news could be known.
    function _checkFresh() private view returns (uint256 watermark) {
        watermark = IOperatorRegistry(REGISTRY).watermark();
        if (block.timestamp >= watermark + _FRESH) revert ProofsTooOld(watermark, block.timestamp - _FRESH);
    }

    function _checkClaimant(address receiver, address controller) private view {
        if (receiver == address(0)) revert ZeroAddress();
        if (msg.sender != controller && !isOperator[controller][msg.sender]) {
            revert NotController(msg.sender, controller);
        }
    }
}
