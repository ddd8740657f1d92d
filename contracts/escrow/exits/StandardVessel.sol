// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IERC7540Redeem} from "../../interfaces/external/IERC7540Redeem.sol";
import {IERC7887Redeem} from "../../interfaces/external/IERC7887Redeem.sol";
import {IVessel} from "../../interfaces/IVessel.sol";
import {BoundedCall} from "../../libraries/BoundedCall.sol";
import {Vessel} from "./Vessel.sol";

/// @title StandardVessel
/// @notice Leaves any ERC-4626 vault and any ERC-7540 vault: by a request that the vault pays later, or by redeeming at
/// once, whichever it takes at that moment. Vaults close, open and are upgraded from one to the other.
contract StandardVessel is Vessel {
    /// @dev The two ways.
    uint256 private constant _REQUEST = 0;
    uint256 private constant _REDEEM = 1;

    /// @dev Requests that are watched at once.
    uint256 private constant _MAX_REQUESTS = 8;
    /// @dev A request is tried for all, the half, and so on down to a 64th.
    uint256 private constant _REQUEST_SIZES = 7;
    /// @dev An immediate redemption is tried for all that the vault lets go, an eighth and a 64th of it.
    uint256 private constant _REDEEM_SIZES = 3;
    /// @dev ERC-7540, asynchronous redemption.
    bytes4 private constant _ASYNC_REDEEM_ID = 0x620ee8e4;

    /// @dev The ids that the vault gave to requests: one for all of them, or one each. Empty as long as none was accepted.
    uint256[] private _requestIds;
    /// @dev Asked for in requests, less what was redeemed since; what the vault has sent back is in it still. [shares]
    uint256 private _asked;

    constructor(IERC4626 vault) Vessel(vault) {}

    /// @inheritdoc IVessel
    function pendingShares() public view returns (uint256 shares) {
        for (uint256 i = 0; i < _requestIds.length; ++i) {
            shares += IERC7540Redeem(VAULT).pendingRedeemRequest(_requestIds[i], address(this));
        }
    }

    /// @notice Claimable and not yet claimed, of the vessel's own requests. [shares]
    function claimableShares() public view returns (uint256 shares) {
        for (uint256 i = 0; i < _requestIds.length; ++i) {
            shares += IERC7540Redeem(VAULT).claimableRedeemRequest(_requestIds[i], address(this));
        }
    }

    /// @inheritdoc IVessel
    function requestedShares() external view returns (uint256) {
        return pendingShares() + claimableShares();
    }

    /// @dev Requests first where the vault announces them: there redeeming at once is for what is claimable already, unless
    /// the vault has closed. A vault that promises nothing may redeem all the same; one finds out by trying.
    function _plan(uint256 shares, uint256 least) internal view override returns (Try[] memory tries) {
        (, uint256 promised) = _readVault(abi.encodeCall(IERC4626.maxRedeem, (address(this))));
        uint256 redeemable = promised == 0 ? shares : Math.min(promised, shares);
        bool requestsFirst = ERC165Checker.supportsInterface(VAULT, _ASYNC_REDEEM_ID);
        tries = new Try[](_REQUEST_SIZES + _REDEEM_SIZES);
        uint256 count = 0;
        if (requestsFirst) count = _addSizes(tries, count, _REQUEST, shares, least, 1);
        count = _addSizes(tries, count, _REDEEM, redeemable, Math.min(least, redeemable), 3);
        // Fewer sizes leave more gas to the redemption before them.
        if (!requestsFirst) count = _addSizes(tries, count, _REQUEST, shares, least, 3);
        assembly ("memory-safe") {
            mstore(tries, count)
        }
    }

    function _beginExit(uint256 way, uint256 shares) internal override returns (uint256 redeemed) {
        if (way == _REDEEM) return _redeemNow(shares);
        _asked += shares;
        _remember(IERC7540Redeem(VAULT).requestRedeem(shares, address(this), address(this)));
    }

    /// @dev Whatever was requested in this vessel's name, by whomever, is claimed whole: nothing is left that rounding could
    /// strand. While shares that could not go back lie here, only what the vault calls claimable of our own requests is.
    function _claim() internal override returns (uint256 redeemed) {
        (bool answered, uint256 shares) = _readVault(abi.encodeCall(IERC4626.maxRedeem, (address(this))));
        if (answered && shares == 0 && _requestIds.length == 0) return 0;
        BoundedCall.requireGas(_CLAIM_GAS);
        bool mayHoldShares = (shares != 0 || !answered) && _mayHoldShares();
        if (shares != 0 && mayHoldShares) {
            (, uint256 own) = _ownClaimable();
            shares = Math.min(shares, own);
        }
        redeemed = _redeem(shares);
        if (redeemed == 0) redeemed = _claimOwn(!answered && !mayHoldShares);
        if (redeemed != 0) _asked = Math.saturatingSub(_asked, redeemed);
        _takeBackCancelled();
    }

    /// @dev For a vault that promises nothing, too much, or cannot count what strangers have requested here: what it calls
    /// claimable of our own requests, or the half of it. For one that says nothing at all within what a view may burn: all
    /// that was asked for, the half, and so on down to a 64th, so that no view decides whether anything is claimed.
    function _claimOwn(bool isSilent) private returns (uint256 redeemed) {
        (bool answered, uint256 shares) = _ownClaimable();
        redeemed = _redeem(shares);
        if (redeemed == 0) redeemed = _redeem(shares / 2);
        if (answered || !isSilent) return redeemed;
        for (uint256 i = 0; i < _REQUEST_SIZES && redeemed == 0; ++i) redeemed = _redeem(_asked >> i);
    }

    /// @return redeemed All the shares, or none.
    function _redeem(uint256 shares) private returns (uint256 redeemed) {
        if (shares == 0) return 0;
        bytes memory order = abi.encodeCall(IERC4626.redeem, (shares, address(this), address(this)));
        if (_order(order, _REST_GAS)) redeemed = shares;
    }

    /// @dev An id that is settled makes room for another one.
    function _remember(uint256 id) private {
        uint256 count = _requestIds.length;
        for (uint256 i = 0; i < count; ++i) if (_requestIds[i] == id) return;
        if (count < _MAX_REQUESTS) {
            _requestIds.push(id);
            return;
        }
        for (uint256 i = 0; i < count; ++i) {
            if (_isSettled(_requestIds[i])) {
                _requestIds[i] = id;
                return;
            }
        }
        revert TooManyRequests(_MAX_REQUESTS);
    }

    function _isSettled(uint256 id) private view returns (bool) {
        return
            IERC7540Redeem(VAULT).pendingRedeemRequest(id, address(this)) == 0 &&
            IERC7540Redeem(VAULT).claimableRedeemRequest(id, address(this)) == 0;
    }

    /// @dev Requests that the vault has cancelled and does not hand back by itself.
    function _takeBackCancelled() private {
        for (uint256 i = 0; i < _requestIds.length; ++i) {
            // What is kept for handing over stays, however much each question burns.
            if (gasleft() < _HAND_OVER_GAS + _VIEW_GAS + _VIEW_GAS / 32) return;
            uint256 id = _requestIds[i];
            (, uint256 shares) = _readVault(
                abi.encodeCall(IERC7887Redeem.claimableCancelRedeemRequest, (id, address(this)))
            );
            if (shares == 0) continue;
            bytes memory order = abi.encodeCall(
                IERC7887Redeem.claimCancelRedeemRequest,
                (id, address(this), address(this))
            );
            _order(order, _HAND_OVER_GAS);
        }
    }

    /// @dev A share that does not report a balance must not stop what the vault pays.
    function _mayHoldShares() private view returns (bool) {
        bytes memory question = abi.encodeCall(IERC20.balanceOf, (address(this)));
        (bool answered, uint256 balance) = BoundedCall.read(SHARE, question, _TOKEN_GAS);
        return !answered || balance != 0;
    }

    function _ownClaimable() private view returns (bool answered, uint256 shares) {
        try this.claimableShares{gas: _VIEW_GAS}() returns (uint256 claimable) {
            return (true, claimable);
        } catch {
            return (false, 0);
        }
    }

    /// @dev Adds `from` and ever smaller parts of it, each 2^shift times smaller than the one before, down to `least`.
    function _addSizes(
        Try[] memory tries,
        uint256 count,
        uint256 way,
        uint256 from,
        uint256 least,
        uint256 shift
    ) private pure returns (uint256) {
        uint256 limit = count + (way == _REQUEST ? _REQUEST_SIZES : _REDEEM_SIZES);
        for (uint256 size = from; size != 0 && count < limit; ++count) {
            tries[count] = Try(way, size);
            if (size <= least) return count + 1;
            size = Math.max(size >> shift, least);
        }
        return count;
    }
}
