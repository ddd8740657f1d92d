// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Books} from "../../types/Staking.sol";

/// @title PoolBooks
/// @notice Arithmetic of the pool: what shares are worth, how gains are let in, what a loss takes. Pure.
/// @dev `test/model/pool` is its twin.
library PoolBooks {
    using Math for uint256;
    using SafeCast for uint256;

    /// @notice Shares that nobody has, against one wei that nobody owns: whoever inflates the price to rob the first
    /// depositor loses about a thousand times what the victim does. [shares]
    uint256 internal constant VIRTUAL_SHARES = 1e3;
    uint256 internal constant VIRTUAL_ASSETS = 1;

    /// @dev Gain let in a day: 0.075 % of assets.
    uint256 private constant _GAIN_NUMERATOR = 75;
    uint256 private constant _GAIN_DENOMINATOR = 100_000 * uint256(1 days);
    /// @dev Deposits pay for carried gain up to this part of assets.
    uint256 private constant _PRICED_PART = 20;
    /// @dev A share worth less than this part of its first price is not sold: numbers of shares stay far below 2^128, and
    /// nobody takes over for next to nothing what is still to be let in.
    uint256 private constant _COLLAPSED_PART = 1e6;

    /// @notice What all shares together are worth: everything held but gain that has not been let in. [wei]
    function calcAssets(Books memory books) internal pure returns (uint256) {
        return (uint256(books.idle) + books.value).saturatingSub(books.carry);
    }

    /// @notice Whether shares have lost all but a millionth of their first price.
    function isCollapsed(Books memory books, uint256 supply) internal pure returns (bool) {
        return calcAssets(books) * VIRTUAL_SHARES * _COLLAPSED_PART < supply;
    }

    /// @notice Lets in the gain of the time since the last call, and charges its fee.
    /// @param supply [shares]
    /// @param time [unix seconds]
    /// @return feeShares To be minted, rounded down. [shares]
    function settle(Books memory books, uint256 supply, uint256 time) internal pure returns (uint256 feeShares) {
        uint256 elapsed = time - books.settledAt;
        books.settledAt = uint40(time);
        uint256 carry = books.carry;
        uint256 part = Math.min(carry, calcAssets(books).mulDiv(_GAIN_NUMERATOR * elapsed, _GAIN_DENOMINATOR));
        if (part == 0) return 0;
        uint256 due = books.due;
        uint256 fee = due.mulDiv(part, carry);
        books.carry = uint128(carry - part);
        uint256 assets = calcAssets(books);
        fee = Math.min(fee, assets / 2);
        books.due = part == carry ? 0 : uint128(due - fee);
        if (fee != 0) feeShares = fee.mulDiv(supply, assets - fee);
    }

    /// @notice Shares that a deposit buys. It pays for gain that is carried, net of its fee, up to 5 % of assets: nobody
    /// buys a gain that is already shown. Rounded down.
    function toShares(Books memory books, uint256 supply, uint256 assets) internal pure returns (uint256) {
        return assets.mulDiv(supply + VIRTUAL_SHARES, _calcDepositValue(books));
    }

    /// @notice What a deposit must bring to buy `shares`. Rounded up. [wei]
    function toDeposit(Books memory books, uint256 supply, uint256 shares) internal pure returns (uint256) {
        return shares.mulDiv(_calcDepositValue(books), supply + VIRTUAL_SHARES, Math.Rounding.Ceil);
    }

    /// @notice What a redemption pays, the haircut for slashed keys taken off. Rounded down. [wei]
    function toRedemption(Books memory books, uint256 supply, uint256 shares) internal pure returns (uint256) {
        uint256 assets = calcAssets(books).saturatingSub(books.haircut) + VIRTUAL_ASSETS;
        return shares.mulDiv(assets, supply + VIRTUAL_SHARES);
    }

    /// @notice Books a gain: it is carried, with its fee.
    /// @param due Fee on it. [wei]
    function addGain(Books memory books, uint256 gain, uint256 due) internal pure {
        books.value = (books.value + gain).toUint128();
        books.carry = (books.carry + gain).toUint128();
        books.due = (books.due + due).toUint128();
    }

    /// @notice Books a loss: the bond of the operator bears it first, then gain that is carried, then all shares alike.
    /// @param bond Shares of the operator's that can be burned. [shares]
    /// @return burned To be burned, rounded down to what the loss is worth. [shares]
    function takeLoss(
        Books memory books,
        uint256 supply,
        uint256 loss,
        uint256 bond
    ) internal pure returns (uint256 burned) {
        uint256 before = calcAssets(books);
        books.value = uint128(books.value - loss);
        uint256 rest = loss;
        if (before != 0 && supply != 0) {
            burned = Math.min(bond, loss.mulDiv(supply, before));
            rest -= Math.min(rest, burned.mulDiv(before, supply));
        }
        uint256 carry = books.carry;
        uint256 absorbed = Math.min(carry, rest);
        if (absorbed == 0) return burned;
        books.due = uint128(books.due - uint256(books.due).mulDiv(absorbed, carry, Math.Rounding.Ceil));
        books.carry = uint128(carry - absorbed);
    }

    function _calcDepositValue(Books memory books) private pure returns (uint256) {
        uint256 assets = calcAssets(books);
        uint256 net = uint256(books.carry).saturatingSub(books.due);
        return assets + Math.min(net, assets / _PRICED_PART) + VIRTUAL_ASSETS;
    }
}
