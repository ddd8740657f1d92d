// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IWETH} from "../../contracts/interfaces/external/IWETH.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {Draw} from "../solidity/Draw.sol";
import {PoolWatch} from "./PoolWatch.sol";

/// What stakers, operators and provers do to a pool, and what must come of it.
abstract contract PoolMoves is PoolWatch {
    using Draw for Draw.Urn;

    /// What a campaign must have met.
    enum Met {
        Activation,
        ActivationInCheckpoint,
        Refusal,
        OthersTurn,
        Loss,
        Slashing,
        ForcedExit,
        PartOfRequest,
        Payment,
        Withdrawal,
        Power,
        RefusedPower,
        WindDown,
        Settled
    }

    Draw.Urn internal _urn;
    uint256[14] public met;

    function _draw(uint256 choices) internal returns (uint256 choice) {
        Draw.Urn memory urn = _urn;
        choice = urn.number(0, choices * 1000 - 1) % choices;
        _urn = urn;
    }

    // ---------------------------------------------------------------- stakers

    function _deposit(address staker) internal {
        uint256 assets = _min(1 gwei + _draw(64) * 1 ether + _draw(1000), pool.maxDeposit(staker));
        uint256 shares = pool.previewDeposit(assets);
        if (shares == 0) return;
        uint256 held = pool.balanceOf(staker);
        _give(staker, assets);
        vm.startPrank(staker);
        if (_draw(2) == 0) {
            pool.depositETH{value: assets}(staker);
        } else {
            IWETH(pool.asset()).deposit{value: assets}();
            IWETH(pool.asset()).approve(address(pool), assets);
            pool.deposit(assets, staker);
        }
        vm.stopPrank();
        assertEq(pool.balanceOf(staker), held + shares, "previewDeposit");
    }

    function _request(address staker) internal {
        uint256 held = pool.balanceOf(staker);
        if (held == 0 || pool.openRequests(staker).length >= 30) return;
        uint256 shares = held / (1 + _draw(3));
        uint256 worth = pool.isWindingDown() ? shares / 1000 : pool.convertToAssets(shares);
        if (worth < 0.01 ether) shares = held;
        vm.prank(staker);
        pool.requestRedeem(shares, staker, staker);
    }

    function _finalise() internal {
        if (!pool.isFresh()) return;
        uint256 idle = pool.books().idle;
        (uint256 shares, uint256 assets) = pool.finalise();
        assertLe(assets, idle, "more is promised than is there");
        (uint256 waiting, , uint256 oldest) = pool.waiting();
        if (shares != 0 && waiting != 0 && oldest < registry.watermark()) ++met[uint256(Met.PartOfRequest)];
    }

    function _claim(address staker) internal {
        uint256 most = pool.maxRedeem(staker);
        if (most == 0) return;
        uint256[] memory ids = pool.openRequests(staker);
        uint256 expected = pool.maxWithdraw(staker);
        uint256 assets;
        vm.startPrank(staker);
        uint256 kind = _draw(4);
        if (kind == 0) {
            assets = pool.redeem(most, staker, staker);
            assertEq(assets, expected, "maxWithdraw");
        } else if (kind == 1) {
            assets = pool.redeem(1 + (most - 1) / 2, staker, staker);
        } else if (kind == 2) {
            assets = expected / 2;
            pool.withdraw(assets, staker, staker);
        } else {
            assets = pool.claimETH(ids[0], staker, staker);
        }
        vm.stopPrank();
        paid[staker] += assets;
        if (assets != 0) ++met[uint256(Met.Payment)];
    }

    // ---------------------------------------------------------------- operators

    function _announce(uint256 runner) internal {
        try runners[runner].vault.announce(1 + _draw(2)) {} catch {}
    }

    function _activate(uint256 runner) internal {
        uint256 keys = 1 + _draw(2);
        if (keysOf[runner].length + keys > MOST_KEYS) return;
        if (_draw(2) == 0) _announce(_draw(OPERATORS));
        bool isOthersTurn = _isOthersTurn(runner, keys);
        try runners[runner].vault.activate(keys, payable(address(this))) {
            assertFalse(isOthersTurn, "an operator with less stake was to go first");
            for (uint256 i = 0; i < keys; ++i) keysOf[runner].push().balance = GWEI_PER_KEY;
            assertTrue(_hasRoom(registry.getOperator(runner + 1), 0), "a deposit above a cap");
            assertLe(pool.books().value, pool.cap(), "a deposit above the pool's cap");
            ++met[uint256(Met.Activation)];
        } catch {
            ++met[uint256(isOthersTurn ? Met.OthersTurn : Met.Refusal)];
        }
    }

    /// @return found Whether the operator has a key that is not withdrawn, drawn at random.
    function _someKey(uint256 runner) private returns (bool found, Key storage key) {
        Key[] storage keys = keysOf[runner];
        uint256 count = keys.length;
        key = keys[count == 0 ? 0 : _draw(count)];
        found = count != 0 && !key.isPaid;
    }

    function _earn(uint256 runner) internal {
        if (keysOf[runner].length == 0) return;
        (bool found, Key storage key) = _someKey(runner);
        if (!found) return;
        uint256 gain = _draw(100) * 5e6;
        key.balance += uint64(gain);
        runners[runner].unseen += int256(gain * 1 gwei);
    }

    function _lose(uint256 runner, Key storage key, uint256 loss) private {
        key.balance -= uint64(loss);
        runners[runner].unseen -= int256(loss * 1 gwei);
    }

    function _penalise(uint256 runner) internal {
        if (keysOf[runner].length == 0) return;
        (bool found, Key storage key) = _someKey(runner);
        if (found) _lose(runner, key, (key.balance * [uint256(1), 10, 100, 600][_draw(4)]) / 1000);
    }

    function _slash(uint256 runner) internal {
        if (keysOf[runner].length == 0) return;
        (bool found, Key storage key) = _someKey(runner);
        if (!found || key.isSlashed) return;
        key.isSlashed = true;
        _lose(runner, key, key.balance / 20);
        Runner storage one = runners[runner];
        uint256 part = (uint256(key.balance) * 1 gwei) / 10;
        if (one.vault.startedAt() != 0) one.haircut += part;
        one.vault.setHaircut(one.vault.haircut() + part);
        one.vault.tell(_standingOf(runner));
        ++met[uint256(Met.Slashing)];
    }

    function _exit(uint256 runner) internal {
        if (keysOf[runner].length == 0) return;
        (bool found, Key storage key) = _someKey(runner);
        if (!found || key.isExiting || key.isSlashed) return;
        (key.isExiting, key.leaving) = (true, uint56(key.balance));
        runners[runner].vault.tell(_standingOf(runner));
    }

    function _withdraw(uint256 runner) internal {
        for (uint256 i = 0; i < keysOf[runner].length; ++i) {
            Key storage key = keysOf[runner][i];
            if (!key.isPaid && (key.isExiting || key.isSlashed || key.isAsked)) _withdrawKey(runner, key);
        }
    }

    function _withdrawKey(uint256 runner, Key storage key) internal {
        _give(address(runners[runner].vault), uint256(key.balance) * 1 gwei);
        (key.balance, key.isPaid) = (0, true);
        ++met[uint256(Met.Withdrawal)];
    }

    /// Somebody wants to leave, perhaps in a rage quit: what is idle is paid, and keys are made to exit for the rest.
    function _forceAll() internal {
        if (_draw(2) == 0) gate.setState(GovernanceState.RageQuit);
        _request(stakers[_draw(stakers.length)]);
        _finalise();
        for (uint256 i = 0; i < OPERATORS; ++i) _force(i);
    }

    /// Makes one or more keys exit, if the pool lets anybody.
    function _force(uint256 runner) private {
        Runner storage one = runners[runner];
        bool isOver = block.timestamp >= one.askedUntil;
        uint256 wanted = 1 + _draw(3);
        uint256 sum = 0;
        uint256 last = 0;
        uint256 chosen = 0;
        for (uint256 i = 0; i < keysOf[runner].length && wanted != 0; ++i) {
            Key memory key = keysOf[runner][i];
            if (key.isExiting || key.isSlashed || key.isPaid || (key.isAsked && !isOver)) continue;
            (sum, last, wanted) = (sum + key.balance, key.balance, wanted - 1);
            chosen |= 1 << i;
        }
        if (chosen == 0) return;
        uint256 demand = registry.exitDemand();
        bool isOthersTurn = _leavesEarlier(runner, (sum - last) * 1 gwei);
        try one.vault.checkForcedExit(sum, last) {
            assertFalse(isOthersTurn, "keys of others were to exit first");
            assertLt((sum - last) * 1 gwei, demand, "more was made to exit than was asked for, and one validator");
            _ask(runner, chosen, isOver);
            assertEq(
                registry.exitDemand(),
                demand - _min(demand, sum * 1 gwei),
                "what is asked to exit is asked for no more"
            );
            ++met[uint256(Met.ForcedExit)];
        } catch {}
    }

    function _ask(uint256 runner, uint256 chosen, bool isOver) private {
        Runner storage one = runners[runner];
        for (uint256 i = 0; i < keysOf[runner].length; ++i) {
            Key storage key = keysOf[runner][i];
            if (isOver) key.isAsked = false;
            if ((chosen >> i) & 1 == 1) (key.isAsked, key.leaving) = (true, uint56(key.balance));
        }
        one.askedUntil = uint40(block.timestamp + 3 days);
        one.vault.tell(_standingOf(runner));
    }

    // ---------------------------------------------------------------- provers

    /// Keys that are activated after the start are no part of the checkpoint, and are not lost by it.
    function _startAndActivate(uint256 runner) internal {
        _start(runner);
        if (_draw(2) == 0) _activate(runner);
    }

    /// @return mayLose Whether a loss may have been shown.
    function _end(uint256 runner) internal returns (bool mayLose) {
        if (runners[runner].vault.startedAt() == 0) return false;
        mayLose = runners[runner].seen < 0;
        if (mayLose) ++met[uint256(Met.Loss)];
        if (runners[runner].vault.added() != 0) ++met[uint256(Met.ActivationInCheckpoint)];
        _finish(runner);
    }

    /// Everybody is checked; what runs is brought to its end, or started anew.
    function _round() internal returns (bool mayLose) {
        for (uint256 i = 0; i < OPERATORS; ++i) {
            if (runners[i].vault.startedAt() == 0 || _draw(3) == 0) _start(i);
            if (_end(i)) mayLose = true;
        }
        if (_draw(2) == 0) _finalise();
    }
}
