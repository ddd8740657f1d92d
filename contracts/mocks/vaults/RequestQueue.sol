// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {PricedVault} from "./PricedVault.sol";
import {RequestRules} from "./RequestRules.sol";

/// @title RequestQueue
/// @notice Stands for the requests of a vault with asynchronous redemption and for what a curator can do with them:
/// fulfil them in part, late or never, put them into a settlement that no view shows, pay on the controller's behalf,
/// hand shares back. Anybody may be the curator.
abstract contract RequestQueue is PricedVault, RequestRules {
    /// @notice A moment in the life of a redemption.
    enum Stage {
        Request,
        Fulfilment,
        Claim
    }

    struct Request {
        uint256 pending;
        /// Neither pending nor claimable: no view tells of these.
        uint256 settling;
        uint256 claimable;
        /// Of all three, still held here. [shares]
        uint256 unburnt;
        /// Promised when it was made, for what is pending or settling. [asset units]
        uint256 pendingAssets;
        /// Promised for what is claimable. [asset units]
        uint256 claimableAssets;
        /// When the cooldown makes it claimable; 0 for never by itself.
        uint256 readyAt;
    }

    /// @notice More than is pending. [shares]
    error PendingExceeded(uint256 shares, uint256 pending);
    /// @notice More than is claimable, or only a part of it where the vault pays all at once. [shares]
    error ClaimableExceeded(uint256 shares, uint256 claimable);
    /// @notice `controller` is not on the vault's list.
    error ControllerNotAdmitted(address controller);

    event RedeemClaimable(address indexed controller, uint256 indexed requestId, uint256 assets, uint256 shares);
    event RequestCancelled(address indexed controller, uint256 indexed requestId, uint256 shares);
    event Withdraw(
        address indexed sender,
        address indexed receiver,
        address indexed owner,
        uint256 assets,
        uint256 shares
    );

    uint256 private constant _ONE_SHARE = 1e18;

    /// @notice When shares are burnt, and when the price is fixed.
    Stage public burnAt = Stage.Fulfilment;
    Stage public priceAt = Stage.Fulfilment;
    /// @notice After this a request is claimable by itself; 0 for never. [seconds]
    uint256 public cooldown;
    /// @notice Requested, not burnt, not handed back. [shares]
    uint256 public queuedShares;

    uint256 private _lastRequestId;
    mapping(address controller => mapping(uint256 requestId => Request)) private _requests;
    mapping(address controller => uint256[]) private _requestIds;
    mapping(address controller => mapping(uint256 requestId => uint256)) internal _handedBack;

    // ---------------------------------------------------------------- what a curator would do

    function setStages(Stage burnAt_, Stage priceAt_) external {
        burnAt = burnAt_;
        priceAt = priceAt_;
    }

    function setCooldown(uint256 duration) external {
        cooldown = duration;
    }

    /// @notice Puts all that is pending of a request where no view shows it.
    function beginSettlement(address controller, uint256 requestId) external {
        Request storage request = _requests[controller][requestId];
        request.settling += request.pending;
        request.pending = 0;
    }

    /// @notice Makes `shares` of a request claimable.
    function fulfil(address controller, uint256 requestId, uint256 shares) public {
        Request storage request = _requests[controller][requestId];
        uint256 open = request.pending + request.settling;
        if (shares > open) revert PendingExceeded(shares, open);
        uint256 assets = _fulfil(request, shares);
        emit RedeemClaimable(controller, requestId, assets, shares);
        if (isOn(Rule.PaysAtFulfilment)) payOut(controller);
    }

    /// @notice Makes everything claimable that `controller` has requested.
    function fulfilAll(address controller) external {
        uint256[] memory ids = _requestIds[controller];
        for (uint256 i = 0; i < ids.length; ++i) {
            Request storage request = _requests[controller][ids[i]];
            fulfil(controller, ids[i], request.pending + request.settling);
        }
    }

    /// @notice Claims everything on the controller's behalf: the assets go to the controller.
    function payOut(address controller) public {
        uint256 shares = _claimable(controller);
        if (shares > 0) _claim(shares, controller, controller);
    }

    /// @notice Hands `shares` of a request back.
    function cancel(address controller, uint256 requestId, uint256 shares) public {
        Request storage request = _requests[controller][requestId];
        uint256 open = request.pending + request.settling;
        if (shares > open) revert PendingExceeded(shares, open);
        request.pendingAssets -= Math.mulDiv(request.pendingAssets, shares, Math.max(open, 1));
        _reduce(request, shares);
        uint256 held = Math.min(shares, request.unburnt);
        request.unburnt -= held;
        queuedShares -= held;
        _mintShares(address(this), shares - held);
        emit RequestCancelled(controller, requestId, shares);
        if (isOn(Rule.CancelsByClaim)) _handedBack[controller][requestId] += shares;
        else _moveShares(address(this), controller, shares);
    }

    /// @notice Hands everything back that `controller` has requested.
    function cancelAll(address controller) external {
        uint256[] memory ids = _requestIds[controller];
        for (uint256 i = 0; i < ids.length; ++i) {
            Request storage request = _requests[controller][ids[i]];
            cancel(controller, ids[i], request.pending + request.settling);
        }
    }

    // ---------------------------------------------------------------- views

    /// @notice Everything about a request, also what the standard's views hide.
    function getRequest(address controller, uint256 requestId) external view returns (Request memory) {
        return _requests[controller][requestId];
    }

    function getRequestIds(address controller) external view returns (uint256[] memory) {
        return _requestIds[controller];
    }

    // ---------------------------------------------------------------- internal

    function _add(address controller, uint256 shares) internal returns (uint256 requestId) {
        uint256[] storage ids = _requestIds[controller];
        if (isOn(Rule.HasRequestIds)) requestId = ++_lastRequestId;
        if (isOn(Rule.Overwrites)) _forget(controller);
        if (ids.length == 0 || requestId != 0) ids.push(requestId);
        Request storage request = _requests[controller][requestId];
        if (request.pending == 0) request.readyAt = _end();
        request.pending += shares;
        request.pendingAssets += _worth(shares);
        request.unburnt += shares;
        queuedShares += shares;
        _burnDown(request);
        if (!isOn(Rule.RestartsCooldown)) return requestId;
        for (uint256 i = 0; i < ids.length; ++i) _requests[controller][ids[i]].readyAt = _end();
    }

    function _claim(uint256 shares, address receiver, address controller) internal returns (uint256 assets) {
        if (isOn(Rule.HasControllerList) && !isAdmitted[controller]) revert ControllerNotAdmitted(controller);
        uint256 claimable = _claimable(controller);
        bool isPart = isOn(Rule.ClaimsWhole) && shares != claimable;
        if (shares > claimable || isPart) revert ClaimableExceeded(shares, claimable);
        assets = _consume(controller, shares);
        _pay(receiver, assets);
        emit Withdraw(msg.sender, receiver, controller, assets, shares);
    }

    function _claimable(address controller) internal view returns (uint256 shares) {
        uint256[] storage ids = _requestIds[controller];
        for (uint256 i = 0; i < ids.length; ++i) shares += _claimableOf(controller, ids[i]);
    }

    function _pending(address controller) internal view returns (uint256 shares) {
        uint256[] storage ids = _requestIds[controller];
        for (uint256 i = 0; i < ids.length; ++i) shares += _pendingOf(controller, ids[i]);
    }

    function _pendingOf(address controller, uint256 requestId) internal view returns (uint256) {
        Request storage request = _requests[controller][requestId];
        return _isReady(request) ? 0 : request.pending;
    }

    function _claimableOf(address controller, uint256 requestId) internal view returns (uint256 shares) {
        Request storage request = _requests[controller][requestId];
        shares = request.claimable;
        if (isOn(Rule.DerivesClaimable) && shares > 0) {
            // Rounding the price down can make more of the shares than there were.
            uint256 average = _rounded(Math.mulDiv(request.claimableAssets, _ONE_SHARE, shares));
            shares = average == 0 ? 0 : Math.mulDiv(request.claimableAssets, _ONE_SHARE, average);
        }
        if (_isReady(request)) shares += request.pending;
    }

    // ---------------------------------------------------------------- private

    /// @dev What the former request held stays here for good.
    function _forget(address controller) private {
        uint256[] storage ids = _requestIds[controller];
        for (uint256 i = 0; i < ids.length; ++i) delete _requests[controller][ids[i]];
    }

    function _consume(address controller, uint256 shares) private returns (uint256 assets) {
        uint256[] storage ids = _requestIds[controller];
        for (uint256 i = 0; i < ids.length && shares > 0; ++i) {
            Request storage request = _requests[controller][ids[i]];
            if (_isReady(request)) _fulfil(request, request.pending);
            uint256 claimable = _claimableOf(controller, ids[i]);
            uint256 part = Math.min(shares, claimable);
            if (part == 0) continue;
            uint256 promised = Math.mulDiv(request.claimableAssets, part, claimable);
            request.claimableAssets -= promised;
            request.claimable = Math.saturatingSub(request.claimable, part);
            _burnDown(request);
            assets += priceAt == Stage.Claim ? _worth(part) : promised;
            shares -= part;
        }
    }

    function _fulfil(Request storage request, uint256 shares) private returns (uint256 assets) {
        uint256 open = request.pending + request.settling;
        uint256 promised = Math.mulDiv(request.pendingAssets, shares, Math.max(open, 1));
        request.pendingAssets -= promised;
        assets = priceAt == Stage.Request ? promised : _worth(shares);
        _reduce(request, shares);
        request.claimable += shares;
        request.claimableAssets += assets;
        _burnDown(request);
    }

    /// @dev What is in settlement goes first.
    function _reduce(Request storage request, uint256 shares) private {
        uint256 settled = Math.min(shares, request.settling);
        request.settling -= settled;
        request.pending -= shares - settled;
    }

    /// @dev Burns what should be burnt by now, by the present stage, which may have changed since.
    function _burnDown(Request storage request) private {
        uint256 kept;
        if (burnAt != Stage.Request) kept = request.pending + request.settling;
        if (burnAt == Stage.Claim) kept += request.claimable;
        uint256 burnt = Math.saturatingSub(request.unburnt, kept);
        request.unburnt -= burnt;
        queuedShares -= burnt;
        if (burnt > 0) _burnShares(address(this), burnt);
    }

    function _isReady(Request storage request) private view returns (bool) {
        return request.readyAt != 0 && block.timestamp >= request.readyAt;
    }

    function _end() private view returns (uint256) {
        return cooldown == 0 ? 0 : block.timestamp + cooldown;
    }
}
