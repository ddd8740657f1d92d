// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC7540Redeem} from "../../interfaces/external/IERC7540Redeem.sol";
import {IVotableSupply} from "../../interfaces/IVotableSupply.sol";
import {AssetMock} from "../AssetMock.sol";

/// @title SwitchingVaultMock
/// @notice Stands for any vault that misbehaves while a rage quit runs, the one of the exit's acceptance model: asset and
/// price come from nowhere, every behaviour can be switched by anybody at any time, and it keeps the truth apart from what
/// it says.
contract SwitchingVaultMock is ERC20, IERC165, IERC7540Redeem, IVotableSupply {
    /// @notice When shares of a request are burnt.
    enum Stage {
        Request,
        Fulfilment,
        Claim
    }

    /// @notice Whose exit the vault takes.
    enum Door {
        Anybody,
        Listed,
        Nobody
    }

    /// @notice What its views say instead of the truth.
    enum Lie {
        None,
        Up,
        Down,
        Fails
    }

    enum Rule {
        TakesRequests,
        RedeemsAtOnce,
        OnePerController,
        PaysOnRequest,
        IsClosed,
        IsPaused,
        /// Redeems at once for a third of what it promises.
        IsDry,
        /// Says that everything is worth nothing.
        IsPriceless,
        /// Takes two thirds of what is asked for.
        TakesLess,
        RestartsCooldown
    }

    struct Request {
        uint256 pending;
        uint256 claimable;
        /// [asset units]
        uint256 claimableAssets;
        /// Cancelled, and not yet taken back.
        uint256 cancelled;
        /// Since when the oldest of what is pending waits. [unix seconds]
        uint256 askedAt;
    }

    /// @notice The vault takes no such exit now, or not from this account.
    error Refused();
    /// @notice Everything stands still.
    error Paused();
    /// @notice The test told the view to fail.
    error ViewFails();
    /// @notice The caller acts on somebody else's shares or requests.
    error NotYours(address caller, address controller);
    /// @notice More than the vault takes, or has claimable. [shares]
    error BeyondLimit(uint256 shares, uint256 limit);

    uint256 private constant _ONE = 1e18;
    /// @dev What an exaggerated view adds. [shares]
    uint256 private constant _EXCESS = 1e11;

    AssetMock private immutable _ASSET;
    /// @notice Whether it reports a votable supply, which leaves out what is queued.
    bool public immutable REPORTS;

    Stage public burnAt = Stage.Fulfilment;
    Door public door;
    Lie public lie;
    /// @notice The most that one request may ask, and what is redeemed at once at a time; 0 for no bound. [shares]
    uint256 public cap;
    uint256 public liquidity;
    /// @notice What a whole share is worth. [asset units]
    uint256 public price = _ONE;
    mapping(address controller => bool) public isListed;
    /// @notice The truth: asked for in somebody's name by others. [shares]
    mapping(address controller => uint256) public giftsTo;
    /// @notice The truth: paid for what somebody asked for. [asset units]
    mapping(address controller => uint256) public paidTo;

    uint256 private _rules;
    mapping(address controller => Request) private _requests;

    constructor(AssetMock asset_, bool reports) ERC20("Switching share", "xSHARE") {
        _ASSET = asset_;
        REPORTS = reports;
    }

    // ---------------------------------------------------------------- switches

    function setRule(Rule rule, bool isOn_) external {
        uint256 bit = 1 << uint8(rule);
        _rules = isOn_ ? _rules | bit : _rules & ~bit;
    }

    function setBurnAt(Stage stage) external {
        burnAt = stage;
    }

    function setDoor(Door door_) external {
        door = door_;
    }

    function setListed(address controller) external {
        isListed[controller] = true;
    }

    function setLie(Lie lie_) external {
        lie = lie_;
    }

    function setCap(uint256 shares) external {
        cap = shares;
    }

    function setLiquidity(uint256 shares) external {
        liquidity = shares;
    }

    function setPrice(uint256 price_) external {
        price = price_;
    }

    function mint(address account, uint256 shares) external {
        _mint(account, shares);
    }

    /// @notice The issuer takes shares from whoever holds them.
    function clawBack(address account, uint256 shares) external {
        _burn(account, shares);
    }

    // ---------------------------------------------------------------- the curator

    function fulfil(address controller, uint256 shares) external {
        Request storage request = _requests[controller];
        shares = Math.min(shares, request.pending);
        if (burnAt == Stage.Fulfilment) _burn(address(this), shares);
        request.pending -= shares;
        request.claimable += shares;
        request.claimableAssets += worth(shares);
    }

    /// @notice Pays what is claimable in the controller's name.
    function payOut(address controller) public {
        Request storage request = _requests[controller];
        _claim(request, request.claimable, controller, controller);
    }

    /// @notice Cancels `shares` and hands them back, or keeps them in a box that only a claim opens.
    function cancel(address controller, uint256 shares, bool isPushed) external {
        Request storage request = _requests[controller];
        shares = Math.min(shares, request.pending);
        request.pending -= shares;
        request.cancelled += shares;
        if (isPushed && !isOn(Rule.IsPaused)) _handBack(request, controller);
    }

    // ---------------------------------------------------------------- what a vessel calls

    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256) {
        Request storage request = _requests[controller];
        if (!isOn(Rule.TakesRequests) || !_admits(controller)) revert Refused();
        if (owner != msg.sender) revert NotYours(msg.sender, owner);
        bool isOwn = owner == controller;
        if (isOn(Rule.OnePerController) && isOwn && request.pending + request.claimable > 0) revert Refused();
        if (cap != 0 && shares > cap) revert BeyondLimit(shares, cap);
        emit RedeemRequest(controller, owner, 0, msg.sender, shares);
        if (isOn(Rule.TakesLess)) shares -= shares / 3;
        if (burnAt == Stage.Request) _burn(owner, shares);
        else _transfer(owner, address(this), shares);
        if (!isOwn) giftsTo[controller] += shares;
        if (request.pending == 0 || isOn(Rule.RestartsCooldown)) request.askedAt = block.timestamp;
        request.pending += shares;
        if (isOn(Rule.PaysOnRequest)) payOut(controller);
        return 0;
    }

    function redeem(uint256 shares, address receiver, address controller) external returns (uint256 assets) {
        if (msg.sender != controller) revert NotYours(msg.sender, controller);
        Request storage request = _requests[controller];
        if (request.claimable > 0) return _claim(request, shares, receiver, controller);
        if (!isOn(Rule.RedeemsAtOnce) || !_admits(controller)) revert Refused();
        if (liquidity != 0 && shares > liquidity) revert BeyondLimit(shares, liquidity);
        _burn(controller, shares);
        assets = worth(shares) / (isOn(Rule.IsDry) ? 3 : 1);
        _pay(receiver, controller, assets);
    }

    function claimCancelRedeemRequest(uint256, address receiver, address controller) external returns (uint256) {
        if (msg.sender != controller) revert NotYours(msg.sender, controller);
        return _handBack(_requests[controller], receiver);
    }

    function transfer(address to, uint256 shares) public override returns (bool) {
        if (isOn(Rule.IsPaused)) revert Paused();
        return super.transfer(to, shares);
    }

    function transferFrom(address from, address to, uint256 shares) public override returns (bool) {
        if (isOn(Rule.IsPaused)) revert Paused();
        return super.transferFrom(from, to, shares);
    }

    // ---------------------------------------------------------------- the truth

    function requestOf(address controller) external view returns (Request memory) {
        return _requests[controller];
    }

    /// @notice What the vault really has of somebody's. [shares]
    function holdsOf(address controller) external view returns (uint256) {
        Request storage request = _requests[controller];
        return request.pending + request.claimable + request.cancelled;
    }

    /// @notice What of it the total supply really contains. [shares]
    function containsOf(address controller) external view returns (uint256 shares) {
        Request storage request = _requests[controller];
        if (burnAt != Stage.Request) shares = request.pending + request.cancelled;
        if (burnAt == Stage.Claim) shares += request.claimable;
    }

    /// @notice The supply without what is queued, if it is one that leaves that out. [shares]
    function trueSupply() public view returns (uint256) {
        uint256 queued = REPORTS && burnAt != Stage.Request ? balanceOf(address(this)) : 0;
        return super.totalSupply() - queued;
    }

    function worth(uint256 shares) public view returns (uint256) {
        return Math.mulDiv(shares, price, _ONE);
    }

    function isOn(Rule rule) public view returns (bool) {
        return _rules & (1 << uint8(rule)) != 0;
    }

    // ---------------------------------------------------------------- what it says

    function asset() external view returns (address) {
        return address(_ASSET);
    }

    function totalSupply() public view override returns (uint256) {
        if (lie == Lie.Fails) revert ViewFails();
        return super.totalSupply();
    }

    function votableSupply() external view returns (uint256) {
        if (lie == Lie.Fails) revert ViewFails();
        return trueSupply();
    }

    function pendingRedeemRequest(uint256, address controller) external view returns (uint256) {
        return _told(_requests[controller].pending);
    }

    function claimableRedeemRequest(uint256, address controller) external view returns (uint256) {
        return _told(_requests[controller].claimable);
    }

    function claimableCancelRedeemRequest(uint256, address controller) external view returns (uint256) {
        return _requests[controller].cancelled;
    }

    function maxRedeem(address controller) external view returns (uint256 shares) {
        shares = _requests[controller].claimable;
        if (shares > 0 || !isOn(Rule.RedeemsAtOnce)) return shares;
        shares = balanceOf(controller);
        if (liquidity != 0) shares = Math.min(shares, liquidity);
    }

    function convertToAssets(uint256 shares) external view returns (uint256) {
        if (lie == Lie.Fails) revert ViewFails();
        return isOn(Rule.IsPriceless) || lie == Lie.Down ? 0 : worth(shares);
    }

    function previewRedeem(uint256 shares) external view returns (uint256) {
        if (lie == Lie.Fails) revert ViewFails();
        return isOn(Rule.IsPriceless) ? 0 : worth(shares);
    }

    function supportsInterface(bytes4 interfaceId) external view returns (bool) {
        if (interfaceId == type(IVotableSupply).interfaceId) return REPORTS;
        return interfaceId == type(IERC165).interfaceId || (interfaceId == 0x620ee8e4 && isOn(Rule.TakesRequests));
    }

    // ---------------------------------------------------------------- private

    function _claim(
        Request storage request,
        uint256 shares,
        address receiver,
        address controller
    ) private returns (uint256 assets) {
        if (isOn(Rule.IsPaused)) revert Paused();
        if (shares > request.claimable) revert BeyondLimit(shares, request.claimable);
        if (shares == 0) return 0;
        assets = Math.mulDiv(request.claimableAssets, shares, request.claimable);
        request.claimable -= shares;
        request.claimableAssets -= assets;
        if (burnAt == Stage.Claim) _burn(address(this), shares);
        _pay(receiver, controller, assets);
    }

    function _handBack(Request storage request, address receiver) private returns (uint256 shares) {
        if (isOn(Rule.IsPaused)) revert Paused();
        shares = request.cancelled;
        request.cancelled = 0;
        if (burnAt == Stage.Request) _mint(receiver, shares);
        else _transfer(address(this), receiver, shares);
    }

    function _pay(address receiver, address controller, uint256 assets) private {
        paidTo[controller] += assets;
        _ASSET.mint(receiver, assets);
    }

    function _admits(address controller) private view returns (bool) {
        if (isOn(Rule.IsClosed) || isOn(Rule.IsPaused)) return false;
        return door == Door.Anybody || (door == Door.Listed && isListed[controller]);
    }

    function _told(uint256 shares) private view returns (uint256) {
        if (lie == Lie.Fails) revert ViewFails();
        if (lie == Lie.Down) return 0;
        return lie == Lie.Up ? shares * 2 + _EXCESS : shares;
    }
}
