// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @title ShareMock
/// @notice Stands for the share of a vault that keeps it in a contract of its own (ERC-7575); the vault mints, burns
/// and moves it.
contract ShareMock is ERC20, ERC20Permit, IERC165 {
    /// @notice Only the vault may do this.
    error CallerIsNotVault(address caller, address vault);

    /// @notice Of the share's side of ERC-7575: `vault(address)`.
    bytes4 private constant _SHARE_ID = 0xf815c03d;

    address public immutable VAULT;
    address private immutable _ASSET;

    modifier onlyVault() {
        if (msg.sender != VAULT) revert CallerIsNotVault(msg.sender, VAULT);
        _;
    }

    constructor(address asset_) ERC20("Separate share", "sSHARE") ERC20Permit("Separate share") {
        VAULT = msg.sender;
        _ASSET = asset_;
    }

    function mint(address account, uint256 shares) external onlyVault {
        _mint(account, shares);
    }

    function burn(address account, uint256 shares) external onlyVault {
        _burn(account, shares);
    }

    function move(address from, address to, uint256 shares) external onlyVault {
        _transfer(from, to, shares);
    }

    function spendAllowance(address account, address spender, uint256 shares) external onlyVault {
        _spendAllowance(account, spender, shares);
    }

    /// @notice The vault that trades the share for `asset`, by ERC-7575.
    function vault(address asset) external view returns (address) {
        return asset == _ASSET ? VAULT : address(0);
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == _SHARE_ID;
    }
}
