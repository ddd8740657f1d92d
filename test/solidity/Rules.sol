// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ConfigChecks} from "../../contracts/governance/ConfigChecks.sol";
import {DualGovernanceConfig} from "../../contracts/types/DualGovernanceConfig.sol";
import {Draw} from "./Draw.sol";

/// Every configuration that `ConfigChecks` accepts may come out of here, the extreme ones often.
library Rules {
    using Draw for Draw.Urn;

    uint256 private constant MOST = type(uint24).max;
    uint256 private constant LONGEST = type(uint32).max;

    /// Floor and ceiling as any timelock may have them; the grace leaves room for every configuration.
    function drawBounds(Draw.Urn memory urn) internal pure returns (ConfigChecks.TimelockBounds memory bounds) {
        bounds.delayCeiling = urn.number(4, MOST - 1);
        bounds.delayFloor = urn.number(4, bounds.delayCeiling);
        // No exit may last longer than what a slot of an escrow holds.
        bounds.grace = LONGEST / 2;
        bounds.fallbackDelay = LONGEST / 2;
    }

    function draw(
        Draw.Urn memory urn,
        ConfigChecks.TimelockBounds memory bounds
    ) internal pure returns (DualGovernanceConfig memory config) {
        config.signalling.rageQuitThreshold = uint64(urn.number(2, 1e18));
        config.signalling.signallingThreshold = uint64(urn.number(1, config.signalling.rageQuitThreshold - 1));
        config.signalling.minDuration = uint24(urn.number(bounds.delayCeiling, MOST - 1));
        config.signalling.maxDuration = uint24(urn.number(config.signalling.minDuration + 1, MOST));
        config.signalling.joinWindow = uint24(urn.number(0, config.signalling.minDuration));
        config.signalling.minActive = uint24(urn.number(1, MOST));
        config.signalling.deactivation = uint24(urn.number(1, MOST));
        config.phases.minLock = uint24(urn.number(1, ConfigChecks.MIN_LOCK_CAP));
        config.phases.cooldown = uint24(urn.number(1, bounds.delayFloor / 4));
        config.phases.rageQuitExtension = uint32(urn.number(config.signalling.deactivation, LONGEST));
        config.phases.withdrawalMaxDelay = uint32(urn.number(0, LONGEST));
        config.phases.withdrawalMinDelay = uint32(urn.number(0, config.phases.withdrawalMaxDelay));
        config.phases.withdrawalDelayGrowth = uint32(urn.number(0, LONGEST));
        ConfigChecks.check(config, bounds);
    }
}
