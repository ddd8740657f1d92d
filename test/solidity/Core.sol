// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {VetoEscrow} from "../../contracts/escrow/VetoEscrow.sol";
import {StandardVessel} from "../../contracts/escrow/exits/StandardVessel.sol";
import {DualGovernance} from "../../contracts/governance/DualGovernance.sol";
import {AssetMock} from "../../contracts/mocks/AssetMock.sol";
import {RuleTargetMock} from "../../contracts/mocks/RuleTargetMock.sol";
import {VaultMock} from "../../contracts/mocks/VaultMock.sol";
import {DualGovernanceTimelock} from "../../contracts/timelock/DualGovernanceTimelock.sol";
import {ExitTerms} from "../../contracts/types/ExitTerms.sol";
import {FallbackGate} from "../../contracts/timelock/FallbackGate.sol";
import {DualGovernanceConfig, PhaseConfig, SignallingConfig} from "../../contracts/types/DualGovernanceConfig.sol";

/// Timelock, escrow and gate over an honest ERC-4626 vault, with a second for every half hour or so of the default
/// configuration. Whoever inherits it proposes, cancels and is the timelock's admin; everybody executes.
abstract contract Core {
    /// [seconds]
    uint256 internal constant DELAY_FLOOR = 40;
    uint256 internal constant DELAY_CEILING = 60;
    uint256 internal constant BASE_DELAY = 50;
    uint256 internal constant GRACE = 2_000;
    uint256 internal constant FALLBACK_DELAY = 700;

    /// What the vault holds before anybody enters. [asset units]
    uint256 internal constant SEED = 1e9;

    AssetMock public asset;
    VaultMock public vault;
    DualGovernanceTimelock public timelock;
    StandardVessel public vessel;
    VetoEscrow public escrow;
    DualGovernance public gate;
    RuleTargetMock public target;

    constructor() {
        asset = new AssetMock("Asset", "A", 18);
        vault = new VaultMock(asset);
        address[] memory proposers = new address[](1);
        proposers[0] = address(this);
        timelock = new DualGovernanceTimelock(
            DualGovernanceTimelock.Bounds({
                delayFloor: DELAY_FLOOR,
                delayCeiling: DELAY_CEILING,
                grace: GRACE,
                protectionLimit: 10_000,
                emergencyLimit: 1_000,
                tiebreakerFloor: 5_000,
                tiebreakerCeiling: 20_000
            }),
            new FallbackGate(FALLBACK_DELAY),
            BASE_DELAY,
            proposers,
            new address[](1),
            address(this)
        );
        // The escrow refuses a vault without shares.
        asset.mint(address(this), SEED);
        asset.approve(address(vault), SEED);
        vault.deposit(SEED, address(this));
        vessel = new StandardVessel(vault);
        escrow = new VetoEscrow(vessel, ExitTerms(70, 600, 600, 3_000, 6_000, 50, true));
        gate = new DualGovernance(timelock, escrow, makeRules(false));
        escrow.bindGate(address(gate));
        timelock.setGate(gate);
        target = new RuleTargetMock(address(timelock));
    }

    /// The rules of the start, or others that the gate accepts too.
    function makeRules(bool isOther) internal pure returns (DualGovernanceConfig memory) {
        if (isOther) {
            return
                DualGovernanceConfig({
                    signalling: SignallingConfig(0.03e18, 0.35e18, 70, 200, 0, 15, 30),
                    phases: PhaseConfig(9, 6, 40, 0, 300, 100)
                });
        }
        return
            DualGovernanceConfig({
                signalling: SignallingConfig(0.05e18, 0.25e18, 60, 300, 30, 7, 20),
                phases: PhaseConfig(5, 10, 25, 50, 120, 30)
            });
    }
}
