// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {GovernorProposalGuardian} from "@openzeppelin/contracts/governance/extensions/GovernorProposalGuardian.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {WizardGovernorMock} from "./WizardGovernorMock.sol";

/// @title GuardianGovernorMock
/// @notice Stands for somebody else's Governor with OpenZeppelin's guardian, which its wizard has no box for.
contract GuardianGovernorMock is WizardGovernorMock, GovernorProposalGuardian {
    /// @param guardian Nobody: then proposers may cancel at any stage.
    constructor(IVotes token, TimelockController timelock, address guardian) WizardGovernorMock(token, timelock) {
        _setProposalGuardian(guardian);
    }

    function proposalThreshold() public view override(Governor, WizardGovernorMock) returns (uint256) {
        return super.proposalThreshold();
    }

    function state(uint256 id) public view override(Governor, WizardGovernorMock) returns (ProposalState) {
        return super.state(id);
    }

    function proposalNeedsQueuing(uint256 id) public view override(Governor, WizardGovernorMock) returns (bool) {
        return super.proposalNeedsQueuing(id);
    }

    function _queueOperations(
        uint256 id,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 description
    ) internal override(Governor, WizardGovernorMock) returns (uint48) {
        return super._queueOperations(id, targets, values, calldatas, description);
    }

    function _executeOperations(
        uint256 id,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 description
    ) internal override(Governor, WizardGovernorMock) {
        super._executeOperations(id, targets, values, calldatas, description);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 description
    ) internal override(Governor, WizardGovernorMock) returns (uint256) {
        return super._cancel(targets, values, calldatas, description);
    }

    function _executor() internal view override(Governor, WizardGovernorMock) returns (address) {
        return super._executor();
    }

    function _validateCancel(
        uint256 id,
        address caller
    ) internal view override(Governor, GovernorProposalGuardian) returns (bool) {
        return super._validateCancel(id, caller);
    }
}
