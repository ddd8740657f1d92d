// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IERC7540Redeem} from "../../interfaces/external/IERC7540Redeem.sol";
import {IERC7887Redeem} from "../../interfaces/external/IERC7887Redeem.sol";
import {IVotableSupply} from "../../interfaces/IVotableSupply.sol";
import {PricedVault} from "./PricedVault.sol";
import {RequestQueue} from "./RequestQueue.sol";

/// @title RequestVaultMock
/// @notice Stands for the vaults with asynchronous redemption (ERC-7540) that stakers meet in practice, honest to begin
/// with: how they take shares, whom they admit, which requests they refuse, when they burn, price and pay, what a
/// stranger's request or a curator's hand does to somebody's, how they close, open and are upgraded, which views lie or
/// fail. All of it can be switched by anybody while somebody is leaving.
contract RequestVaultMock is RequestQueue, IERC165, IERC7540Redeem, IERC7887Redeem, IVotableSupply {
    /// @notice The caller is neither `account` nor its operator.
    error NotAllowed(address caller, address account);
    /// @notice The vault takes no requests.
    error RequestsRefused();
    /// @notice The request is smaller or larger than the vault takes. [shares]
    error RequestOutOfBounds(uint256 shares, uint256 minimum, uint256 maximum);
    /// @notice `controller` has a request already.
    error RequestPending(address controller);
    /// @notice The vault takes requests in one's own name only.
    error ControllerIsNotOwner(address controller, address owner);
    /// @notice ERC-7540 has no preview of an asynchronous redemption.
    error PreviewNotSupported();
    /// @notice An amount of zero.
    error ZeroShares();

    event OperatorSet(address indexed controller, address indexed operator, bool approved);

    bytes4 private constant _OPERATOR_ID = 0xe3bc4e65;
    bytes4 private constant _VAULT_ID = 0x2f0a18c5;
    bytes4 private constant _ASYNC_REDEEM_ID = 0x620ee8e4;

    /// @notice The bounds of one request. [shares]
    uint256 public minimum;
    uint256 public maximum = type(uint256).max;
    /// @notice What is taken of the shares of a request, whatever it asked for. [1e18 = 100 %]
    uint256 public takenPart = _WHOLE;
    mapping(address controller => mapping(address operator => bool)) public isOperator;

    constructor(IERC20 asset_, bool isApart) PricedVault(asset_, isApart) {}

    // ---------------------------------------------------------------- switches

    function setBounds(uint256 minimum_, uint256 maximum_) external {
        minimum = minimum_;
        maximum = maximum_;
    }

    function setTakenPart(uint256 part) external {
        takenPart = part;
    }

    // ---------------------------------------------------------------- ERC-7540

    function setOperator(address operator, bool approved) external returns (bool) {
        isOperator[msg.sender][operator] = approved;
        emit OperatorSet(msg.sender, operator, approved);
        return true;
    }

    /// @dev As the standard has it, the controller is not asked.
    function requestRedeem(
        uint256 shares,
        address controller,
        address owner
    ) external asTold returns (uint256 requestId) {
        _checkRequest(shares, controller, owner);
        if (isOn(Rule.PaysFirst)) payOut(controller);
        if (isOn(Rule.OnePerController) && _pending(controller) > 0) revert RequestPending(controller);
        if (!_mayActFor(owner)) _spend(owner, msg.sender, shares);
        uint256 taken = Math.mulDiv(shares, takenPart, _WHOLE);
        if (isOn(Rule.TakesByAllowance)) _spend(owner, address(this), taken);
        _moveShares(owner, address(this), taken);
        requestId = _add(controller, taken);
        emit RedeemRequest(controller, owner, requestId, msg.sender, shares);
        if (isOn(Rule.FulfilsAtOnce)) fulfil(controller, requestId, taken);
    }

    function redeem(uint256 shares, address receiver, address controller) external asTold returns (uint256) {
        if (_redeemsAtOnce(controller)) return _redeemAtOnce(shares, receiver, controller);
        _checkCaller(controller);
        if (shares == 0) revert ZeroShares();
        return _claim(shares, receiver, controller);
    }

    function pendingRedeemRequest(uint256 requestId, address controller) external view asTold returns (uint256) {
        return _told(_pendingOf(controller, requestId));
    }

    function claimableRedeemRequest(uint256 requestId, address controller) external view asTold returns (uint256) {
        return _told(_claimableOf(controller, requestId));
    }

    // ---------------------------------------------------------------- ERC-7887

    function cancelRedeemRequest(uint256 requestId, address controller) external {
        _checkCaller(controller);
        cancel(controller, requestId, _pendingOf(controller, requestId));
    }

    function claimCancelRedeemRequest(
        uint256 requestId,
        address receiver,
        address controller
    ) external asTold returns (uint256 shares) {
        _checkCaller(controller);
        shares = _handedBack[controller][requestId];
        _handedBack[controller][requestId] = 0;
        _moveShares(address(this), receiver, shares);
    }

    /// @dev Every cancellation is decided at once.
    function pendingCancelRedeemRequest(uint256, address) external pure returns (bool) {
        return false;
    }

    function claimableCancelRedeemRequest(
        uint256 requestId,
        address controller
    ) external view asTold returns (uint256) {
        return _handedBack[controller][requestId];
    }

    // ---------------------------------------------------------------- views

    function maxRedeem(address controller) external view asTold returns (uint256) {
        uint256 shares = _claimable(controller);
        return _told(_redeemsAtOnce(controller) ? IERC20(share()).balanceOf(controller) : shares);
    }

    function previewRedeem(uint256 shares) external view asTold returns (uint256) {
        if (!isOn(Rule.IsSynchronous) && !isOn(Rule.PreviewsAnyway)) revert PreviewNotSupported();
        return _told(_worth(shares));
    }

    function votableSupply() external view asTold returns (uint256) {
        return _told(IERC20(share()).totalSupply() - queuedShares);
    }

    function supportsInterface(bytes4 interfaceId) external view asTold returns (bool) {
        if (interfaceId == type(IVotableSupply).interfaceId) return isOn(Rule.ReportsVotableSupply);
        bool isAsync = interfaceId == _ASYNC_REDEEM_ID || interfaceId == type(IERC7887Redeem).interfaceId;
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == _OPERATOR_ID ||
            interfaceId == _VAULT_ID ||
            (isAsync && !isOn(Rule.IsSynchronous));
    }

    // ---------------------------------------------------------------- private

    function _redeemAtOnce(uint256 shares, address receiver, address owner) private returns (uint256 assets) {
        if (!_mayActFor(owner)) _spend(owner, msg.sender, shares);
        assets = _worth(shares);
        _burnShares(owner, shares);
        _pay(receiver, assets);
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
    }

    function _redeemsAtOnce(address controller) private view returns (bool) {
        return (isOn(Rule.IsClosed) || isOn(Rule.IsSynchronous)) && _claimable(controller) == 0;
    }

    function _mayActFor(address account) private view returns (bool) {
        return msg.sender == account || isOperator[account][msg.sender];
    }

    function _checkCaller(address controller) private view {
        if (!_mayActFor(controller)) revert NotAllowed(msg.sender, controller);
    }

    function _checkRequest(uint256 shares, address controller, address owner) private view {
        bool isRefused = isOn(Rule.IsClosed) || isOn(Rule.IsSynchronous) || isOn(Rule.RefusesRequests);
        if (isRefused) revert RequestsRefused();
        if (shares == 0) revert ZeroShares();
        if (shares < minimum || shares > maximum) revert RequestOutOfBounds(shares, minimum, maximum);
        if (isOn(Rule.OwnersOnly) && controller != owner) revert ControllerIsNotOwner(controller, owner);
        if (isOn(Rule.HasControllerList) && !isAdmitted[controller]) revert ControllerNotAdmitted(controller);
    }
}
