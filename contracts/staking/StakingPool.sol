// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IWETH} from "../interfaces/external/IWETH.sol";
import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IOperatorVault} from "../interfaces/IOperatorVault.sol";
import {IStakingPool} from "../interfaces/IStakingPool.sol";
import {Books, FirstOperator} from "../types/Staking.sol";
import {Governed} from "./Governed.sol";
import {OperatorRegistry} from "./OperatorRegistry.sol";
import {ExitQueue} from "./pool/ExitQueue.sol";
import {FeeUnits} from "./pool/FeeUnits.sol";
import {PoolBooks} from "./pool/PoolBooks.sol";
import {PoolClaims} from "./pool/PoolClaims.sol";
import {PoolReader} from "./pool/PoolReader.sol";
import {WindDown} from "./pool/WindDown.sol";
import {RageQuitWatch} from "./RageQuitWatch.sol";

/// @title StakingPool
/// @notice Shares of stakers, and what all operators hold together. The walk of an ETH:
///
///     deposit → idle → stake (a vault, 31 ETH a key) → collect → idle → finalise → reserved → claim
///
/// @dev ETH is held as ETH, and counted by the pool's own books: what it is given by force is nobody's. It makes its
/// registry, so that each knows the other and nobody had to introduce them.
contract StakingPool is PoolClaims {
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

    uint64 private constant _MAX_FEE = 0.1e18;
    /// @dev What operators and provers get of a fee: five tenths and one. The timelock gets the rest.
    uint256 private constant _EARNED_TENTHS = 6;
    /// @dev A key gets 32 ETH: 1 of the operator's, 31 of the pool's.
    uint256 private constant _OPERATOR_PART = 1 ether;
    uint256 private constant _POOL_PART = 31 ether;
    /// @dev This part of assets stays idle: 0.5 %.
    uint256 private constant _RESERVE_PART = 200;

    modifier onlyRegistry() {
        if (msg.sender != REGISTRY) revert NotRegistry(msg.sender);
        _;
    }

    constructor(
        Terms memory terms,
        IOperatorVault vaultImplementation
    )
        ERC20(terms.name, terms.symbol)
        ERC20Permit(terms.name)
        Governed(terms.timelock)
        PoolReader(
            terms.weth,
            address(
                new OperatorRegistry(
                    terms.timelock,
                    vaultImplementation,
                    terms.unvettedOperatorCap,
                    terms.unvettedCap,
                    terms.entityCaps,
                    terms.operators
                )
            )
        )
    {
        _setFee(terms.fee);
        _setCap(terms.cap);
        _books.settledAt = uint40(block.timestamp);
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

    // ---------------------------------------------------------------- finalisation, winding down

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
    function _settle() internal returns (Books memory books_) {
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

    function _store(Books memory books_) private {
        if (_fees.isSpent(books_.due)) {
            _fees.endRound();
            books_.due = 0;
        }
        _books = books_;
    }

    /// @dev Who leaves or enters does so by what was shown after the news could be known.
    function _checkFresh() private view returns (uint256 watermark) {
        watermark = IOperatorRegistry(REGISTRY).watermark();
        if (block.timestamp >= watermark + _FRESH) revert ProofsTooOld(watermark, block.timestamp - _FRESH);
    }
}
