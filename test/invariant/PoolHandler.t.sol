// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IGoverned} from "../../contracts/interfaces/IGoverned.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {Draw} from "../solidity/Draw.sol";
import {PoolMoves} from "./PoolMoves.sol";

/// Histories of a pool: stakers who come and go, operators who get keys, earn, lose and are slashed, provers who come late,
/// gifts, a DAO that uses its powers, keys that are made to exit, and proofs that stop. After every step the properties hold.
contract PoolHandler is PoolMoves {
    constructor() {
        _deployPool();
        // The first shares are nobody's who leaves.
        _give(SEEDER, 121 ether);
        vm.startPrank(SEEDER);
        pool.depositETH{value: 1 ether}(timelock);
        pool.depositETH{value: 120 ether}(stakers[0]);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- the campaign's verb

    function step(uint256 seed) external {
        _urn = Draw.Urn(seed);
        if (_draw(4) == 1) _pass();
        uint256 price = pool.convertToAssets(MANY_SHARES);
        bool mayLose = pool.isWindingDown() ? _leave() : _live();
        if (!mayLose && !pool.isWindingDown()) {
            assertGe(pool.convertToAssets(MANY_SHARES), price, "a share lost value without a loss");
        }
        _checkAll();
        if (_draw(4) == 0) _checkQueue();
    }

    function _pass() private {
        uint256[6] memory times = [uint256(1 hours), 6 hours, 8 days, 12 hours, 3 days, 1 days];
        vm.warp(block.timestamp + times[_draw(6)] * (pool.isWindingDown() ? 8 : 1));
    }

    /// @return mayLose Whether shares may be worth less afterwards.
    function _live() private returns (bool mayLose) {
        uint256 kind = _draw(30);
        uint256 runner = _draw(OPERATORS);
        address staker = stakers[_draw(stakers.length)];
        if (kind < 4) _deposit(staker);
        else if (kind < 6) _request(staker);
        else if (kind < 8) _claim(staker);
        else if (kind < 12) _activate(runner);
        else if (kind == 12) _announce(runner);
        else if (kind < 15) _earn(runner);
        else if (kind == 15) _penalise(runner);
        else if (kind == 16) _slash(runner);
        else if (kind == 17) _exit(runner);
        else if (kind == 18) _withdraw(runner);
        else if (kind == 19) _forceAll();
        else if (kind < 22) _startAndActivate(runner);
        else if (kind == 22) return _end(runner);
        else if (kind < 26) return _round();
        else if (kind == 26) _donate(runner);
        else if (kind == 27) gate.setState(GovernanceState(_draw(5)));
        else if (kind == 28 && _draw(6) == 1) _windDown();
        else if (kind == 28) _forceAll();
        else _govern(runner);
        return false;
    }

    // ---------------------------------------------------------------- others

    function _donate(uint256 runner) private {
        uint256 amount = 1 + _draw(3) * 1 ether;
        if (_draw(2) == 0) {
            gifts += amount;
            _give(address(pool), amount);
        } else {
            runners[runner].unseen += int256(amount);
            _give(address(runners[runner].vault), amount);
        }
    }

    /// Any power but in RageQuit, and none that changes what anybody is due.
    function _govern(uint256 runner) private {
        uint256 price = pool.convertToAssets(MANY_SHARES);
        (uint256 waiting, , ) = pool.waiting();
        bool isRageQuit = gate.effectiveState() == GovernanceState.RageQuit;
        (address target, bytes memory data) = _power(runner);
        vm.prank(timelock);
        (bool success, bytes memory answer) = target.call(data);
        if (isRageQuit) {
            assertFalse(success, "a power was used in RageQuit");
            assertEq(bytes32(answer), bytes32(IGoverned.RageQuitRunning.selector), "refused for another reason");
            ++met[uint256(Met.RefusedPower)];
        } else if (success) ++met[uint256(Met.Power)];
        (uint256 waitingAfter, , ) = pool.waiting();
        assertEq(pool.convertToAssets(MANY_SHARES), price, "a power changed the price");
        assertEq(waitingAfter, waiting, "a power changed the queue");
    }

    function _power(uint256 runner) private returns (address target, bytes memory data) {
        uint256 kind = _draw(12);
        uint96 cap = uint96((1 + _draw(6)) * 32 ether);
        target = kind < 4 || kind > 10 ? address(pool) : address(registry);
        if (kind == 0) data = abi.encodeCall(pool.setFee, (_draw(11) * 0.01e18));
        else if (kind == 1) data = abi.encodeCall(pool.setCap, (uint256(cap) * 4));
        else if (kind == 2) data = abi.encodeCall(pool.stopDeposits, ());
        else if (kind == 4 || kind == 5) data = abi.encodeCall(registry.setOperatorCap, (runner + 1, cap));
        else if (kind == 6 || kind == 7) data = abi.encodeCall(registry.setEntityCap, (_draw(3), cap));
        else if (kind == 8) data = abi.encodeCall(registry.setUnvettedOperatorCap, (cap));
        else if (kind == 9) data = abi.encodeCall(registry.vet, (runner + 1, _draw(3), cap));
        else if (kind == 10 && _draw(3) == 0) data = abi.encodeCall(registry.retire, (runner + 1));
        else if (kind == 10) data = abi.encodeCall(registry.mergeEntities, (1 + _draw(2), 1 + _draw(2)));
        else data = abi.encodeCall(pool.resumeDeposits, ());
    }

    // ---------------------------------------------------------------- when proofs stop

    function _windDown() private {
        vm.warp(block.timestamp + 31 days);
        // Where nobody has keys there is nothing to prove, and no wind-down.
        if (registry.watermark() == block.timestamp) return;
        pool.armWindDown();
        vm.warp(block.timestamp + 7 days);
        pool.beginWindDown();
        ++met[uint256(Met.WindDown)];
    }

    function _leave() private returns (bool) {
        uint256 kind = _draw(10);
        uint256 runner = _draw(OPERATORS);
        address staker = stakers[_draw(stakers.length)];
        if (kind < 3) _drain(runner);
        else if (kind == 3) _request(staker);
        else if (kind < 6) _claim(staker);
        else if (kind == 6) _surrender(staker, pool.balanceOf(staker) / (1 + _draw(2)));
        else if (kind == 7) _surrenderRequest(staker);
        else if (kind == 8) _collect(staker);
        else gate.setState(GovernanceState(_draw(5)));
        if (pool.isWindDownSettled()) ++met[uint256(Met.Settled)];
        return true;
    }

    /// All keys are withdrawn, and what the vault has is sent to the pool.
    function _drain(uint256 runner) private {
        for (uint256 i = 0; i < keysOf[runner].length; ++i) {
            Key storage key = keysOf[runner][i];
            if (!key.isPaid) _withdrawKey(runner, key);
        }
        runners[runner].vault.sweep();
    }

    function _surrender(address holder, uint256 shares) private {
        if (shares == 0) return;
        vm.prank(holder);
        pool.surrender(shares);
    }

    function _surrenderRequest(address staker) private {
        uint256[] memory ids = pool.openRequests(staker);
        if (ids.length == 0) return;
        vm.prank(staker);
        paid[staker] += pool.surrenderRequest(ids[0], staker, staker);
    }

    /// What a holder is paid stays what it was due.
    function _collect(address holder) private {
        paid[holder] += pool.collectWindDown(holder);
    }

    // ---------------------------------------------------------------- the end

    /// Everybody leaves, in whatever way is left: all are paid, and nothing but dust stays.
    function settle() external {
        gate.setState(GovernanceState.Normal);
        if (pool.isWindingDown()) _settleWindDown();
        else _settleQueue();
        _checkAll();
    }

    function _settleWindDown() private {
        for (uint256 i = 0; i < OPERATORS; ++i) _drain(i);
        vm.warp(block.timestamp + 301 days);
        for (uint256 i = 0; i < OPERATORS; ++i) {
            registry.releaseBond(i + 1);
            registry.collect(i + 1);
            _surrender(runners[i].owner, pool.balanceOf(runners[i].owner));
            pool.collectWindDown(runners[i].owner);
        }
        _surrender(timelock, pool.balanceOf(timelock));
        pool.collectWindDown(timelock);
        for (uint256 i = 0; i < stakers.length; ++i) {
            _surrender(stakers[i], pool.balanceOf(stakers[i]));
            _redeemAll(stakers[i]);
            _collect(stakers[i]);
        }
        _checkEmpty();
    }

    function _settleQueue() private {
        for (uint256 i = 0; i < OPERATORS; ++i) {
            for (uint256 j = 0; j < keysOf[i].length; ++j) {
                Key storage key = keysOf[i][j];
                if (!key.isPaid) _withdrawKey(i, key);
            }
            _check(i);
            vm.prank(runners[i].owner);
            registry.releaseFees(i + 1);
            registry.collect(i + 1);
        }
        for (uint256 i = 0; i < stakers.length; ++i) _requestAll(stakers[i]);
        for (uint256 i = 0; i < OPERATORS; ++i) _requestAll(runners[i].owner);
        _requestAll(timelock);
        vm.warp(block.timestamp + 1);
        pool.finalise();
        (uint256 waiting, , ) = pool.waiting();
        assertEq(waiting, 0, "somebody waits for ever");
        for (uint256 i = 0; i < stakers.length; ++i) _redeemAll(stakers[i]);
        for (uint256 i = 0; i < OPERATORS; ++i) _redeemAll(runners[i].owner);
        _redeemAll(timelock);
        _checkEmpty();
    }

    function _requestAll(address holder) private {
        uint256 shares = pool.balanceOf(holder);
        if (shares == 0) return;
        vm.prank(holder);
        pool.requestRedeem(shares, holder, holder);
    }

    function _redeemAll(address holder) private {
        uint256 most = pool.maxRedeem(holder);
        if (most == 0) return;
        vm.prank(holder);
        paid[holder] += pool.redeem(most, holder, holder);
    }

    /// A wei for each payment that was rounded down; nothing is reserved for anybody.
    function _checkEmpty() private view {
        assertLe(pool.books().reserved, pool.requestCount() + 100, "something is reserved for nobody");
    }
}
