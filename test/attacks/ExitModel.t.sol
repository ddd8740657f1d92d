// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {SwitchingVaultMock} from "../../contracts/mocks/vaults/SwitchingVaultMock.sol";
import {ExitEnd} from "../../contracts/types/ExitEnd.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {SupplyRecord} from "../../contracts/types/Machine.sol";
import {ExitWorld} from "../solidity/ExitWorld.sol";

/// Named attacks on one rage quit of 60 % of the supply: two stakers and an insider. Each says why the exit ended, after
/// how many days, and what part of it was paid; a keeper comes by once a day.
contract ExitModelTest is ExitWorld {
    uint256 private constant UNIT = 64e8;

    address private _anna = address(0xa11ce);
    address private _ben = address(0xb0b);
    address private _insider = address(0x1d5);
    address private _outsider = address(0x0d5);

    address private _vessel;
    uint256 private _total;
    uint256 private _part;
    uint256 private _startedAt;
    /// When the extension started. [days after the closing]
    uint256 private _endedOn;
    uint256 private _supply;
    uint256 private _delay;

    function _scene() private {
        _scene(false, SwitchingVaultMock.Stage.Fulfilment, false);
    }

    function _scene(bool isSync, SwitchingVaultMock.Stage burnAt, bool reports) private {
        delete users;
        users = [_anna, _ben, _insider, _outsider];
        _deployWorld(reports);
        vault.setBurnAt(burnAt);
        _set(isSync ? SwitchingVaultMock.Rule.RedeemsAtOnce : SwitchingVaultMock.Rule.TakesRequests, true);
        vault.mint(_anna, 3 * UNIT);
        vault.mint(_ben, 2 * UNIT);
        vault.mint(_insider, UNIT);
        vault.mint(_outsider, 4 * UNIT);
        _supply = vault.totalSupply();
        _deployGate();
        fair[1] = fair[2] = 0;
        roundings = 0;
        for (uint256 i = 0; i < 3; ++i) assertTrue(_lock(users[i], vault.balanceOf(users[i])), "not locked");
        vm.warp(block.timestamp + 45 days + 1);
        assertEq(uint8(gate.poke()), uint8(GovernanceState.RageQuit), "no rage quit");
        _look(1);
    }

    function _look(uint256 epoch) private {
        _vessel = escrow.vesselAt(epoch, 0);
        _total = escrow.getEpoch(epoch).totalShares;
        _part = _total / PARTS;
        _startedAt = block.timestamp;
    }

    // ---------------------------------------------------------------- a vault that does not let go

    function test_INV_5_a_vault_that_never_settles_holds_governance_for_a_year() public {
        _scene();
        _play(_watchesStall);
        _expect(ExitEnd.ClockRanOut, 366, 0);
    }

    function _watchesStall(uint256 day) private view {
        if (day > 1) assertEq(escrow.isExitStalled(), day > 120, "P-b: stalled after 120 days");
        if (day > 1 && day < 300) assertEq(gate.isDeadlocked(), day > 120, "P-b: a deadlock after 120 days");
    }

    function test_INV_5_taking_the_shares_on_the_last_day_before_a_call_off_wins_no_more_than_a_year() public {
        _scene();
        _play(_opensOnTheLastDay);
        _expect(ExitEnd.ClockRanOut, 366, 0);
    }

    function _opensOnTheLastDay(uint256 day) private {
        _set(SwitchingVaultMock.Rule.IsClosed, day < 119);
    }

    function test_INV_5_handing_back_on_the_last_day_and_taking_again_ends_within_two_years() public {
        _scene();
        _play(_opensAndHandsBack);
        _expect(ExitEnd.ClockRanOut, 377, 0);
    }

    function _opensAndHandsBack(uint256 day) private {
        bool isClosed = day < 119 || (day >= 364 && (day - 364) % 14 < 13);
        _set(SwitchingVaultMock.Rule.IsClosed, isClosed);
        if (day >= 364 && isClosed) vault.cancel(_vessel, _total, true);
    }

    function test_INV_5_a_payment_of_a_64th_every_119_days_ends_after_two_years() public {
        _scene();
        _play(_drips);
        _expect(ExitEnd.ClockRanOut, 731, 9);
    }

    function _drips(uint256 day) private {
        if (day > 0 && day % 119 == 0) vault.fulfil(_vessel, _part);
    }

    function test_INV_5_a_vault_that_pays_a_64th_at_a_time_and_hands_back_at_the_end_ends_after_two_years() public {
        _scene();
        _play(_dripsAndHandsBack);
        _expect(ExitEnd.CalledOff, 731, 9);
    }

    function _dripsAndHandsBack(uint256 day) private {
        if (day > 0 && day % 119 == 0 && day < 720) vault.fulfil(_vessel, _part);
        _set(SwitchingVaultMock.Rule.IsClosed, day >= 729 && (day - 729) % 14 < 13);
        if (day >= 729) vault.cancel(_vessel, _total, true);
    }

    function test_INV_5_requests_given_to_the_vessel_buy_time_for_the_shares_they_cost() public {
        _scene();
        _play(_givesRequests);
        _expect(ExitEnd.ClockRanOut, 731, 10);
    }

    function _givesRequests(uint256 day) private {
        if (day % 119 != 0) return;
        vm.prank(_outsider);
        vault.requestRedeem(_part, _vessel, _outsider);
        vault.fulfil(_vessel, _part);
    }

    function test_INV_5_a_vault_that_takes_other_than_it_was_asked_gets_nothing() public {
        _scene();
        _set(SwitchingVaultMock.Rule.TakesLess, true);
        _play(_waits);
        _expect(ExitEnd.CalledOff, 121, 0);
        assertEq(escrow.getEpoch(1).sharesGiven, _total, "given back");
    }

    function test_INV_5_a_vault_that_takes_less_than_a_64th_at_a_time_is_not_asked_for_what_is_left() public {
        _scene();
        vault.setCap(_part / 2);
        _play(_waits);
        _expect(ExitEnd.CalledOff, 121, 0);
        assertEq(escrow.getEpoch(1).sharesGiven, _total, "given back");
    }

    // ---------------------------------------------------------------- an honest vault, a hostile insider

    function test_INV_5_an_insider_who_begins_first_cannot_keep_the_rest_from_leaving() public {
        _scene();
        _set(SwitchingVaultMock.Rule.OnePerController, true);
        _begin(1, _vessel);
        _play(_settlesMonthly);
        _expect(ExitEnd.Redeemed, 30, 100);
    }

    function test_INV_5_nor_where_a_controller_may_have_many_requests() public {
        _scene();
        _begin(1, _vessel);
        _keep();
        _play(_settlesMonthly);
        _expect(ExitEnd.Redeemed, 30, 100);
    }

    function _settlesMonthly(uint256 day) private {
        if (day == 0 || day % 30 != 0) return;
        vault.fulfil(_vessel, _total);
        _claim(1, _vessel);
        _begin(1, _vessel);
    }

    function test_INV_5_dust_in_all_numbered_vessels_costs_one_settlement() public {
        _scene();
        _set(SwitchingVaultMock.Rule.OnePerController, true);
        vault.setDoor(SwitchingVaultMock.Door.Listed);
        for (uint256 i = 0; i < 4; ++i) {
            address vessel = escrow.vesselAt(1, i);
            vault.setListed(vessel);
            vm.prank(_outsider);
            vault.requestRedeem(1, vessel, _outsider);
        }
        _play(_settlesAllNumbered);
        _expect(ExitEnd.Redeemed, 60, 100);
    }

    function _settlesAllNumbered(uint256 day) private {
        if (day == 0 || day % 30 != 0) return;
        for (uint256 i = 0; i < 4; ++i) vault.fulfil(escrow.vesselAt(1, i), _total);
    }

    function test_INV_5_a_cap_for_one_request_is_paid_in_turns() public {
        _scene();
        _set(SwitchingVaultMock.Rule.OnePerController, true);
        vault.setDoor(SwitchingVaultMock.Door.Listed);
        vault.setListed(_vessel);
        vault.setCap(_total / 4 + 1);
        _keep();
        _play(_settlesQuarterly);
        _expect(ExitEnd.Redeemed, 450, 100);
    }

    function _settlesQuarterly(uint256 day) private {
        if (day == 0 || day % 90 != 0) return;
        vault.fulfil(_vessel, _total);
        _claim(1, _vessel);
        _begin(1, _vessel);
    }

    function test_INV_5_a_cap_with_many_requests_is_no_delay() public {
        _scene();
        vault.setCap(_total / 4 + 1);
        _keep();
        _play(_settlesAllQuarterly);
        _expect(ExitEnd.Redeemed, 90, 100);
    }

    function _settlesAllQuarterly(uint256 day) private {
        if (day == 0 || day % 90 != 0) return;
        address[] memory used = escrow.vesselsOf(1);
        for (uint256 i = 0; i < used.length; ++i) vault.fulfil(used[i], _total);
    }

    function test_INV_5_drying_the_market_in_the_block_of_the_beginning_takes_nothing() public {
        _scene(true, SwitchingVaultMock.Stage.Fulfilment, false);
        _set(SwitchingVaultMock.Rule.IsDry, true);
        assertFalse(_begin(1, _vessel), "redeemed at a loss");
        _set(SwitchingVaultMock.Rule.IsDry, false);
        _play(_waits);
        _expect(ExitEnd.Redeemed, 0, 100);
    }

    function test_INV_5_shares_given_to_the_vessel_restart_no_cooldown() public {
        _scene();
        _set(SwitchingVaultMock.Rule.RestartsCooldown, true);
        _keep();
        _play(_givesAShareAndCools);
        _expect(ExitEnd.Redeemed, 30, 100);
    }

    function _givesAShareAndCools(uint256 day) private {
        if (day % 20 == 0) _give(_vessel, 1);
        if (block.timestamp >= vault.requestOf(_vessel).askedAt + 30 days) vault.fulfil(_vessel, _total);
    }

    function test_INV_5_a_slow_market_pays_everything_in_the_end() public {
        _scene(true, SwitchingVaultMock.Stage.Fulfilment, false);
        _play(_freesAThirtySecond, _poke);
        _expect(ExitEnd.Redeemed, 465, 100);
    }

    function _freesAThirtySecond(uint256 day) private {
        _set(SwitchingVaultMock.Rule.IsClosed, day % 15 != 0);
        vault.setLiquidity(_total / 32 + 1);
        if (day % 15 == 0) _begin(1, _vessel);
    }

    function test_INV_5_returned_dust_turns_no_clock_back() public {
        _scene(true, SwitchingVaultMock.Stage.Fulfilment, false);
        vault.setLiquidity(_part + 10);
        _begin(1, _vessel);
        _set(SwitchingVaultMock.Rule.IsClosed, true);
        _play(_givesAShare);
        _expect(ExitEnd.CalledOff, 121, 1);
    }

    function _givesAShare(uint256 day) private {
        if (day % 13 == 0) _give(_vessel, 1);
    }

    // ---------------------------------------------------------------- views that lie

    function test_INV_5_saying_that_nothing_is_left_frees_nobody_who_was_not_paid() public {
        _scene();
        _play(_deniesEverything);
        _expect(ExitEnd.ClockRanOut, 366, 0);
    }

    function _deniesEverything(uint256 day) private {
        if (day > 0) vault.setLie(SwitchingVaultMock.Lie.Down);
    }

    function test_INV_5_one_false_reading_is_no_word() public {
        _scene();
        _play(_deniesForADay);
        _expect(ExitEnd.ClockRanOut, 368, 50);
    }

    function _deniesForADay(uint256 day) private {
        if (day == 2) vault.fulfil(_vessel, _total / 2);
        vault.setLie(day == 5 ? SwitchingVaultMock.Lie.Down : SwitchingVaultMock.Lie.None);
    }

    function test_INV_5_a_price_of_zero_at_the_beginning_delays_no_word() public {
        _scene();
        _set(SwitchingVaultMock.Rule.IsPriceless, true);
        _keep();
        _set(SwitchingVaultMock.Rule.IsPriceless, false);
        _play(_paysInTheVesselsName);
        _expect(ExitEnd.VaultsWord, 11, 100);
    }

    function _paysInTheVesselsName(uint256 day) private {
        if (day != 3) return;
        vault.fulfil(_vessel, _total);
        vault.payOut(_vessel);
    }

    function test_INV_5_half_paid_and_the_rest_hidden_frees_governance_by_a_word() public {
        _scene();
        _play(_paysHalfAndHides);
        _expect(ExitEnd.VaultsWord, 11, 50);
        // What was hidden still arrives when the box opens.
        _set(SwitchingVaultMock.Rule.IsPaused, false);
        _keep();
        assertEq(escrow.getEpoch(1).sharesGiven, _total - _total / 2, "what comes back later is given back");
        _check();
    }

    function _paysHalfAndHides(uint256 day) private {
        if (day == 2) vault.fulfil(_vessel, _total / 2);
        if (day != 3) return;
        vault.cancel(_vessel, _total, false);
        _set(SwitchingVaultMock.Rule.IsPaused, true);
    }

    // ---------------------------------------------------------------- ledgers and supply

    function test_INV_5_an_epoch_that_begins_after_a_claw_back_takes_none_of_the_running_ones() public {
        _scene(true, SwitchingVaultMock.Stage.Fulfilment, false);
        vault.setLiquidity(1e8);
        assertTrue(_lock(_outsider, vault.balanceOf(_outsider)), "not locked");
        _clawBack(vault.balanceOf(address(escrow)) / 10);
        for (uint256 i = 0; i < 500; ++i) _begin(1, _vessel);
        _keep();
        _check();
        uint256 kept = (vault.balanceOf(address(escrow)) * 1000) / escrow.lockedShares();
        assertGe(kept, 900, "the leaving epoch ate the running one");
        assertLe(kept, 920, "the running epoch ate the leaving one");
    }

    function test_SUP_8_a_call_off_while_the_supply_is_silent_leaves_no_lever() public {
        _scene();
        _set(SwitchingVaultMock.Rule.IsClosed, true);
        _keep();
        vault.setLie(SwitchingVaultMock.Lie.Fails);
        _play(_waits);
        _expect(ExitEnd.CalledOff, 121, 0);
        gate.poke();
        (, SupplyRecord memory record) = gate.persisted();
        assertEq(record.lowest, _supply, "lowest recorded supply");
        assertEq(record.last, _supply, "last recorded supply");
    }

    function test_SUP_8_half_pending_and_half_refused_is_recorded_as_the_truth() public {
        _scene();
        _keep();
        _set(SwitchingVaultMock.Rule.IsClosed, true);
        vault.cancel(_vessel, _total / 2, true);
        _play(_waits);
        _expect(ExitEnd.ClockRanOut, 366, 0);
        gate.poke();
        (, SupplyRecord memory record) = gate.persisted();
        assertEq(record.lowest, _trueVotable(), "recorded supply");
    }

    /// The supply in use is never below the truth, and above it by no more than what a burn at the claim leaves in it.
    function test_SUP_8_a_poke_between_any_two_steps_of_an_exit_meets_the_truth() public {
        uint256[6] memory most = [uint256(0), 0, 12, 0, 50, 0];
        for (uint256 i = 0; i < 6; ++i) {
            _scene(false, SwitchingVaultMock.Stage(i / 2), i % 2 == 1);
            uint256 highest;
            for (uint256 step = 0; step < 9; ++step) {
                _stepOfAnExit(step);
                gate.poke();
                _check();
                (bool answered, uint256 told) = escrow.votableSupply();
                uint256 truth = _trueVotable();
                assertTrue(answered, "silent");
                assertGe(told, truth, "below the truth");
                if (told - truth > highest) highest = told - truth;
            }
            assertEq((highest * 100) / _total, most[i], "above the truth, percent of the epoch");
        }
    }

    function _stepOfAnExit(uint256 step) private {
        if (step == 0 || step == 6) _begin(1, _vessel);
        else if (step == 1) vault.fulfil(_vessel, _total / 2);
        else if (step == 2 || step == 5) _claim(1, _vessel);
        else if (step == 3) vault.cancel(_vessel, _total / 4, true);
        else if (step == 4) vault.cancel(_vessel, _total / 8, false);
        else if (step == 7) vault.fulfil(_vessel, _total);
        else vault.payOut(_vessel);
    }

    function test_INV_5_shares_moved_out_of_a_called_off_exit_are_paid_once() public {
        _scene();
        _set(SwitchingVaultMock.Rule.IsClosed, true);
        _play(_waits);
        for (uint256 i = 0; i < 3; ++i) {
            assertTrue(_moveShares(1, users[i]), "not moved");
            assertFalse(_moveShares(1, users[i]), "moved twice");
        }
        _check();
        assertEq(escrow.lockedShares(), _total, "moved");
        // A rage quit that was called off leaves more time than the ordinary extension.
        vm.warp(block.timestamp + 14 days);
        assertEq(uint8(gate.poke()), uint8(GovernanceState.RageQuit), "over too early");
        vm.warp(block.timestamp + 1);
        assertEq(uint8(gate.poke()), uint8(GovernanceState.VetoSignalling), "they object again");
        vm.warp(block.timestamp + 45 days + 1);
        assertEq(uint8(gate.poke()), uint8(GovernanceState.RageQuit), "they leave again");
        assertEq(escrow.getEpoch(2).totalShares, _total, "with the same shares");
        _set(SwitchingVaultMock.Rule.IsClosed, false);
        _look(2);
        _keep();
        vault.fulfil(_vessel, _total);
        _keep();
        _check();
        assertEq(uint8(escrow.getEpoch(2).end), uint8(ExitEnd.Redeemed), "not redeemed");
        for (uint256 i = 0; i < 3; ++i) assertFalse(_takeShares(1, users[i]), "paid twice");
    }

    // ---------------------------------------------------------------- private

    function _play(function(uint256) internal each) private {
        _play(each, _keep);
    }

    /// A day at a time until the extension starts.
    function _play(function(uint256) internal each, function() internal keeper) private {
        for (uint256 day = 0; day < 5 * 365; ++day) {
            each(day);
            keeper();
            _check();
            if (_hasEnded(1)) {
                _endedOn = day;
                return;
            }
            vm.warp(block.timestamp + 1 days);
        }
        assertTrue(false, "P-b: no end");
    }

    function _waits(uint256) private {}

    function _poke() private {
        gate.poke();
    }

    function _expect(ExitEnd end, uint256 day, uint256 percent) private view {
        IVetoEscrow.EpochView memory closed = escrow.getEpoch(1);
        assertEq(uint8(closed.end), uint8(end), "why it ended");
        assertEq(_endedOn, day, "after how many days");
        assertEq((closed.assetsReceived * 100) / vault.worth(_total), percent, "what was paid");
    }

    function _set(SwitchingVaultMock.Rule rule, bool isOn) private {
        vault.setRule(rule, isOn);
    }

    function _give(address vessel, uint256 shares) private {
        vm.prank(_outsider);
        vault.transfer(vessel, shares);
        givenTo[vessel] += shares;
    }
}
