// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {SwitchingVaultMock} from "../../contracts/mocks/vaults/SwitchingVaultMock.sol";
import {ExitEnd} from "../../contracts/types/ExitEnd.sol";
import {Draw} from "../solidity/Draw.sol";
import {ExitWorld} from "../solidity/ExitWorld.sol";

/// Histories of rage quits: a vault drawn at random that changes its mind while they run, strangers, stakers, a griefer
/// who gives, an insider who begins first, and a keeper who comes by now and then. After every step the properties hold.
contract ExitHandler is ExitWorld {
    using Draw for Draw.Urn;

    /// Of what an honest vault takes to settle. [seconds]
    uint256 internal delay;
    bool internal isHonest;
    bool internal curatorClaims;
    bool private _isDrawn;
    /// What is listed: the numbered vessels.
    uint256 private _listedEpochs;
    Draw.Urn internal urn;

    /// Steps that met each end of an exit; the campaign must have seen some.
    uint256[5] public ends;

    // ---------------------------------------------------------------- the campaign's verb

    /// Time passes, the vault changes or settles, a stranger does something, the keeper comes by.
    function step(uint256 seed) external {
        if (!_isDrawn) _drawWorld(seed);
        urn = Draw.Urn(seed);
        _wait();
        if (isHonest) _settle();
        else if (_draw(2) == 0) _vaultMoves();
        if (_draw(10) < 7) _strangerMoves();
        if (isHonest || _draw(4) > 0) _keep();
        _check();
        if (isHonest) _checkHonest();
    }

    /// The vault stops lying, the keeper comes by every ten days until every exit has ended, and everybody takes what is
    /// due: nothing but dust stays behind.
    function settle() external {
        if (!_isDrawn) return;
        vault.setLie(SwitchingVaultMock.Lie.None);
        vault.setRule(SwitchingVaultMock.Rule.IsPaused, false);
        uint256 last = escrow.runningEpoch() - 1;
        for (uint256 i = 0; i < 80 && last > 0 && !_hasEnded(last); ++i) {
            vm.warp(block.timestamp + 10 days);
            _keep();
            _check();
        }
        vm.warp(block.timestamp + 200 days);
        last = escrow.runningEpoch() - 1;
        for (uint256 epoch = 1; epoch <= last; ++epoch) {
            if (_hasEnded(epoch)) _payAll(epoch);
        }
    }

    // ---------------------------------------------------------------- the world

    function _drawWorld(uint256 seed) internal virtual {
        _isDrawn = true;
        Draw.Urn memory drawn = Draw.Urn(seed);
        for (uint160 i = 1; i <= 7; ++i) users.push(address(0x1000 + i));
        _deployWorld(drawn.chance(4));
        vault.setBurnAt(SwitchingVaultMock.Stage(drawn.number(0, 299) % 3));
        bool isAsync = !drawn.chance(4);
        _set(SwitchingVaultMock.Rule.TakesRequests, isAsync);
        _set(SwitchingVaultMock.Rule.RedeemsAtOnce, !isAsync || drawn.chance(3));
        _set(SwitchingVaultMock.Rule.OnePerController, drawn.chance(3));
        _set(SwitchingVaultMock.Rule.PaysOnRequest, drawn.chance(3));
        curatorClaims = drawn.chance(3);
        if (drawn.chance(3)) vault.setLiquidity(1e10);
        if (!isHonest) vault.setDoor(SwitchingVaultMock.Door((drawn.number(0, 499) % 5) / 2));
        delay = [uint256(0), 3 days, 30 days][drawn.number(0, 299) % 3];
        uint256[3] memory riches = [uint256(1e10), 1e11, 5e11];
        for (uint256 i = 0; i < users.length; ++i) vault.mint(users[i], riches[drawn.number(0, 299) % 3]);
        _deployGate();
        if (drawn.chance(4)) return;
        // Most histories begin with a rage quit.
        for (uint256 i = 0; i < 5; ++i) _lock(users[i], vault.balanceOf(users[i]) / (1 + (drawn.number(0, 299) % 3)));
        vm.warp(block.timestamp + 45 days + 1);
        gate.poke();
        _check();
    }

    function _wait() private {
        uint256[9] memory any = [uint256(0), 0, 1 hours, 6 hours, 1 days, 2 days, 5 days, 13 days, 30 days];
        vm.warp(block.timestamp + (isHonest ? any[1 + _draw(5)] : any[_draw(9)]));
        _listNumbered();
    }

    // ---------------------------------------------------------------- the vault

    function _vaultMoves() private {
        uint256 kind = _draw(20);
        address someone = _someController();
        if (kind == 0) _set(SwitchingVaultMock.Rule.IsClosed, !vault.isOn(SwitchingVaultMock.Rule.IsClosed));
        else if (kind == 1) _set(SwitchingVaultMock.Rule.IsPaused, _draw(10) < 3);
        else if (kind == 2) vault.setLie(SwitchingVaultMock.Lie(_draw(4) == 0 ? 1 + _draw(3) : 0));
        else if (kind == 3) _set(SwitchingVaultMock.Rule.IsPriceless, _draw(5) == 0);
        else if (kind == 4) _set(SwitchingVaultMock.Rule.IsDry, _draw(10) < 3);
        else if (kind == 5) _set(SwitchingVaultMock.Rule.TakesLess, _draw(10) == 0);
        else if (kind == 6) vault.setDoor(SwitchingVaultMock.Door([uint256(0), 0, 1, 2][_draw(4)]));
        else if (kind < 9) vault.setPrice((vault.price() * [uint256(50), 90, 99, 100, 101, 102][_draw(6)]) / 100 + 1);
        else if (kind == 9) _takeFromEscrow();
        else if (kind == 17) vault.setCap(_draw(2) == 0 ? 0 : 1e10 * (1 + _draw(20)));
        else if (kind == 18) _set(SwitchingVaultMock.Rule.RestartsCooldown, _draw(2) == 0);
        else if (someone != address(0)) _curatorMoves(kind, someone);
    }

    function _curatorMoves(uint256 kind, address someone) private {
        uint256 pending = vault.requestOf(someone).pending;
        if (kind < 13) vault.fulfil(someone, pending);
        else if (kind < 15) vault.fulfil(someone, pending / [uint256(2), 10, 64][_draw(3)]);
        else if (kind == 15) vault.cancel(someone, pending / (1 + _draw(2)), _draw(2) == 0);
        else if (curatorClaims) _attempt(address(this), address(vault), abi.encodeCall(vault.payOut, (someone)));
    }

    function _takeFromEscrow() private {
        if (_draw(5) > 0) return;
        uint256 balance = vault.balanceOf(address(escrow));
        _clawBack(Math.min(balance, [uint256(1), 1, balance / 5][_draw(3)]));
    }

    /// An honest vault pays what has waited long enough; its price moves a little.
    function _settle() private {
        for (uint256 epoch = 1; epoch <= escrow.runningEpoch(); ++epoch) {
            address[] memory used = escrow.vesselsOf(epoch);
            for (uint256 i = 0; i < used.length; ++i) _settle(used[i]);
            for (uint256 i = 0; i < 4; ++i) _settle(escrow.vesselAt(epoch, i));
        }
        if (_draw(10) == 0) vault.setPrice((vault.price() * (99 + _draw(4))) / 100 + 1);
    }

    function _settle(address controller) private {
        SwitchingVaultMock.Request memory request = vault.requestOf(controller);
        if (request.pending == 0 || block.timestamp < request.askedAt + delay) return;
        vault.fulfil(controller, request.pending);
        if (curatorClaims) vault.payOut(controller);
    }

    // ---------------------------------------------------------------- stakers and strangers

    function _strangerMoves() private {
        uint256 kind = _draw(13);
        uint256 epoch = 1 + _draw(escrow.runningEpoch());
        address user = users[_draw(users.length)];
        address vessel = _someVessel(epoch);
        uint256 total = Math.max(escrow.getEpoch(epoch).totalShares, PARTS);
        uint256 balance = vault.balanceOf(user);
        uint256 shares = [uint256(1), 7, total / PARTS + 1, total / 10, 1e10, 1e12][_draw(6)];
        shares = Math.min(shares, balance);
        if (kind == 0) _attempt(user, address(vault), abi.encodeCall(vault.requestRedeem, (shares, vessel, user)));
        else if (kind == 1) _give(users[5], vessel, Math.min(total / PARTS + 1, vault.balanceOf(users[5])));
        else if (kind == 2) asset.mint(_draw(2) == 0 ? vessel : address(escrow), _draw(2) == 0 ? 1 : 1e9);
        else if (kind == 3) _begin(epoch, vessel);
        else if (kind == 4) _claim(epoch, vessel);
        else if (kind < 8) _lock(user, balance / [uint256(1), 1, 3, 9][_draw(4)]);
        else if (kind == 8) _unlock(user, escrow.positionOf(escrow.runningEpoch(), user).shares / (1 + _draw(2)));
        else if (kind == 9) _withdraw(epoch, user);
        else if (kind == 10 && _draw(2) == 0) _takeShares(epoch, user);
        else if (kind == 10) _moveShares(epoch, user);
        else if (kind == 11) vault.mint(user, _draw(2) == 0 ? 1e9 : 1e11);
        else gate.poke();
    }

    function _give(address giver, address vessel, uint256 shares) private {
        bool done = _attempt(giver, address(vault), abi.encodeCall(vault.transfer, (vessel, shares)));
        if (done) givenTo[vessel] += shares;
    }

    function _attempt(address caller, address target, bytes memory data) private returns (bool done) {
        vm.prank(caller);
        (done, ) = target.call(data);
    }

    // ---------------------------------------------------------------- payments

    function _payAll(uint256 epoch) private {
        address[] memory used = escrow.vesselsOf(epoch);
        for (uint256 i = 0; i < used.length; ++i) _claim(epoch, used[i]);
        for (uint256 i = 0; i < users.length; ++i) {
            _withdraw(epoch, users[i]);
            _takeShares(epoch, users[i]);
        }
        _check();
        IVetoEscrow.EpochView memory closed = escrow.getEpoch(epoch);
        assertLe(closed.sharesGiven - closed.sharesPaid, users.length, "P-a: more than dust left of the shares");
        assertLe(closed.assetsReceived - closed.assetsPaid, users.length, "P-a: more than dust left of the assets");
        uint256 paid;
        for (uint256 i = 0; i < used.length; ++i) {
            paid += vault.paidTo(used[i]);
            assertEq(i > 0 ? asset.balanceOf(used[i]) : 0, 0, "P-a: assets in a vessel that pays nobody");
            assertEq(vault.balanceOf(used[i]), 0, "P-a: shares in a vessel");
        }
        // By the vault's own books; gifts come on top.
        assertGe(closed.assetsReceived, paid, "P-c: what the vault paid did not arrive");
        ++ends[uint8(closed.end)];
    }

    function _checkHonest() private view {
        uint256 last = escrow.runningEpoch() - 1;
        if (last == 0) return;
        IVetoEscrow.EpochView memory closed = escrow.getEpoch(last);
        (, uint256 gifts) = _heldFor(last);
        // Who gave so much has paid for the delay.
        if (gifts * PARTS >= closed.totalShares) return;
        uint256 limit = delay + 9 days;
        if (curatorClaims || vault.isOn(SwitchingVaultMock.Rule.PaysOnRequest)) limit += terms.wordDelay;
        if (closed.end == ExitEnd.None && vault.liquidity() == 0) {
            assertLe(block.timestamp, closed.closedAt + limit, "P-c: an honest vault, and the extension is late");
        }
        assertLe(uint8(closed.end), uint8(ExitEnd.VaultsWord), "P-c: an honest vault, and a clock started it");
    }

    // ---------------------------------------------------------------- drawing

    function _draw(uint256 below) internal returns (uint256) {
        urn.seed = uint256(keccak256(abi.encode(urn.seed)));
        return urn.seed % below;
    }

    function _someVessel(uint256 epoch) private returns (address) {
        address[] memory used = escrow.vesselsOf(epoch);
        if (used.length > 0 && _draw(10) < 7) return used[_draw(used.length)];
        return escrow.vesselAt(epoch, _draw(4));
    }

    function _someController() private returns (address) {
        address someone = _someVessel(1 + _draw(escrow.runningEpoch()));
        return vault.holdsOf(someone) > 0 ? someone : address(0);
    }

    function _listNumbered() private {
        for (; _listedEpochs < escrow.runningEpoch(); ++_listedEpochs) {
            for (uint256 i = 0; i < 4; ++i) vault.setListed(escrow.vesselAt(_listedEpochs + 1, i));
        }
    }

    function _set(SwitchingVaultMock.Rule rule, bool isOn) internal {
        vault.setRule(rule, isOn);
    }
}
