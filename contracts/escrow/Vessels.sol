// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";
import {ExitTerms} from "../types/ExitTerms.sol";
import {ExitLedger} from "./ExitLedger.sol";

/// @title Vessels
/// @notice Where the vessels of an epoch are, and which of them it uses.
library Vessels {
    /// @notice Vessels of each epoch at addresses that anybody can compute.
    uint256 internal constant NUMBERED = 4;
    /// @notice Vessels that one epoch may use: as many as can be watched.
    uint256 internal constant LIMIT = 8;

    /// @notice The vessel that `given` names, made if need be.
    /// @param given A numbered vessel, one the epoch has used, or zero for a fresh one.
    function provide(
        ExitLedger.Epoch storage self,
        address implementation,
        uint256 epoch,
        address given,
        ExitTerms storage terms
    ) internal returns (address) {
        if (given == address(0)) {
            if (!terms.allowsFreshVessels) revert IVetoEscrow.FreshVesselsForbidden();
            // Whoever begins with next to nothing again and again leaves room for vessels that a vault has admitted.
            if (self.vesselCount >= LIMIT - NUMBERED) revert IVetoEscrow.TooManyVessels(epoch, LIMIT - NUMBERED);
            // Nobody can prepare it long before: neither another block nor another caller finds the same address.
            bytes32 salt = keccak256(abi.encode(epoch, self.vesselCount, msg.sender, block.number, block.prevrandao));
            return _make(implementation, salt);
        }
        if (isUsed(self, given)) return given;
        for (uint256 number = 0; number < NUMBERED; ++number) {
            if (addressOf(implementation, epoch, number) == given) return create(implementation, epoch, number);
        }
        revert IVetoEscrow.NotAVessel(epoch, given);
    }

    /// @notice Makes a numbered vessel, if it is not there yet.
    function create(address implementation, uint256 epoch, uint256 number) internal returns (address vessel) {
        vessel = addressOf(implementation, epoch, number);
        if (vessel.code.length != 0) return vessel;
        _make(implementation, _saltOf(epoch, number));
        emit IVetoEscrow.VesselCreated(epoch, number, vessel);
    }

    /// @notice From now on the epoch uses `vessel`; the first one pays.
    /// @dev Fresh ones have left room for all that have numbers, so there are never more than the limit.
    function use(ExitLedger.Epoch storage self, address vessel) internal {
        if (isUsed(self, vessel)) return;
        uint256 count = self.vesselCount;
        if (count == 0) self.payer = vessel;
        else self.laterVessels[count] = vessel;
        self.vesselCount = uint8(count + 1);
    }

    function isUsed(ExitLedger.Epoch storage self, address vessel) internal view returns (bool) {
        uint256 count = self.vesselCount;
        for (uint256 i = 0; i < count; ++i) if (at(self, i) == vessel) return true;
        return false;
    }

    function at(ExitLedger.Epoch storage self, uint256 index) internal view returns (address) {
        return index == 0 ? self.payer : self.laterVessels[index];
    }

    function addressOf(address implementation, uint256 epoch, uint256 number) internal view returns (address) {
        return
            Clones.predictDeterministicAddressWithImmutableArgs(
                implementation,
                abi.encodePacked(address(this)),
                _saltOf(epoch, number),
                address(this)
            );
    }

    function _make(address implementation, bytes32 salt) private returns (address) {
        return Clones.cloneDeterministicWithImmutableArgs(implementation, abi.encodePacked(address(this)), salt);
    }

    /// @dev Of another length than what a fresh vessel's salt is made of.
    function _saltOf(uint256 epoch, uint256 number) private pure returns (bytes32) {
        if (number >= NUMBERED) revert IVetoEscrow.VesselNumberOutOfRange(number, NUMBERED);
        return keccak256(abi.encode(epoch, number));
    }
}
