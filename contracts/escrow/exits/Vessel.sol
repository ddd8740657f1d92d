// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IERC7575} from "../../interfaces/IERC7575.sol";
import {IVessel} from "../../interfaces/IVessel.sol";
import {BoundedCall} from "../../libraries/BoundedCall.sol";

/// @title Vessel
/// @notice What the ways of leaving a vault have in common. A clone's escrow is written into its code.
abstract contract Vessel is IVessel {
    using SafeERC20 for IERC20;

    /// @dev Gas the vault gets to value a remainder.
    uint256 private constant _VALUE_GAS = 500_000;

    /// @inheritdoc IVessel
    address public immutable ASSET;
    /// @inheritdoc IVessel
    address public immutable SHARE;
    /// @inheritdoc IVessel
    address public immutable VAULT;

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
    }

    /// @inheritdoc IVessel
    function open(uint256 shares) external onlyEscrow {
        // A vault that keeps its shares elsewhere may need leave to take them.
        if (SHARE != VAULT) IERC20(SHARE).forceApprove(VAULT, type(uint256).max);
        _open(shares);
    }

    /// @inheritdoc IVessel
    function claim(uint256 maxShares) external onlyEscrow returns (uint256 shares) {
        shares = Math.min(maxShares, IERC4626(VAULT).maxRedeem(address(this)));
        if (shares == 0) return _claimUnannounced(maxShares);
        IERC4626(VAULT).redeem(shares, address(this), address(this));
    }

    /// @inheritdoc IVessel
    function pay(address receiver, uint256 amount) external onlyEscrow {
        IERC20(ASSET).safeTransfer(receiver, amount);
    }

    /// @inheritdoc IVessel
    function isWorthless(uint256 shares) public view virtual returns (bool) {
        (bool answered, uint256 value) = _ask(abi.encodeCall(IERC4626.convertToAssets, (shares)));
        return answered && value == 0;
    }

    /// @inheritdoc IVessel
    function assets() external view returns (uint256) {
        return IERC20(ASSET).balanceOf(address(this));
    }

    /// @dev Reads an amount from the vault, which may not answer.
    function _ask(bytes memory question) internal view returns (bool answered, uint256 amount) {
        return BoundedCall.read(VAULT, question, _VALUE_GAS);
    }

    /// @dev For a vault that announces nothing and may redeem all the same.
    function _claimUnannounced(uint256) internal virtual returns (uint256) {
        return 0;
    }

    /// @dev Asks the vault to redeem.
    function _open(uint256 shares) internal virtual;

    /// @dev The implementation itself is nobody's clone and obeys no one.
    function _escrow() private view returns (address escrow) {
        bytes memory args = Clones.fetchCloneArgs(address(this));
        return args.length == 20 ? address(bytes20(args)) : address(0);
    }
}
