// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IERC7540Redeem} from "../interfaces/external/IERC7540Redeem.sol";
import {IERC7575} from "../interfaces/external/IERC7575.sol";
import {IVotableSupply} from "../interfaces/IVotableSupply.sol";
import {ShareMock} from "./ShareMock.sol";

/// @title ERC7540VaultMock
/// @notice Stands for every vault with asynchronous redemption (ERC-7540): ids aggregated or one per request; shares
/// burnt when requested, fulfilled or claimed; the price fixed at any of these moments; fulfilled in part, at once or
/// never; the share in the vault itself or in a contract of its own. Deposits are immediate.
/// @dev The price is what {setPrice} says, whatever the vault holds: the test makes gains and losses with it and sees
/// to it that the vault can pay. Anybody may do anything here that a vault's manager would.
contract ERC7540VaultMock is ERC20, ERC20Permit, IERC165, IERC7540Redeem, IERC7575, IVotableSupply {
    using SafeERC20 for IERC20;

    /// @notice A moment in the life of a redemption.
    enum Stage {
        Request,
        Fulfilment,
        Claim
    }

    struct Mode {
        /// Whether the share is a contract of its own.
        bool hasSeparateShare;
        /// Whether every request gets an id of its own; else all share id 0.
        bool hasRequestIds;
        /// Whether requests are claimable at once.
        bool isFulfilledAtOnce;
        /// Whether `votableSupply()` is announced by ERC-165: the supply less what is queued and not burnt.
        bool hasVotableSupply;
        /// When the shares are burnt.
        Stage burnAt;
        /// When the price is fixed.
        Stage priceAt;
    }

    struct Request {
        uint256 pending;
        uint256 claimable;
        /// Promised for what is pending, if the price is fixed at the request. [asset units]
        uint256 pendingAssets;
        /// Promised for what is claimable, unless the price is fixed at the claim. [asset units]
        uint256 claimableAssets;
    }

    /// @notice The caller is neither `account` nor its operator.
    error NotAllowed(address caller, address account);
    /// @notice ERC-7540 has no preview of an asynchronous redemption.
    error PreviewNotSupported();
    /// @notice An amount of zero.
    error ZeroShares();
    /// @notice More than is pending. [shares]
    error PendingExceeded(uint256 shares, uint256 pending);
    /// @notice More than is claimable. [shares]
    error ClaimableExceeded(uint256 shares, uint256 claimable);

    event OperatorSet(address indexed controller, address indexed operator, bool approved);
    event RedeemClaimable(address indexed controller, uint256 indexed requestId, uint256 assets, uint256 shares);
    event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares);
    event Withdraw(
        address indexed sender,
        address indexed receiver,
        address indexed owner,
        uint256 assets,
        uint256 shares
    );

    bytes4 private constant _OPERATOR_ID = 0xe3bc4e65;
    bytes4 private constant _VAULT_ID = 0x2f0a18c5;
    bytes4 private constant _ASYNC_REDEEM_ID = 0x620ee8e4;
    uint256 private constant _ONE_SHARE = 1e18;

    /// @notice What one share (1e18) is worth. [asset units]
    uint256 public price;
    /// @notice Requested, not claimed and not yet burnt, all together. [shares]
    uint256 public queuedShares;
    /// @notice Whether `operator` may act for `controller`.
    mapping(address controller => mapping(address operator => bool)) public isOperator;

    Mode private _mode;
    IERC20 private immutable _ASSET;
    ShareMock private immutable _SHARE;
    uint256 private _lastRequestId;
    mapping(address controller => mapping(uint256 requestId => Request)) private _requests;
    mapping(address controller => uint256[]) private _requestIds;

    constructor(IERC20 asset_, Mode memory mode_) ERC20("Queue share", "qSHARE") ERC20Permit("Queue share") {
        _ASSET = asset_;
        _mode = mode_;
        _SHARE = mode_.hasSeparateShare ? new ShareMock(address(asset_)) : ShareMock(address(this));
        price = 10 ** IERC20Metadata(address(asset_)).decimals();
    }

    // ---------------------------------------------------------------- what a manager would do

    /// @notice From now on a whole share is worth `newPrice`. [asset units]
    function setPrice(uint256 newPrice) external {
        price = newPrice;
    }

    /// @notice Makes `shares` of a pending request claimable.
    function fulfil(address controller, uint256 requestId, uint256 shares) public {
        Request storage request = _requests[controller][requestId];
        uint256 pending = request.pending;
        if (shares > pending) revert PendingExceeded(shares, pending);
        uint256 assets;
        if (_mode.priceAt == Stage.Request && pending > 0) {
            assets = Math.mulDiv(request.pendingAssets, shares, pending);
            request.pendingAssets -= assets;
        } else if (_mode.priceAt == Stage.Fulfilment) {
            assets = convertToAssets(shares);
        }
        request.pending = pending - shares;
        request.claimable += shares;
        request.claimableAssets += assets;
        if (_mode.burnAt == Stage.Fulfilment) _burnQueued(shares);
        emit RedeemClaimable(controller, requestId, assets, shares);
    }

    /// @notice Makes everything claimable that `controller` has requested.
    function fulfilAll(address controller) external {
        uint256[] memory ids = _requestIds[controller];
        for (uint256 i = 0; i < ids.length; ++i) fulfil(controller, ids[i], _requests[controller][ids[i]].pending);
    }

    // ---------------------------------------------------------------- ERC-7540

    function setOperator(address operator, bool approved) external returns (bool) {
        isOperator[msg.sender][operator] = approved;
        emit OperatorSet(msg.sender, operator, approved);
        return true;
    }

    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        shares = convertToShares(assets);
        _ASSET.safeTransferFrom(msg.sender, address(this), assets);
        if (_mode.hasSeparateShare) _SHARE.mint(receiver, shares);
        else _mint(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
    }

    /// @dev As the standard has it, the controller is not asked.
    function requestRedeem(
        uint256 shares,
        address controller,
        address owner
    ) public virtual returns (uint256 requestId) {
        if (shares == 0) revert ZeroShares();
        if (msg.sender != owner && !isOperator[owner][msg.sender]) _spend(owner, shares);
        requestId = _open(controller);
        queuedShares += shares;
        _queue(owner, shares);
        Request storage request = _requests[controller][requestId];
        request.pending += shares;
        if (_mode.priceAt == Stage.Request) request.pendingAssets += convertToAssets(shares);
        if (_mode.burnAt == Stage.Request) _burnQueued(shares);
        emit RedeemRequest(controller, owner, requestId, msg.sender, shares);
        if (_mode.isFulfilledAtOnce) fulfil(controller, requestId, shares);
    }

    /// @notice Claims `shares`, the oldest request first.
    function redeem(uint256 shares, address receiver, address controller) external returns (uint256 assets) {
        if (msg.sender != controller && !isOperator[controller][msg.sender]) {
            revert NotAllowed(msg.sender, controller);
        }
        if (shares == 0) revert ZeroShares();
        uint256 claimable = maxRedeem(controller);
        if (shares > claimable) revert ClaimableExceeded(shares, claimable);
        assets = _consume(controller, shares);
        if (_mode.burnAt == Stage.Claim) _burnQueued(shares);
        _ASSET.safeTransfer(receiver, assets);
        emit Withdraw(msg.sender, receiver, controller, assets, shares);
    }

    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256) {
        return _requests[controller][requestId].pending;
    }

    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256) {
        return _requests[controller][requestId].claimable;
    }

    // ---------------------------------------------------------------- views

    function maxRedeem(address controller) public view returns (uint256 shares) {
        uint256[] storage ids = _requestIds[controller];
        for (uint256 i = 0; i < ids.length; ++i) shares += _requests[controller][ids[i]].claimable;
    }

    function maxWithdraw(address controller) external view returns (uint256 assets) {
        if (_mode.priceAt == Stage.Claim) return convertToAssets(maxRedeem(controller));
        uint256[] storage ids = _requestIds[controller];
        for (uint256 i = 0; i < ids.length; ++i) assets += _requests[controller][ids[i]].claimableAssets;
    }

    function previewRedeem(uint256) external pure returns (uint256) {
        revert PreviewNotSupported();
    }

    function previewWithdraw(uint256) external pure returns (uint256) {
        revert PreviewNotSupported();
    }

    function convertToAssets(uint256 shares) public view returns (uint256) {
        return Math.mulDiv(shares, price, _ONE_SHARE);
    }

    function convertToShares(uint256 assets) public view returns (uint256) {
        return Math.mulDiv(assets, _ONE_SHARE, price);
    }

    function totalAssets() external view returns (uint256) {
        return convertToAssets(IERC20(share()).totalSupply());
    }

    function votableSupply() external view returns (uint256) {
        return IERC20(share()).totalSupply() - queuedShares;
    }

    function asset() external view returns (address) {
        return address(_ASSET);
    }

    function share() public view returns (address) {
        return address(_SHARE);
    }

    function mode() external view returns (Mode memory) {
        return _mode;
    }

    function supportsInterface(bytes4 interfaceId) external view returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == _OPERATOR_ID ||
            interfaceId == _VAULT_ID ||
            interfaceId == _ASYNC_REDEEM_ID ||
            (interfaceId == type(IVotableSupply).interfaceId && _mode.hasVotableSupply);
    }

    // ---------------------------------------------------------------- private

    function _open(address controller) private returns (uint256 requestId) {
        uint256[] storage ids = _requestIds[controller];
        if (_mode.hasRequestIds) requestId = ++_lastRequestId;
        if (_mode.hasRequestIds || ids.length == 0) ids.push(requestId);
    }

    function _consume(address controller, uint256 shares) private returns (uint256 assets) {
        uint256[] storage ids = _requestIds[controller];
        for (uint256 i = 0; shares > 0; ++i) {
            Request storage request = _requests[controller][ids[i]];
            uint256 part = Math.min(shares, request.claimable);
            if (part == 0) continue;
            uint256 paid =
                _mode.priceAt == Stage.Claim
                    ? convertToAssets(part)
                    : Math.mulDiv(request.claimableAssets, part, request.claimable);
            if (_mode.priceAt != Stage.Claim) request.claimableAssets -= paid;
            request.claimable -= part;
            shares -= part;
            assets += paid;
        }
    }

    function _spend(address account, uint256 shares) private {
        if (_mode.hasSeparateShare) _SHARE.spendAllowance(account, msg.sender, shares);
        else _spendAllowance(account, msg.sender, shares);
    }

    function _queue(address account, uint256 shares) private {
        if (_mode.hasSeparateShare) _SHARE.move(account, address(this), shares);
        else _transfer(account, address(this), shares);
    }

    function _burnQueued(uint256 shares) private {
        queuedShares -= shares;
        if (_mode.hasSeparateShare) _SHARE.burn(address(this), shares);
        else _burn(address(this), shares);
    }
}
