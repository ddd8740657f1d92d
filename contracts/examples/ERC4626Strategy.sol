// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IStrategy} from "./IStrategy.sol";

/// @title ERC4626Strategy
/// @notice Lends a vault's assets to one ERC-4626 market. Nobody governs it; it obeys its vault alone.
/// @dev The market is trusted not to let anybody move its share price within one transaction (a price that can be
/// pushed down and let go again makes the vault's shares cheap for a moment). A market that can only be inflated by
/// donations is harmless: a donation is paid by the donor, and only whole market shares are bought and sold, so that
/// rounding costs a few units, never the fraction of a dear share.
contract ERC4626Strategy is IStrategy {
    using SafeERC20 for IERC20;

    /// @notice Only who deployed the strategy may bind its vault.
    error CallerIsNotDeployer(address caller, address deployer);
    /// @notice Only the vault may do this.
    error CallerIsNotVault(address caller, address vault);
    /// @notice The vault is named once, for good.
    error VaultAlreadyBound(address vault);
    /// @notice The vault holds another asset than the market takes.
    error AssetMismatch(address asset, address expected);
    /// @notice Entering the market would cost more than the limit. [asset units]
    error EntryLossTooHigh(uint256 loss, uint256 limit);

    event VaultBound(address indexed vault);

    /// @notice What an entry may cost: the market rounds once in, once out, perhaps a few times more. An entry or exit
    /// fee is not rounding, and refused. [asset units]
    uint256 public constant MAX_ENTRY_LOSS = 10;

    /// @notice The market the assets are lent to.
    IERC4626 public immutable MARKET;

    IERC20 private immutable _ASSET;
    address private immutable _DEPLOYER;

    address private _vault;

    modifier onlyVault() {
        if (msg.sender != _vault) revert CallerIsNotVault(msg.sender, _vault);
        _;
    }

    constructor(IERC4626 market) {
        MARKET = market;
        _ASSET = IERC20(market.asset());
        _DEPLOYER = msg.sender;
    }

    /// @notice Names the vault, once. Only the deployer, who can do nothing else.
    function bindVault(address newVault) external {
        if (msg.sender != _DEPLOYER) revert CallerIsNotDeployer(msg.sender, _DEPLOYER);
        if (_vault != address(0)) revert VaultAlreadyBound(_vault);
        address vaultAsset = IERC4626(newVault).asset();
        if (vaultAsset != address(_ASSET)) revert AssetMismatch(vaultAsset, address(_ASSET));
        _vault = newVault;
        emit VaultBound(newVault);
    }

    /// @inheritdoc IStrategy
    /// @dev Buys whole market shares and sends the rest back. Takes along whatever was sent here by mistake.
    function deposit(uint256) external onlyVault {
        uint256 available = _ASSET.balanceOf(address(this));
        uint256 shares = MARKET.previewDeposit(available);
        if (shares > 0) {
            _ASSET.forceApprove(address(MARKET), available);
            uint256 paid = MARKET.mint(shares, address(this));
            _ASSET.forceApprove(address(MARKET), 0);
            uint256 loss = Math.saturatingSub(paid, MARKET.previewRedeem(shares));
            if (loss > MAX_ENTRY_LOSS) revert EntryLossTooHigh(loss, MAX_ENTRY_LOSS);
        }
        uint256 rest = _ASSET.balanceOf(address(this));
        if (rest > 0) _ASSET.safeTransfer(_vault, rest);
    }

    /// @inheritdoc IStrategy
    /// @dev Sells whole market shares and passes on all they bring, so that nobody can have dear shares burnt for the
    /// fraction of one. Leaving completely goes by shares, and leaves no dust behind.
    function withdraw(uint256 assets) external onlyVault {
        uint256 held = MARKET.balanceOf(address(this));
        uint256 shares = assets == MARKET.previewRedeem(held) ? held : MARKET.previewWithdraw(assets);
        MARKET.redeem(shares, _vault, address(this));
    }

    /// @inheritdoc IStrategy
    function totalAssets() public view returns (uint256) {
        return MARKET.previewRedeem(MARKET.balanceOf(address(this)));
    }

    /// @inheritdoc IStrategy
    function depositable() external view returns (uint256) {
        return MARKET.maxDeposit(address(this));
    }

    /// @inheritdoc IStrategy
    function withdrawable() external view returns (uint256) {
        return MARKET.previewRedeem(MARKET.maxRedeem(address(this)));
    }

    /// @inheritdoc IStrategy
    function asset() external view returns (address) {
        return address(_ASSET);
    }

    /// @notice The vault it serves; zero until bound.
    function vault() external view returns (address) {
        return _vault;
    }
}
