// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IWETH} from "../../interfaces/external/IWETH.sol";
import {IStakingPool} from "../../interfaces/IStakingPool.sol";
import {ExitQueue} from "./ExitQueue.sol";
import {PoolBooks} from "./PoolBooks.sol";
import {PoolReader} from "./PoolReader.sol";
import {WindDown} from "./WindDown.sol";

/// @title PoolClaims
/// @notice How shares leave: into the queue, and out of it as ETH; or, while the pool winds down, for a part of what arrives.
abstract contract PoolClaims is PoolReader, ReentrancyGuardTransient {
    using ExitQueue for ExitQueue.Context;
    using SafeERC20 for IWETH;
    using WindDown for WindDown.Context;

    uint256 private constant _MIN_REQUEST = 0.01 ether;

    // ---------------------------------------------------------------- requests

    /// @notice ERC-7540: lets `operator` request and claim for the caller, or no longer.
    function setOperator(address operator, bool approved) external returns (bool) {
        isOperator[msg.sender][operator] = approved;
        emit OperatorSet(msg.sender, operator, approved);
        return true;
    }

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

    // ---------------------------------------------------------------- winding down

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

    // ---------------------------------------------------------------- private

    function _claim(uint256 requestId, address receiver, address controller) private returns (uint256 assets) {
        _checkClaimant(receiver, controller);
        _queue.checkOpen(requestId, controller);
        Claim memory claim_ = _see(requestId);
        uint256 shares = claim_.ready + claim_.late;
        if (shares == 0) return 0;
        assets = _pay(requestId, controller, claim_, shares, claim_.readyAssets + claim_.lateAssets);
        emit Withdraw(msg.sender, receiver, controller, assets, shares);
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

    function _checkClaimant(address receiver, address controller) private view {
        if (receiver == address(0)) revert ZeroAddress();
        if (msg.sender != controller && !isOperator[controller][msg.sender]) {
            revert NotController(msg.sender, controller);
        }
    }
}
