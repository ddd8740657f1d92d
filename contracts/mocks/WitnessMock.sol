// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IDualGovernance} from "../interfaces/IDualGovernance.sol";
import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {IVessel} from "../interfaces/IVessel.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";
import {Machine, Reading, SupplyRecord} from "../types/Machine.sol";

/// @title WitnessMock
/// @notice Stands for an onlooker who sees everything in one block: what every view says, and what calls would do that
/// anybody, or a proposer, could make now. All answers are words, one after the other.
contract WitnessMock {
    struct Plan {
        bytes32 id;
        /// Calldata that executes it.
        bytes execution;
    }

    IDualGovernance private immutable _GATE;
    IVetoEscrow private immutable _ESCROW;
    address private immutable _TIMELOCK;
    IERC20 private immutable _ASSET;
    address[] private _stakers;
    Plan[] private _plans;

    /// @param stakers Whose shares and positions matter.
    /// @param plans Operations that may be scheduled.
    constructor(IDualGovernance gate, address[] memory stakers, Plan[] memory plans) {
        _GATE = gate;
        _ESCROW = IVetoEscrow(gate.ESCROW());
        _TIMELOCK = gate.TIMELOCK();
        _ASSET = IERC20(IVessel(_ESCROW.VESSEL_IMPLEMENTATION()).ASSET());
        _stakers = stakers;
        for (uint256 i = 0; i < plans.length; ++i) _plans.push(plans[i]);
    }

    /// @param known Which of the plans matter.
    /// @param scheduling Calldata that schedules something new.
    function look(uint256[] calldata known, bytes calldata scheduling) external returns (bytes memory answers) {
        answers = bytes.concat(
            abi.encode(block.timestamp),
            _seeGate(),
            _seeEscrow(),
            _seeShares(),
            _seeTimelock(known)
        );
        answers = bytes.concat(
            answers,
            _try(address(_GATE), abi.encodeCall(IDualGovernance.poke, ())),
            _try(_TIMELOCK, scheduling)
        );
        for (uint256 i = 0; i < known.length; ++i) {
            answers = bytes.concat(answers, _try(_TIMELOCK, _plans[known[i]].execution));
        }
    }

    /// @notice Makes the call, and undoes it by reverting with its outcome: whether it succeeded, and the first word it
    /// returned or the selector it reverted with.
    function attempt(address target, bytes calldata data) external {
        (bool success, bytes memory returnData) = target.call(data);
        bytes32 word = bytes32(returnData);
        if (!success) word = bytes4(word);
        assembly ("memory-safe") {
            mstore(0x00, success)
            mstore(0x20, word)
            revert(0x00, 0x40)
        }
    }

    function _seeGate() private view returns (bytes memory) {
        (Machine memory machine, SupplyRecord memory supply) = _GATE.persisted();
        (Machine memory next, SupplyRecord memory nextSupply, Reading memory reading) = _GATE.effective();
        uint256 activatedAt = machine.activatedAt;
        return
            bytes.concat(
                abi.encode(machine, supply, next, nextSupply, reading),
                abi.encode(_GATE.persistedState(), _GATE.effectiveState(), _GATE.haltedSince(), _GATE.minLock()),
                abi.encode(_GATE.currentConfig(), _GATE.activeConfig()),
                abi.encode(
                    _GATE.canSchedule(),
                    _GATE.canExecute(0, activatedAt == 0 ? 0 : activatedAt - 1),
                    _GATE.canExecute(0, activatedAt)
                )
            );
    }

    /// @dev One epoch more than there are.
    function _seeEscrow() private view returns (bytes memory answers) {
        uint256 running = _ESCROW.runningEpoch();
        (bool answered, uint256 supply) = _ESCROW.votableSupply();
        answers = abi.encode(running, _ESCROW.lockedShares(), _ESCROW.idleShares(), answered, supply);
        answers = bytes.concat(answers, abi.encode(_ESCROW.isExitStalled()));
        for (uint256 epoch = 1; epoch <= running + 1; ++epoch) {
            IVetoEscrow.EpochView memory epochView = _ESCROW.getEpoch(epoch);
            bool hasPayer = epochView.payer != address(0);
            uint256 shares = hasPayer ? IERC20(_ESCROW.SHARE()).balanceOf(epochView.payer) : 0;
            uint256 assets = hasPayer ? _ASSET.balanceOf(epochView.payer) : 0;
            // No twin foretells an address.
            epochView.payer = address(uint160(hasPayer ? 1 : 0));
            answers = bytes.concat(answers, abi.encode(epochView, _ESCROW.callOffAfter(epoch), shares, assets));
            for (uint256 i = 0; epoch <= running && i < _stakers.length; ++i) {
                (uint256 assetsDue, uint256 sharesDue) = _ESCROW.dueTo(epoch, _stakers[i]);
                answers = bytes.concat(
                    answers,
                    abi.encode(_ESCROW.positionOf(epoch, _stakers[i]), _ESCROW.paymentsOf(epoch, _stakers[i])),
                    abi.encode(assetsDue, sharesDue)
                );
            }
        }
    }

    function _seeShares() private view returns (bytes memory answers) {
        IERC20 share = IERC20(_ESCROW.SHARE());
        answers = abi.encode(_ASSET.balanceOf(_ESCROW.VAULT()), share.balanceOf(address(_ESCROW)));
        for (uint256 i = 0; i < _stakers.length; ++i) {
            answers = bytes.concat(answers, abi.encode(share.balanceOf(_stakers[i])));
        }
    }

    function _seeTimelock(uint256[] calldata known) private view returns (bytes memory answers) {
        IDualGovernanceTimelock ours = IDualGovernanceTimelock(_TIMELOCK);
        TimelockController theirs = TimelockController(payable(_TIMELOCK));
        answers = abi.encode(ours.lastSequence(), theirs.getMinDelay());
        for (uint256 i = 0; i < known.length; ++i) {
            bytes32 id = _plans[known[i]].id;
            answers = bytes.concat(
                answers,
                abi.encode(
                    theirs.getOperationState(id),
                    theirs.getTimestamp(id),
                    ours.getExpiry(id),
                    ours.getOperation(id)
                )
            );
        }
    }

    function _try(address target, bytes memory data) private returns (bytes memory answer) {
        try this.attempt(target, data) {} catch (bytes memory outcome) {
            answer = outcome;
        }
    }
}
