// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ERC4626Strategy} from "../../contracts/examples/ERC4626Strategy.sol";
import {ExampleVault} from "../../contracts/examples/ExampleVault.sol";
import {IStrategy} from "../../contracts/examples/IStrategy.sol";
import {AssetMock} from "../../contracts/mocks/AssetMock.sol";
import {MarketMock} from "../../contracts/mocks/MarketMock.sol";
import {Test} from "../solidity/Test.sol";

/// Plays depositors, borrowers, donors and the owner against an example vault with two markets. None of its calls may
/// revert: what the vault says can be done must be possible.
contract ExampleVaultHandler is Test {
    /// Wei that all calls into a market together may round away. [asset units]
    uint256 private constant ROUNDING = 12;
    uint256 private constant MOST = 1e24;

    AssetMock public asset;
    ExampleVault public vault;
    address public constant owner = address(0x0717e5);

    address[3] private _actors = [address(0xa11ce), address(0xb0b), address(0xca201)];
    MarketMock[2] private _markets;
    ERC4626Strategy[2] private _strategies;

    uint256 public highestMark;

    /// The value of a share may fall by rounding only.
    modifier keepsPrice() {
        (uint256 assets, uint256 supply) = _priceParts();
        _;
        (uint256 assetsAfter, uint256 supplyAfter) = _priceParts();
        assertGe((assetsAfter + ROUNDING) * supply, assets * supplyAfter, "the share lost value");
        // Here, not in the invariant: what an invariant writes does not outlast it.
        highestMark = Math.max(highestMark, vault.highWaterMark());
    }

    constructor() {
        asset = new AssetMock("Asset", "A", 18);
        for (uint256 i = 0; i < 2; ++i) {
            _markets[i] = new MarketMock(asset);
            _strategies[i] = new ERC4626Strategy(_markets[i]);
        }
        vault = new ExampleVault(asset, "Vault", "V", owner, 0.1e18, _strategies[0], address(0));
        for (uint256 i = 0; i < 2; ++i) {
            _strategies[i].bindVault(address(vault));
            asset.approve(address(_markets[i]), type(uint256).max);
        }
        for (uint256 i = 0; i < _actors.length; ++i) {
            vm.prank(_actors[i]);
            asset.approve(address(vault), type(uint256).max);
        }
    }

    // ---------------------------------------------------------------- depositors

    function deposit(uint256 who, uint256 assets) external keepsPrice {
        address actor = actorAt(who);
        assets = bound(assets, 0, MOST);
        asset.mint(actor, assets);
        uint256 expected = vault.previewDeposit(assets);
        assertEq(vault.maxDeposit(actor), vault.isPaused() ? 0 : type(uint256).max, "maxDeposit");
        bool isRefused = assets > 0 && vault.isPaused();
        vm.prank(actor);
        if (isRefused) {
            vm.expectPartialRevert(ERC4626.ERC4626ExceededMaxDeposit.selector);
            vault.deposit(assets, actor);
        } else if (assets > 0 && expected == 0) {
            vm.expectPartialRevert(ExampleVault.DepositTooSmall.selector);
            vault.deposit(assets, actor);
        } else {
            assertEq(vault.deposit(assets, actor), expected, "previewDeposit");
        }
    }

    function mint(uint256 who, uint256 shares) external keepsPrice {
        address actor = actorAt(who);
        shares = bound(shares, 0, vault.convertToShares(MOST));
        uint256 expected = vault.previewMint(shares);
        asset.mint(actor, expected);
        bool isRefused = shares > 0 && vault.isPaused();
        vm.prank(actor);
        if (isRefused) {
            vm.expectPartialRevert(ERC4626.ERC4626ExceededMaxMint.selector);
            vault.mint(shares, actor);
        } else assertEq(vault.mint(shares, actor), expected, "previewMint");
    }

    function withdraw(uint256 who, uint256 assets) external keepsPrice {
        address actor = actorAt(who);
        assets = bound(assets, 0, vault.maxWithdraw(actor));
        uint256 expected = vault.previewWithdraw(assets);
        vm.prank(actor);
        assertEq(vault.withdraw(assets, actor, actor), expected, "previewWithdraw");
    }

    function redeem(uint256 who, uint256 shares) external keepsPrice {
        address actor = actorAt(who);
        shares = bound(shares, 0, vault.maxRedeem(actor));
        uint256 expected = vault.previewRedeem(shares);
        uint256 before = asset.balanceOf(actor);
        vm.prank(actor);
        assertEq(vault.redeem(shares, actor, actor), expected, "previewRedeem");
        assertEq(asset.balanceOf(actor) - before, expected, "paid");
    }

    // ---------------------------------------------------------------- anyone

    function invest() external keepsPrice {
        if (address(vault.strategy()) != address(0)) vault.invest();
    }

    function accrueFee() external keepsPrice {
        vault.accrueFee();
        assertEq(vault.pendingFeeShares(), 0, "charged twice");
    }

    function donate(uint256 assets, uint256 where) external keepsPrice {
        address[4] memory places = [
            address(vault),
            address(_strategies[0]),
            address(_markets[0]),
            address(_markets[1])
        ];
        asset.mint(places[where % 4], bound(assets, 0, MOST / 1000));
    }

    function drip(uint256 which, uint256 assets, uint256 duration) external keepsPrice {
        assets = bound(assets, 0, MOST / 10);
        asset.mint(address(this), assets);
        _markets[which % 2].drip(assets, bound(duration, 0, 30 days));
    }

    function warp(uint256 duration) external keepsPrice {
        vm.warp(block.timestamp + bound(duration, 0, 10 days));
    }

    function borrow(uint256 which, uint256 assets) external keepsPrice {
        MarketMock market = _markets[which % 2];
        market.borrow(bound(assets, 0, market.liquidity()));
    }

    function repay(uint256 which, uint256 assets) external keepsPrice {
        MarketMock market = _markets[which % 2];
        assets = bound(assets, 0, Math.min(market.debt(), asset.balanceOf(address(this))));
        market.repay(assets);
    }

    /// At most half of a market, so that prices stay within numbers anybody could meet.
    function writeOff(uint256 which, uint256 assets) external {
        MarketMock market = _markets[which % 2];
        market.writeOff(bound(assets, 0, Math.min(market.debt(), market.totalAssets() / 2)));
    }

    // ---------------------------------------------------------------- owner

    /// Nobody else may, and nothing but deposits stops.
    function switchPause(uint256 duration) external keepsPrice {
        bool isPaused = vault.isPaused();
        vm.prank(owner);
        if (isPaused) vault.resume();
        else vault.pauseFor(bound(duration, 1, 20 days));
    }

    function setFee(uint256 fee) external keepsPrice {
        fee = bound(fee, 0, vault.MAX_FEE());
        vm.prank(owner);
        vault.setFee(fee);
    }

    function setStrategy(uint256 which) external keepsPrice {
        IStrategy[3] memory choices = [IStrategy(address(0)), _strategies[0], _strategies[1]];
        IStrategy current = vault.strategy();
        bool isLiquid = address(current) == address(0) || current.withdrawable() == current.totalAssets();
        if (!isLiquid) vm.expectRevert();
        vm.prank(owner);
        vault.setStrategy(choices[which % 3]);
    }

    // ---------------------------------------------------------------- getters

    function actorAt(uint256 index) public view returns (address) {
        return _actors[index % _actors.length];
    }

    function actorCount() external view returns (uint256) {
        return _actors.length;
    }

    function _priceParts() private view returns (uint256 assets, uint256 supply) {
        assets = vault.totalAssets() + 1;
        supply = vault.totalSupply() + vault.pendingFeeShares() + 10 ** 3;
    }
}
