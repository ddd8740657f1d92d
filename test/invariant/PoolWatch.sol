// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IOperatorRegistry} from "../../contracts/interfaces/IOperatorRegistry.sol";
import {Books, ExitStanding, OperatorStatus} from "../../contracts/types/Staking.sol";
import {PoolWorld} from "../solidity/PoolWorld.sol";

/// What must hold of a pool after every step, and how allocation and exits must have been ordered.
abstract contract PoolWatch is PoolWorld {
    /// What a call may round away of what somebody is due while a pool winds down. [wei]
    uint256 private constant ROUNDING = 4;
    uint256 internal constant KEY = 32 ether;
    uint256 internal constant MANY_SHARES = 1e24;

    /// What stakers were paid for good, and were paid and could claim after the step before. [wei]
    mapping(address staker => uint256) internal paid;
    mapping(address staker => uint256) private _right;
    /// Forced upon the pool. [wei]
    uint256 internal gifts;

    // ---------------------------------------------------------------- always

    function _checkAll() internal {
        _checkBooks();
        _checkShares();
        for (uint256 i = 0; i < stakers.length; ++i) _checkRight(stakers[i]);
    }

    /// The pool has what it says, and counts what there is: no ETH twice, none lost.
    function _checkBooks() private view {
        Books memory books = pool.books();
        uint256 held = uint256(books.idle) + books.reserved + gifts;
        if (pool.isWindingDown()) {
            (, , , , uint256 received) = pool.windDown();
            assertEq(address(pool).balance, held + received - _paidInWindDown(), "the pool holds what has arrived");
            return;
        }
        assertEq(address(pool).balance, held, "the pool holds what is idle and reserved");
        uint256 staked = 0;
        for (uint256 i = 0; i < OPERATORS; ++i) {
            uint256 one = registry.getOperator(i + 1).staked;
            assertEq(int256(one) + runners[i].unseen, int256(_realOf(i)), "an operator's ETH is counted once");
            staked += one;
        }
        assertEq(books.value, staked, "pool and registry count the same");
        uint256 assets = uint256(books.idle) + books.value;
        assertLe(books.carry, assets, "what is carried is there");
        assertLe(pool.calcRedemption(pool.totalSupply()), assets, "shares are worth no more than what is there");
    }

    function _paidInWindDown() private view returns (uint256 sum) {
        for (uint256 i = 0; i < stakers.length; ++i) sum += _paidTo(stakers[i]);
        for (uint256 i = 0; i < OPERATORS; ++i) sum += _paidTo(runners[i].owner);
        sum += _paidTo(timelock) + _paidTo(SEEDER);
    }

    function _paidTo(address holder) private view returns (uint256 amount) {
        (, amount, ) = pool.windDownOf(holder);
    }

    /// Every share is somebody's; those that bear losses are with the registry, those that wait with the pool.
    function _checkShares() private view {
        uint256 held = pool.balanceOf(address(registry)) + pool.balanceOf(address(pool)) + pool.balanceOf(timelock);
        for (uint256 i = 0; i < stakers.length; ++i) held += pool.balanceOf(stakers[i]);
        uint256 owed = 0;
        for (uint256 i = 0; i < OPERATORS; ++i) {
            held += pool.balanceOf(runners[i].owner);
            IOperatorRegistry.OperatorView memory operator = registry.getOperator(i + 1);
            owed += operator.bond + operator.released;
        }
        assertEq(held, pool.totalSupply(), "every share is somebody's");
        assertLe(owed, pool.balanceOf(address(registry)), "the registry holds the bonds that it owes");
        (uint256 waiting, , ) = pool.waiting();
        if (!pool.isWindingDown()) assertEq(pool.balanceOf(address(pool)), waiting, "the queue holds what waits");
    }

    /// What is finalised is fixed: nobody is due less than before.
    function _checkRight(address staker) private {
        (, , uint256 due) = pool.windDownOf(staker);
        uint256 right = paid[staker] + pool.maxWithdraw(staker) + due;
        uint256 rounding = pool.isWindingDown() ? ROUNDING : 0;
        assertGe(right + rounding, _right[staker], "a staker is due less than before");
        _right[staker] = right;
    }

    /// What is claimable is covered, and first come is first served.
    function _checkQueue() internal view {
        uint256 claimable = 0;
        for (uint256 i = 0; i < stakers.length; ++i) claimable += pool.maxWithdraw(stakers[i]);
        if (!pool.isWindDownSettled()) assertLe(claimable, pool.books().reserved, "what is claimable is reserved");
        bool isWaiting = false;
        for (uint256 id = 1; id <= pool.requestCount(); ++id) {
            for (uint256 i = 0; i < stakers.length; ++i) {
                if (isWaiting) {
                    assertEq(pool.claimableRedeemRequest(id, stakers[i]), 0, "a later request is paid before");
                }
            }
            for (uint256 i = 0; i < stakers.length; ++i) {
                if (pool.pendingRedeemRequest(id, stakers[i]) != 0) isWaiting = true;
            }
        }
    }

    // ---------------------------------------------------------------- allocation

    /// Whether some other operator was to be activated before `runner` got `keys`: looked at before it does.
    function _isOthersTurn(uint256 runner, uint256 keys) internal view returns (bool) {
        uint256 staked = registry.getOperator(runner + 1).staked + (keys - 1) * KEY;
        for (uint256 i = 0; i < OPERATORS; ++i) {
            IOperatorRegistry.OperatorView memory other = registry.getOperator(i + 1);
            bool isReady = other.readyUntil > block.timestamp && other.isPlaced;
            if (i != runner && isReady && other.staked < staked && _hasRoom(other, KEY)) return true;
        }
        return false;
    }

    function _hasRoom(IOperatorRegistry.OperatorView memory operator, uint256 added) internal view returns (bool) {
        (, uint256 staked, uint256 cap) = registry.getEntity(operator.entity);
        bool isRetired = operator.status == OperatorStatus.Retired;
        return !isRetired && operator.staked + added <= operator.cap && staked + added <= cap;
    }

    // ---------------------------------------------------------------- exits

    /// Whether some other operator's keys were to exit before the last that is asked of `runner`. [wei]
    function _leavesEarlier(uint256 runner, uint256 asked) internal view returns (bool) {
        uint256[] memory staying = new uint256[](OPERATORS);
        for (uint256 i = 0; i < OPERATORS; ++i) {
            uint256 leaving = _leavingOf(i) + (i == runner ? asked : 0);
            uint256 staked = registry.getOperator(i + 1).staked;
            staying[i] = staked - _min(staked, leaving);
        }
        bool isExcess = _isExcess(runner, staying);
        for (uint256 i = 0; i < OPERATORS; ++i) {
            if (i == runner || !registry.getOperator(i + 1).isPlaced || !_canExit(i)) continue;
            if (_isExcess(i, staying) != isExcess) {
                if (!isExcess) return true;
            } else if (staying[i] > staying[runner]) return true;
        }
        return false;
    }

    /// Retired, or above a cap by what stays.
    function _isExcess(uint256 runner, uint256[] memory staying) private view returns (bool) {
        IOperatorRegistry.OperatorView memory operator = registry.getOperator(runner + 1);
        uint256 together = 0;
        for (uint256 i = 0; i < OPERATORS; ++i) {
            if (registry.getOperator(i + 1).entity == operator.entity) together += staying[i];
        }
        (, , uint256 cap) = registry.getEntity(operator.entity);
        return operator.status == OperatorStatus.Retired || staying[runner] > operator.cap || together > cap;
    }

    function _canExit(uint256 runner) private view returns (bool) {
        ExitStanding memory standing = registry.exitStanding(runner + 1);
        return standing.ready > (block.timestamp < standing.requestedUntil ? standing.asked : 0);
    }

    /// [wei]
    function _leavingOf(uint256 runner) internal view returns (uint256) {
        ExitStanding memory standing = registry.exitStanding(runner + 1);
        uint256 requested = block.timestamp < standing.requestedUntil ? standing.requested : 0;
        return (uint256(standing.exiting) + requested) * 1 gwei;
    }

    function _min(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }
}
