// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IStakingPool} from "../../interfaces/IStakingPool.sol";
import {FeeUnits} from "../pool/FeeUnits.sol";

/// @title Bonds
/// @notice Shares that the registry holds for operators and provers: 1 ETH for each key, and earned fees. Until they are
/// released they bear their operator's losses.
library Bonds {
    using SafeCast for uint256;

    struct Account {
        /// For keys that are not withdrawn. [shares]
        uint128 keyBond;
        /// Earned fees that bear losses, too; a prover's do not. [shares]
        uint128 fees;
        /// [shares]
        uint128 released;
        FeeUnits.Account earning;
    }

    /// @notice Adds the fees earned since the last time.
    function accrue(Account storage self, IStakingPool pool) internal {
        uint256 round = pool.feeRound();
        FeeUnits.Account memory earning = self.earning;
        self.fees = (self.fees + calcEarned(earning, pool)).toUint128();
        uint256 units = earning.round == round ? earning.units : 0;
        self.earning = FeeUnits.Account(round, units, pool.feePaidPerUnit(round));
    }

    /// @notice Fees of the units since they were last looked at. Rounded down. [shares]
    function calcEarned(FeeUnits.Account memory earning, IStakingPool pool) internal view returns (uint256) {
        if (earning.units == 0) return 0;
        uint256 paid = pool.feePaidPerUnit(earning.round) - earning.paidPerUnit;
        return Math.mulDiv(earning.units, paid, FeeUnits.PRECISION);
    }

    /// @notice Takes `burned` shares for a loss, fees first.
    function burn(Account storage self, uint256 burned) internal {
        uint256 fromFees = Math.min(self.fees, burned);
        self.fees -= uint128(fromFees);
        self.keyBond -= uint128(burned - fromFees);
    }

    /// @notice Releases the part of `withdrawn` of `keys` keys. Rounded down.
    function releaseKeys(Account storage self, uint256 withdrawn, uint256 keys) internal returns (uint256 shares) {
        if (withdrawn == 0) return 0;
        shares = Math.mulDiv(self.keyBond, withdrawn, keys);
        self.keyBond -= uint128(shares);
        self.released += uint128(shares);
    }

    function releaseFees(Account storage self) internal returns (uint256 shares) {
        shares = self.fees;
        self.fees = 0;
        self.released += uint128(shares);
    }

    function takeReleased(Account storage self) internal returns (uint256 shares) {
        shares = self.released;
        self.released = 0;
    }
}
