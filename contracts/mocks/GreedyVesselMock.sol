// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {StandInMock} from "./StandInMock.sol";

/// @title GreedyVesselMock
/// @notice Stands for a vessel of somebody's own that uses up all the gas it is given to claim, and claims nothing.
contract GreedyVesselMock is StandInMock {
    constructor(address original) StandInMock(original) {}

    function claim(address) external view returns (uint256) {
        while (gasleft() > 3_000) {}
        return 0;
    }
}
