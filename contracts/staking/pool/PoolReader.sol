// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IWETH} from "../../interfaces/external/IWETH.sol";
import {IOperatorRegistry} from "../../interfaces/IOperatorRegistry.sol";
import {IStakingPool} from "../../interfaces/IStakingPool.sol";
import {IVotableSupply} from "../../interfaces/IVotableSupply.sol";
import {Books} from "../../types/Staking.sol";
import {Governed} from "../Governed.sol";
import {ExitQueue} from "./ExitQueue.sol";
import {FeeUnits} from "./FeeUnits.sol";
import {PoolBooks} from "./PoolBooks.sol";
import {WindDown} from "./WindDown.sol";

/// @title PoolReader
/// @notice What the pool holds, and what shares of it are worth.
abstract contract PoolReader is IStakingPool, Governed, ERC20Permit {
    using ExitQueue for ExitQueue.Context;
    using FeeUnits for FeeUnits.Pot;
    using PoolBooks for Books;
    using WindDown for WindDown.Context;

    /// @dev What can be claimed of a request: finalised, and, once a wind-down has settled, the rest. [shares, wei]
    struct Claim {
        uint256 ready;
        uint256 readyAssets;
        uint256 late;
        uint256 lateAssets;
    }

    /// @dev Requests of one controller that one call pays. To tell of them takes half of what a vessel grants a view: three
    /// slots each may get twice as dear.
    uint256 private constant _MAX_CLAIMS = 16;
    /// @dev How old the watermark may be for a deposit, new stake or a finalisation.
    uint256 internal constant _FRESH = 36 hours;

    /// @inheritdoc IStakingPool
    address public immutable REGISTRY;
    IWETH internal immutable _WETH;

    Books internal _books;
    /// @inheritdoc IStakingPool
    uint64 public fee;
    uint96 internal _cap;
    /// @inheritdoc IStakingPool
    bool public areDepositsStopped;
    FeeUnits.Pot internal _fees;
    ExitQueue.Context internal _queue;
    WindDown.Context internal _windDown;
    /// @inheritdoc IStakingPool
    mapping(address controller => mapping(address operator => bool)) public isOperator;

    constructor(IWETH weth, address registry) {
        _WETH = weth;
        REGISTRY = registry;
    }

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

    // ---------------------------------------------------------------- shares

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

    /// @inheritdoc IVotableSupply
    /// @dev Shares in the queue are here, bonds with the registry, the treasury's with the timelock.
    function votableSupply() external view returns (uint256) {
        return totalSupply() - balanceOf(address(this)) - balanceOf(REGISTRY) - balanceOf(address(TIMELOCK));
    }

    /// @inheritdoc IStakingPool
    function books() public view returns (Books memory) {
        return _books;
    }

    /// @inheritdoc IStakingPool
    function cap() external view returns (uint256) {
        return _cap;
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

    // ---------------------------------------------------------------- requests

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

    // ---------------------------------------------------------------- winding down, fees

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

    /// @dev What {_settle} would give now.
    function _calcSettled() private view returns (Books memory books_, uint256 supply) {
        books_ = books();
        supply = totalSupply();
        if (_windDown.isBegun()) return (books_, supply);
        supply += books_.settle(supply, block.timestamp);
        if (_fees.isSpent(books_.due)) books_.due = 0;
    }

    function _calcDepositLimit(Books memory books_, uint256 supply) internal view returns (uint256) {
        if (areDepositsStopped || _windDown.isBegun() || books_.isCollapsed(supply) || !isFresh()) return 0;
        return Math.saturatingSub(_cap, uint256(books_.idle) + books_.value);
    }

    /// @dev Up to where the line is claimable: all of it when a wind-down has settled. [shares]
    function _claimableEnd() private view returns (uint256) {
        return _windDown.isSettled() ? type(uint256).max : _queue.finalisedShares();
    }

    /// @dev What is claimable of a request.
    function _see(uint256 id) internal view returns (Claim memory claim_) {
        (claim_.ready, claim_.late) = _queue.standing(id, _queue.finalisedShares());
        claim_.readyAssets = _queue.worthOf(id, claim_.ready);
        if (!_windDown.isSettled()) claim_.late = 0;
        else if (claim_.late != 0) claim_.lateAssets = _windDown.worthOf(claim_.late);
    }
}
