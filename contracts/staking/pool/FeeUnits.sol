// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title FeeUnits
/// @notice Whose fee it is. A fee is due when a gain is booked, and is paid in shares as the gain is let in, unless a loss
/// takes it. So whoever has earned it gets units of all that is due: what is paid goes to units alike, and what a loss
/// takes is missing to all alike.
/// @dev A round ends when nothing is due any more. Units are never more than 2^64 times what is due, so that no history
/// makes them overflow.
library FeeUnits {
    struct Pot {
        uint256 round;
        /// All units of the round.
        uint256 units;
        /// Shares that one unit has been paid, by round. [1e27 = 1 share unit]
        mapping(uint256 round => uint256 paid) paidPerUnit;
    }

    struct Account {
        uint256 round;
        uint256 units;
        /// What a unit had been paid when the account was last brought up to date.
        uint256 paidPerUnit;
    }

    uint256 internal constant PRECISION = 1e27;
    uint256 private constant _MAX_UNITS_PER_WEI = 1 << 64;

    /// @notice Units for a fee that is due from now on. Rounded down.
    /// @param due What was due before. [wei]
    /// @param added [wei]
    function add(Pot storage pot, uint256 due, uint256 added) internal returns (uint256 units) {
        uint256 all = pot.units;
        units = all == 0 ? added : Math.mulDiv(added, all, due);
        pot.units = all + units;
    }

    /// @notice Pays `shares` to all units alike. Rounded down.
    function pay(Pot storage pot, uint256 shares) internal {
        pot.paidPerUnit[pot.round] += Math.mulDiv(shares, PRECISION, pot.units);
    }

    /// @notice Whether what is due is nothing, or too little for its units: the round ends then, and nothing is due.
    function isSpent(Pot storage pot, uint256 due) internal view returns (bool) {
        return due * _MAX_UNITS_PER_WEI < pot.units;
    }

    /// @notice Ends the round.
    function endRound(Pot storage pot) internal {
        pot.units = 0;
        ++pot.round;
    }
}
