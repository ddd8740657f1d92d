// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ExampleVault} from "../../contracts/examples/ExampleVault.sol";
import {Test} from "../solidity/Test.sol";
import {ExampleVaultHandler} from "./ExampleVaultHandler.t.sol";

/// What must hold of the example vault whatever depositors, markets and the owner (short of theft) do.
contract ExampleVaultInvariants is Test {
    ExampleVaultHandler private _handler;
    ExampleVault private _vault;

    function setUp() public {
        _handler = new ExampleVaultHandler();
        _vault = _handler.vault();
        targetContract(address(_handler));
    }

    /// All shares together are worth no more than there is, fee not yet charged included.
    function invariant_claims_do_not_exceed_assets() public view {
        uint256 claims = _vault.previewRedeem(_vault.balanceOf(_handler.owner()) + _vault.pendingFeeShares());
        for (uint256 i = 0; i < _handler.actorCount(); ++i) {
            claims += _vault.previewRedeem(_vault.balanceOf(_handler.actorAt(i)));
        }
        assertLe(claims, _vault.totalAssets(), "claims exceed assets");
    }

    /// Nobody is promised more than can be paid now.
    function invariant_promises_do_not_exceed_liquidity() public view {
        uint256 liquid = _vault.liquidAssets();
        assertLe(liquid, _vault.totalAssets(), "more liquid than there is");
        for (uint256 i = 0; i < _handler.actorCount(); ++i) {
            address actor = _handler.actorAt(i);
            uint256 shares = _vault.maxRedeem(actor);
            assertLe(shares, _vault.balanceOf(actor), "maxRedeem beyond the balance");
            assertLe(_vault.previewRedeem(shares), liquid, "maxRedeem beyond liquidity");
            uint256 assets = _vault.maxWithdraw(actor);
            assertLe(assets, liquid, "maxWithdraw beyond liquidity");
            assertLe(_vault.previewWithdraw(assets), _vault.balanceOf(actor), "maxWithdraw beyond the balance");
        }
    }

    /// The high-water mark only rises.
    function invariant_mark_never_falls() public view {
        assertGe(_vault.highWaterMark(), _handler.highestMark(), "mark fell");
    }
}
