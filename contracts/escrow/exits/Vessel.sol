// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IERC7575} from "../../interfaces/external/IERC7575.sol";
import {IVessel} from "../../interfaces/IVessel.sol";
import {BoundedCall} from "../../libraries/BoundedCall.sol";
import {NoCode} from "../../types/NoCode.sol";

/// @title Vessel
/// @notice What all ways of leaving a vault have in common. A clone's escrow is written into its code.
abstract contract Vessel is IVessel {
    using SafeERC20 for IERC20;

    /// @notice One way of asking the vault for one amount.
    struct Try {
        uint256 way;
        /// [shares]
        uint256 shares;
    }

    /// @dev More tries would not fit into a transaction if the vault burnt all they are granted.
    uint256 private constant _MAX_TRIES = 10;
    /// @dev What each try is granted at the least, and must be brought, so that no way is closed by too little gas. [gas]
    uint256 private constant _TRY_GAS = 1_500_000;
    /// @dev What is left beside a try, and what EIP-150 holds back of it. [gas]
    uint256 private constant _TRY_REST_GAS = 60_000;
    /// @dev What a token may burn to report or to move a balance. [gas]
    uint256 internal constant _TOKEN_GAS = 250_000;
    /// @dev What a view of the vault may burn. [gas]
    uint256 internal constant _VIEW_GAS = 300_000;
    /// @dev What a price may cost: some vaults look at each of their markets. [gas]
    uint256 internal constant _PRICE_GAS = 5_000_000;
    /// @dev What a claim must be brought where there may be something to claim: what the vault is granted at the least, two
    /// views, a try that fails, and the rest. Whoever estimates gas brings it. [gas]
    uint256 internal constant _CLAIM_GAS = 5_000_000;
    /// @dev Kept back while the vault pays, for cancelled requests and for handing over. [gas]
    uint256 internal constant _REST_GAS = 2_000_000;
    /// @dev Of it, kept back for handing over: two tokens, each read and moved. [gas]
    uint256 internal constant _HAND_OVER_GAS = 1_100_000;

    /// @inheritdoc IVessel
    address public immutable ASSET;
    /// @inheritdoc IVessel
    address public immutable SHARE;
    /// @inheritdoc IVessel
    address public immutable VAULT;

    /// @dev Whether the vault gave a price for immediate redemption when the DAO chose it. One that never does is taken at
    /// the price it settles; one that did must go on doing so.
    bool private immutable _TELLS_PRICE;

    modifier onlyEscrow() {
        address escrow = _escrow();
        if (msg.sender != escrow) revert CallerIsNotEscrow(msg.sender, escrow);
        _;
    }

    /// @param vault An ERC-4626 vault; one that keeps its shares elsewhere says so by ERC-7575.
    constructor(IERC4626 vault) {
        if (address(vault).code.length == 0) revert NoCode(address(vault));
        VAULT = address(vault);
        ASSET = vault.asset();
        SHARE =
            ERC165Checker.supportsInterface(address(vault), 0x2f0a18c5)
                ? IERC7575(address(vault)).share()
                : address(vault);
        if (ASSET.code.length == 0) revert NoCode(ASSET);
        if (SHARE.code.length == 0) revert NoCode(SHARE);
        uint256 supply = IERC20(SHARE).totalSupply();
        (_TELLS_PRICE, ) = BoundedCall.read(VAULT, abi.encodeCall(IERC4626.previewRedeem, (supply)), _PRICE_GAS);
    }

    // ── the walk of a share ─────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IVessel
    function beginExit(
        uint256 shares,
        uint256 least
    ) external onlyEscrow returns (uint256 way, uint256 taken, uint256 redeemed) {
        // A vault may well accept a request for nothing.
        if (shares == 0) revert ExitRefused(VAULT);
        Try[] memory tries = _plan(shares, least);
        uint256 count = Math.min(tries.length, _MAX_TRIES);
        for (uint256 i = 0; i < count; ++i) {
            (way, taken) = (tries[i].way, tries[i].shares);
            try this.tryToBeginExit{gas: _gasForTry(count - 1 - i)}(way, taken) returns (uint256 now_) {
                if (taken != shares) IERC20(SHARE).safeTransfer(msg.sender, shares - taken);
                return (way, taken, now_);
            } catch {}
        }
        revert ExitRefused(VAULT);
    }

    /// @notice One try of {beginExit}; whatever it did is undone if it fails.
    /// @dev The vault may take exactly these shares, in this call alone. Some shares refuse the vault as a spender: they do
    /// not need one.
    function tryToBeginExit(uint256 way, uint256 shares) external returns (uint256 redeemed) {
        if (msg.sender != address(this)) revert CallerIsNotVessel(msg.sender, address(this));
        uint256 expected = IERC20(SHARE).balanceOf(address(this)) - shares;
        _approve(shares);
        redeemed = _beginExit(way, shares);
        if (_readToken(SHARE, abi.encodeCall(IERC20.allowance, (address(this), VAULT))) != 0) _approve(0);
        uint256 balance = IERC20(SHARE).balanceOf(address(this));
        if (balance != expected) revert SharesNotTaken(balance, expected);
    }

    /// @inheritdoc IVessel
    /// @dev Shares go back first, so that a vault which redeems at once as well can only redeem what was claimable.
    function claim(address payer) external onlyEscrow returns (uint256 redeemed) {
        BoundedCall.requireGas(_HAND_OVER_GAS);
        _handOver(SHARE, msg.sender);
        redeemed = _claim();
        _handOver(SHARE, msg.sender);
        if (payer != address(this)) _handOver(ASSET, payer);
    }

    /// @inheritdoc IVessel
    function pay(address receiver, uint256 amount) external onlyEscrow {
        IERC20(ASSET).safeTransfer(receiver, amount);
    }

    /// @inheritdoc IVessel
    function assets() external view returns (uint256) {
        return IERC20(ASSET).balanceOf(address(this));
    }

    /// @inheritdoc IVessel
    function worthOf(uint256 shares) external view returns (uint256) {
        return IERC4626(VAULT).convertToAssets(shares);
    }

    // ── what a way of leaving brings ────────────────────────────────────────────────────────────────────────────

    /// @dev In which ways, and for which amounts, the vault should be asked, first things first.
    function _plan(uint256 shares, uint256 least) internal view virtual returns (Try[] memory);

    /// @dev Asks the vault for `shares`; reverts if it refuses.
    function _beginExit(uint256 way, uint256 shares) internal virtual returns (uint256 redeemed);

    /// @dev Claims whatever the vault lets this vessel claim; nothing that fails may revert.
    function _claim() internal virtual returns (uint256 redeemed);

    // ── tools ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev At least what the vault says it pays in this very block: one that would realise a loss for lack of liquidity
    /// can be asked again later.
    function _redeemNow(uint256 shares) internal returns (uint256) {
        // Half of what the try was granted: the redemption itself will hardly cost less than telling its price.
        bytes memory question = abi.encodeCall(IERC4626.previewRedeem, (shares));
        (bool answered, uint256 promised) = BoundedCall.read(VAULT, question, gasleft() / 2);
        if (answered ? promised == 0 : _TELLS_PRICE) revert NoPrice(shares);
        uint256 before = IERC20(ASSET).balanceOf(address(this));
        IERC4626(VAULT).redeem(shares, address(this), address(this));
        uint256 paid = IERC20(ASSET).balanceOf(address(this)) - before;
        if (paid < Math.max(promised, 1)) revert PriceTooLow(paid, Math.max(promised, 1));
        return shares;
    }

    /// @dev Orders something of the vault with all the gas but what is kept; does nothing where orders before it have burnt
    /// so much that next to nothing is left.
    /// @param kept {_REST_GAS}, or {_HAND_OVER_GAS} where nothing but handing over comes after. [gas]
    function _order(bytes memory data, uint256 kept) internal returns (bool success) {
        return gasleft() > kept + _VIEW_GAS && BoundedCall.send(VAULT, data, gasleft() - kept);
    }

    /// @dev An amount that the vault reports; 0 if it does not. What depends on it must not harm if it lies.
    function _readVault(bytes memory question) internal view returns (bool answered, uint256 amount) {
        if (gasleft() < _VIEW_GAS + _VIEW_GAS / 32) return (false, 0);
        return BoundedCall.read(VAULT, question, _VIEW_GAS);
    }

    function _readToken(address token, bytes memory question) internal view returns (uint256 amount) {
        (, amount) = BoundedCall.read(token, question, _TOKEN_GAS);
    }

    /// @dev All that later tries can spare, and never less than each of them is granted.
    function _gasForTry(uint256 later) private view returns (uint256) {
        BoundedCall.requireGas(_TRY_GAS + _TRY_REST_GAS);
        return Math.max(_TRY_GAS, Math.saturatingSub(gasleft(), later * _TRY_GAS + (later + 1) * _TRY_REST_GAS));
    }

    /// @dev All that this vessel holds of `token`; what does not go through is handed over by the next claim.
    function _handOver(address token, address to) private {
        uint256 balance = _readToken(token, abi.encodeCall(IERC20.balanceOf, (address(this))));
        if (balance != 0) BoundedCall.send(token, abi.encodeCall(IERC20.transfer, (to, balance)), _TOKEN_GAS);
    }

    function _approve(uint256 shares) private {
        BoundedCall.send(SHARE, abi.encodeCall(IERC20.approve, (VAULT, shares)), _TOKEN_GAS);
    }

    /// @dev The implementation itself is nobody's clone and obeys no one.
    function _escrow() private view returns (address escrow) {
        bytes memory args = Clones.fetchCloneArgs(address(this));
        return args.length == 20 ? address(bytes20(args)) : address(0);
    }
}
